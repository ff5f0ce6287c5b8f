"""The portal as people meet it: the real application on the test's database, asked in the same process or by a browser."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
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
from portal_site import PUBLIC, AgeSession, Site, application, office_at, site_of
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
    async with site_of(application(services, database), services) as site:
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


@pytest.fixture
async def address(database: Database, vault: Vault, providers: dict[str, Provider]) -> AsyncIterator[tuple[str, Services]]:
    """The portal on a port of this machine, for a browser: its address and its services."""
    with contextlib.closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        public = f"http://127.0.0.1:{listener.getsockname()[1]}"
        services = Services(office_at(public, vault), providers, outbox=True)
        config = uvicorn.Config(application(services, database), log_config=None, access_log=False, lifespan="on", ws="none")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:  # noqa: ASYNC110 - it has no event to wait for
            await asyncio.sleep(0.01)
        yield public, services
        server.should_exit = True
        await serving


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """Counts every statement that the product sends to the database."""
    return Recorder.listening(monkeypatch)


@pytest.fixture(scope="session")
def baseline() -> dict[str, int]:
    """How many statements each page is known to need."""
    known: dict[str, int] = json.loads(COUNTS.read_text(encoding="utf-8"))
    return known
