"""Fixtures for tests on a real database: ``pytest_plugins = ["batikrfm.testkit.database"]``.

One embedded server serves the whole run, all workers of pytest-xdist together. It is migrated once; each worker gets a copy.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import UUID

import pytest

from batikrfm.db import database as databases
from batikrfm.db.database import Database
from batikrfm.db.embedded import embedded_server
from batikrfm.db.keys import uuid7
from batikrfm.db.passwords import SUPERUSER, passwords
from batikrfm.db.reaching import connection, embedded_urls
from batikrfm.db.urls import Urls
from batikrfm.tenancy import create_tenant

TEMPLATE = "template_batikrfm"
FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}  # a test's data need not survive a power cut


@pytest.fixture(scope="session")
def embedded_dir(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The data folder of the run's server, one for all workers."""
    base = tmp_path_factory.getbasetemp()
    return (base if worker_id == "master" else base.parent) / "database"


@pytest.fixture(scope="session")
def database_urls(embedded_dir: Path, worker_id: str) -> Iterator[Urls]:
    """A migrated database of this worker's own, empty."""
    with asyncio.Runner() as runner:
        server = embedded_server(embedded_dir, FAST)
        port = runner.run(server.__aenter__())
        try:
            yield runner.run(_copy(embedded_dir, port, f"test_{worker_id}"))
        finally:
            runner.run(server.__aexit__(None, None, None))


@pytest.fixture
async def database(database_urls: Urls) -> AsyncIterator[Database]:
    """The open database, as the product opens it."""
    async with databases.opened(database_urls) as opened:
        yield opened


@pytest.fixture
async def tenant(database: Database) -> UUID:  # noqa: ARG001 - it is open
    """A fresh tenant."""
    return (await create_tenant(f"Toko {uuid7()}")).id


@pytest.fixture
async def other_tenant(database: Database) -> UUID:  # noqa: ARG001 - it is open
    """Another fresh tenant."""
    return (await create_tenant(f"Warung {uuid7()}")).id


@pytest.fixture
def admin_url(embedded_dir: Path, database_urls: Urls) -> str:
    """The test database's URL as the superuser: to look from outside, and to sabotage."""
    secret = passwords(embedded_dir)[SUPERUSER]
    return f"postgresql://{SUPERUSER}:{secret}@{database_urls.app.rpartition('@')[2]}"


async def _copy(data_dir: Path, port: int, name: str) -> Urls:
    """The database ``name``, a fresh copy of the migrated template. Workers take turns: nobody may look at a template being copied."""
    server = f"postgresql://{SUPERUSER}:{passwords(data_dir)[SUPERUSER]}@127.0.0.1:{port}/postgres"
    async with connection(server) as admin:
        await admin.execute("select pg_advisory_lock(1)")
        await databases.migrate(await embedded_urls(data_dir, port, TEMPLATE))
        copy = "select format('create database %I template %I strategy file_copy', $1::text, $2::text)"
        await admin.execute(await admin.fetchval(copy, name, TEMPLATE))
    return await embedded_urls(data_dir, port, name)
