"""Fixtures for tests on a real database: ``pytest_plugins = ["batikrfm.testkit.database"]``.

One embedded server serves the whole run, all workers of pytest-xdist together. It is migrated once; each worker gets a copy.
"""

from __future__ import annotations

import asyncio
import contextlib
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
from batikrfm.db.urls import Urls, with_user
from batikrfm.storage import Storage, folder_store, opened_storage
from batikrfm.tenancy import create_tenant
from batikrfm.testkit.rows import Choice, Rows

TEMPLATE = "template_batikrfm"
FAST = {
    "fsync": "off",  # a test's data need not survive a power cut
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "scram_iterations": "1",  # passwords are random, and tests connect some ten thousand times
}


@pytest.fixture(scope="session")
def embedded_dir(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The data folder of the run's server, one for all workers."""
    base = tmp_path_factory.getbasetemp()
    return (base if worker_id == "master" else base.parent) / "database"


@pytest.fixture(scope="session")
def database_urls(embedded_dir: Path, worker_id: str) -> Iterator[Urls]:
    """A migrated database of this worker's own, empty."""
    with asyncio.Runner() as runner:
        copies = fresh_database(embedded_dir, f"test_{worker_id}")
        urls = runner.run(copies.__aenter__())
        try:
            yield urls
        finally:
            runner.run(copies.__aexit__(None, None, None))


@pytest.fixture
async def database(database_urls: Urls, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Database]:
    """The open database and an empty storage of files, as the product opens them."""
    async with databases.opened(database_urls) as opened:
        with opened_storage(Storage(folder_store(tmp_path_factory.mktemp("files")))):
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
    """The test database's URL as the superuser: to look from outside."""
    return superuser_url(embedded_dir, database_urls)


@pytest.fixture
async def spare_database(embedded_dir: Path) -> AsyncIterator[Urls]:
    """A migrated database for this test alone, to be spoiled."""
    async with fresh_database(embedded_dir, f"spare_{uuid7().hex}") as urls:
        yield urls


@pytest.fixture(scope="session")
def taken_choices() -> dict[str, Choice]:
    """What the generator of rows learnt of each table, so that one test of a worker finds it and the others know it."""
    return {}


@pytest.fixture
async def rows(admin_url: str, taken_choices: dict[str, Choice]) -> AsyncIterator[Rows]:
    """Valid rows for any table of the test's database."""
    async with connection(admin_url) as admin:
        yield Rows(admin, taken_choices)


def superuser_url(data_dir: Path, urls: Urls) -> str:
    """``urls`` for the superuser of the embedded server in ``data_dir``."""
    return with_user(urls.app, SUPERUSER, passwords(data_dir)[SUPERUSER])


@pytest.fixture
async def empty_database(embedded_dir: Path) -> AsyncIterator[Urls]:
    """A database with its roles and not one table, for this test alone."""
    async with fresh_database(embedded_dir, f"empty_{uuid7().hex}", template="template0") as urls:
        yield urls


@contextlib.asynccontextmanager
async def fresh_database(data_dir: Path, name: str, template: str = TEMPLATE) -> AsyncIterator[Urls]:
    """The database ``name``, a copy of ``template`` (the migrated one), on the server of ``data_dir``. Gone after the block."""
    async with embedded_server(data_dir, FAST) as port:
        server = f"postgresql://{SUPERUSER}:{passwords(data_dir)[SUPERUSER]}@127.0.0.1:{port}/postgres"
        async with connection(server) as admin:
            await admin.execute("select pg_advisory_lock(1)")  # one worker makes the template, the others wait
            if not await admin.fetchval("select true from pg_database where datname = $1 and not datallowconn", TEMPLATE):
                await databases.migrate(await embedded_urls(data_dir, port, TEMPLATE))
                close = "select format('alter database %I allow_connections false', $1::text)"  # who is copied has no visitors
                await admin.execute(await admin.fetchval(close, TEMPLATE))
            copy = "select format('create database %I template %I', $1::text, $2::text)"
            await admin.execute(await admin.fetchval(copy, name, template))
        try:
            yield await embedded_urls(data_dir, port, name)
        finally:
            async with connection(server) as admin:
                await admin.execute(await admin.fetchval("select format('drop database %I with (force)', $1::text)", name))
