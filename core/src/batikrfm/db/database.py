"""Open the database: reach it, bring its schema up to date or say that it is not, and give :data:`DB` its pools."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from batikrfm.db.engine import DB, ScopedEngine
from batikrfm.db.errors import NewerDatabaseError, NotMigratedError, UrlsError
from batikrfm.db.reaching import connection, reach
from batikrfm.db.urls import Urls
from batikrfm.settings import Settings


@dataclass(frozen=True)
class Database:
    """The open database: where it is, and the engine that works on it."""

    urls: Urls
    engine: ScopedEngine = DB


@contextlib.asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """Open :data:`DB` for as long as the block lasts. Programs call :func:`batikrfm.tenancy.open_database`, which also checks the walls.

    The embedded database is migrated. A real server is migrated by ``batikrfm db migrate``, when its operator says so.

    Raises:
        SetupError: the database cannot be reached, or its schema and this program do not belong together.
    """
    async with reach(settings) as urls:
        try:
            await require_migrated(urls)  # quick, and nearly always all there is to do
        except NotMigratedError:
            if settings.database_url or settings.app_url:
                raise
            await migrate(urls)
        async with opened(urls) as database:
            yield database


@contextlib.asynccontextmanager
async def opened(urls: Urls) -> AsyncIterator[Database]:
    """Give :data:`DB` pools on ``urls`` for as long as the block lasts."""
    await DB.open(app_url=urls.app, platform_url=urls.platform)
    try:
        yield Database(urls)
    finally:
        await DB.close()


async def migrate(urls: Urls) -> list[str]:
    """Run, as the owner, every migration that has not run yet; their IDs.

    Raises:
        SetupError: there is no owner's URL, or the database is newer than this program.
    """
    from batikrfm_migrations import running  # it imports Piccolo's migrations, which only migrating needs

    if urls.owner is None:
        raise UrlsError(missing="BATIKRFM_OWNER_URL")
    async with connection(urls.owner):  # a server that is away is our sentence, not Piccolo's
        pass
    try:
        return await running.migrate(urls.owner)
    except running.UnknownMigrationsError as error:
        raise NewerDatabaseError(migration=error) from error


async def require_migrated(urls: Urls) -> None:
    """Compare the history with the migrations that this program has.

    Raises:
        SetupError: one of them is ahead of the other.
    """
    from batikrfm_migrations.known import known_migrations

    async with connection(urls.platform) as connected:
        done: set[str] = set()
        if await connected.fetchval("select to_regclass('migration')"):
            done = {row["name"] for row in await connected.fetch("select name from migration")}
    known = known_migrations()
    if unknown := sorted(done.difference(known)):
        raise NewerDatabaseError(migration=unknown[0])
    if missing := len(set(known) - done):
        raise NotMigratedError(count=missing)
