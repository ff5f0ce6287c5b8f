"""Run what has not run yet, once, in order, each migration whole or not at all."""

from __future__ import annotations

import contextlib
import importlib
import io
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from types import ModuleType

from piccolo.apps.migrations.tables import Migration
from piccolo.conf.apps import ENVIRONMENT_VARIABLE

from batikrfm_migrations.known import APPS, known_migrations
from batikrfm_migrations.piccolo_conf import DB
from batikrfm_migrations.sql import PLATFORM

LOCK = 4_207_220_001  # any number, but always this one: it keeps two processes from migrating at once


class UnknownMigrationsError(RuntimeError):
    """The database has run migrations that this version of the program does not have: it is newer than the program."""


async def migrate(owner_url: str, apps: Mapping[str, ModuleType] = APPS) -> list[str]:
    """Run every migration that has not run yet and return their IDs. Two processes at once take turns.

    Raises:
        UnknownMigrationsError: the database is newer than this program.
    """
    DB.use(owner_url)
    with _as_piccolo_conf():
        async with _alone():
            if not await Migration.table_exists():
                await _create_history()
            done = {row["name"] for row in await Migration.select(Migration.name)}
            known = known_migrations(apps)
            if unknown := sorted(done.difference(known)):
                raise UnknownMigrationsError(unknown[0])
            todo = [name for name in known if name not in done]
            for name in todo:
                await _run(name, apps)
            return todo


async def _run(name: str, apps: Mapping[str, ModuleType]) -> None:
    app = name.partition("_")[0]
    manager = await importlib.import_module(f"{apps[app].__name__}.{name}").forwards()
    # The record is part of the transaction: a process killed in between leaves both or neither.
    async with DB.transaction():
        with contextlib.redirect_stdout(io.StringIO()):  # Piccolo prints its progress, and our output may be JSON
            await manager.run()
        await Migration.insert(Migration(name=name, app_name=app))


async def _create_history() -> None:
    async with DB.transaction():
        await Migration.create_table()
        await Migration.raw(f"grant select on migration to {PLATFORM}")  # so that start-up can tell what is missing


@contextlib.asynccontextmanager
async def _alone() -> AsyncIterator[None]:
    connection = await DB.get_new_connection()
    try:
        await connection.execute("select pg_advisory_lock($1)", LOCK)
        yield
    finally:
        await connection.close()  # which lets go of the lock


@contextlib.contextmanager
def _as_piccolo_conf() -> Iterator[None]:
    """Let Piccolo find the owner's engine: it looks nowhere but in the environment."""
    before = os.environ.get(ENVIRONMENT_VARIABLE)
    os.environ[ENVIRONMENT_VARIABLE] = "batikrfm_migrations.piccolo_conf"
    try:
        yield
    finally:
        if before is None:
            del os.environ[ENVIRONMENT_VARIABLE]
        else:
            os.environ[ENVIRONMENT_VARIABLE] = before
