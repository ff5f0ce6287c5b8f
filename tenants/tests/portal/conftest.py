"""The portal as people meet it: the real application on the test's database, asked in the same process or by a browser."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import uvicorn
from cryptography.fernet import Fernet

from batikrfm.db.database import Database
from batikrfm.db.reaching import connection
from batikrfm.plugins.vault import Vault
from batikrfm_tenants.office import Office
from batikrfm_tenants.oidc import Provider
from batikrfm_tenants.portal.services import Services
from batikrfm_tenants.signing_in import SignedIn
from portal_site import PUBLIC, AgeSession, Site, kept_application, office_at, site_of
from query_counts import Recorder

COUNTS = Path(__file__).with_name("query_counts.json")


@pytest.fixture
def vault() -> Vault:
    return Vault([Fernet.generate_key().decode()])


@pytest.fixture
def office(vault: Vault, database: Database) -> Office:  # noqa: ARG001 - it is open
    return office_at(PUBLIC, vault)


@pytest.fixture
def services(office: Office) -> Services:
    return Services(office, outbox=True)


@pytest.fixture
async def site(services: Services, database: Database) -> AsyncIterator[Site]:
    """The portal behind https, asked without a network."""
    async with site_of(kept_application(services, database), services) as site:
        yield site


@pytest.fixture
async def age_session(admin_url: str) -> AsyncIterator[AgeSession]:
    """See :class:`AgeSession`."""
    async with connection(admin_url) as admin:

        async def age(who: SignedIn) -> None:
            await admin.execute("update sessions set proved_at = proved_at - interval '1 hour' where user_id = $1", who.user.id)

        yield age


@pytest.fixture
def providers() -> dict[str, Provider]:
    """Where else people can sign in: nowhere. A module of tests may know better."""
    return {}


@pytest.fixture(scope="session")
def port() -> Iterator[int]:
    """A port of this machine that is this process's own: nobody else gets it, and between two tests nobody answers there."""
    with contextlib.closing(_bound(0)) as holder:
        yield int(holder.getsockname()[1])


@pytest.fixture
async def address(database: Database, vault: Vault, providers: dict[str, Provider], port: int) -> AsyncIterator[tuple[str, Services]]:
    """The portal on a port of this machine, for a browser: its address and its services."""
    public = f"http://127.0.0.1:{port}"
    services = Services(office_at(public, vault), providers, outbox=True)
    config = uvicorn.Config(kept_application(services, database), log_config=None, access_log=False, lifespan="on", ws="none")
    server = uvicorn.Server(config)
    with contextlib.closing(_bound(port)) as listener:
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:  # noqa: ASYNC110 - it has no event to wait for
            await asyncio.sleep(0.01)
        yield public, services
        server.should_exit = True
        await serving


def _bound(port: int) -> socket.socket:
    """A socket at ``port`` of this machine (0: a free one), where others of this process may be as well."""
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.bind(("127.0.0.1", port))
    return bound


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """Counts every statement that the product sends to the database."""
    return Recorder.listening(monkeypatch)


@pytest.fixture(scope="session")
def baseline() -> dict[str, int]:
    """How many statements each page is known to need."""
    known: dict[str, int] = json.loads(COUNTS.read_text(encoding="utf-8"))
    return known
