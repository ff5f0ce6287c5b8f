"""From the settings to a URL for each role: the embedded server, a server whose user may make the roles, or three given URLs."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg

from batikrfm.db.errors import RoleRightsError, RolesError, ServerVersionError, UnreachableError, UrlsError
from batikrfm.db.passwords import SUPERUSER, passwords, passwords_path
from batikrfm.db.roles import make_roles
from batikrfm.db.urls import Urls, with_user, without_password
from batikrfm.settings import Settings
from batikrfm_migrations.sql import APP, OWNER, PLATFORM

DATABASE = "batikrfm"
OLDEST_SERVER = 18  # uuidv7(), and the right MAINTAIN


@contextlib.asynccontextmanager
async def reach(settings: Settings) -> AsyncIterator[Urls]:
    """The database's URLs, its roles made; the embedded server runs as long as the block lasts.

    Raises:
        SetupError: the settings, the folder or the server need a hand.
    """
    if settings.embedded:
        from batikrfm.db.embedded import embedded_server  # needs fcntl, which Windows has not

        async with embedded_server(settings.data_dir) as port:
            yield await embedded_urls(settings.data_dir, port)
    elif settings.database_url and not (settings.app_url or settings.platform_url or settings.owner_url):
        yield await _prepared(settings.database_url, settings.data_dir)
    else:
        yield _given(settings)


@contextlib.asynccontextmanager
async def connection(url: str) -> AsyncIterator[asyncpg.Connection]:
    """One connection for setting up: outside every scope, so nothing that serves a tenant may use it."""
    try:
        connected = await asyncpg.connect(url)
    except (OSError, ValueError, OverflowError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise UnreachableError(where=without_password(url), reason=str(error) or type(error).__name__) from error
    try:
        yield connected
    finally:
        await connected.close()


async def embedded_urls(data_dir: Path, port: int, database: str = DATABASE) -> Urls:
    """The URLs of ``database`` on the embedded server, which gets the database and the roles if it lacks them."""
    secret = passwords(data_dir)
    admin = f"postgresql://{SUPERUSER}:{secret[SUPERUSER]}@127.0.0.1:{port}/"
    await _make_database(admin, database)
    async with connection(admin + database) as connected:
        await make_roles(connected, secret)
    return _urls(admin + database, secret)


async def _make_database(admin: str, database: str) -> None:
    async with connection(admin + "postgres") as connected:
        if await connected.fetchval("select 1 from pg_database where datname = $1", database):
            return
        with contextlib.suppress(asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):  # another process was first
            await connected.execute(await connected.fetchval("select format('create database %I', $1::text)", database))


async def _prepared(url: str, data_dir: Path) -> Urls:
    async with connection(url) as admin:
        if admin.get_server_version().major < OLDEST_SERVER:
            raise ServerVersionError(found=admin.get_server_version().major, needed=f"{OLDEST_SERVER}+")
        secret = passwords(data_dir)
        try:
            await make_roles(admin, secret)
        except asyncpg.InsufficientPrivilegeError as error:
            raise RoleRightsError(reason=error.message) from error
    urls = _urls(url, secret)
    try:
        await (await asyncpg.connect(urls.app)).close()
    except (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError) as error:
        raise RolesError(path=passwords_path(data_dir)) from error
    return urls


def _given(settings: Settings) -> Urls:
    if not settings.app_url or not settings.platform_url:
        raise UrlsError(missing="BATIKRFM_PLATFORM_URL" if settings.app_url else "BATIKRFM_APP_URL")
    return Urls(app=settings.app_url, platform=settings.platform_url, owner=settings.owner_url)


def _urls(url: str, secret: dict[str, str]) -> Urls:
    return Urls(*(with_user(url, role, secret[role]) for role in (APP, PLATFORM, OWNER)))
