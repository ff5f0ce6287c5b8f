"""A real server by one URL or by three, its roles, and what is said when something is amiss. The embedded server plays the real one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import asyncpg
import pytest

from batikrfm.db.database import migrate, open_database, require_migrated
from batikrfm.db.embedded import embedded_server
from batikrfm.db.engine import DB
from batikrfm.db.errors import NewerDatabaseError, NotMigratedError, RoleRightsError, RolesError, UnreachableError, UrlsError
from batikrfm.db.passwords import SUPERUSER, passwords
from batikrfm.db.reaching import reach
from batikrfm.db.urls import Urls, with_user, without_password
from batikrfm.settings import Settings
from batikrfm_migrations.known import known_migrations


@dataclass
class RealServer:
    """A server that somebody else set up: an administrator without superuser rights, and an empty database of theirs."""

    superuser: str
    url: str

    async def run(self, *statements: str) -> None:
        connection = await asyncpg.connect(self.superuser)
        for statement in statements:
            await connection.execute(statement)
        await connection.close()


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[RealServer]:
    folder = tmp_path / "theirs"
    async with embedded_server(folder, {"fsync": "off"}) as port:
        secret = passwords(folder)[SUPERUSER]
        superuser = f"postgresql://{SUPERUSER}:{secret}@127.0.0.1:{port}/postgres"
        real = RealServer(superuser, f"postgresql://boss:geheim%2F%40@127.0.0.1:{port}/shop")
        await real.run("create role boss login createrole password 'geheim/@'", "create database shop owner boss")
        yield real


async def test_one_url_is_enough(server: RealServer, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "ours", database_url=server.url)
    with pytest.raises(NotMigratedError, match="db migrate"):
        await open_database(settings).__aenter__()
    async with reach(settings) as urls:
        assert await migrate(urls) == known_migrations()
        assert await migrate(urls) == []
    for _ in range(2):
        async with open_database(settings), DB.scope("app", {}) as scope:
            assert await scope.fetchval("select current_user") == "batikrfm_app"
    await who_they_are(urls)


async def who_they_are(urls: Urls) -> None:
    assert urls.owner is not None
    owner = await asyncpg.connect(urls.owner)
    roles = {row["rolname"]: row for row in await owner.fetch("select * from pg_roles where rolname like 'batikrfm%'")}
    assert set(roles) == {"batikrfm_owner", "batikrfm_app", "batikrfm_platform"}
    for role in roles.values():
        assert not (role["rolsuper"])
        assert not (role["rolbypassrls"])
        assert not (role["rolcreaterole"])
        assert not (role["rolcreatedb"])
        assert not (role["rolreplication"])
    assert await owner.fetchval("select count(*) from pg_tables where schemaname = 'public' and tableowner <> 'batikrfm_owner'") == 0
    assert await owner.fetchval("select count(*) from pg_shdepend where deptype = 'o' and refobjid = 'batikrfm_app'::regrole") == 0
    await owner.close()


async def test_another_machine_needs_the_passwords(server: RealServer, tmp_path: Path) -> None:
    async with reach(Settings(tmp_path / "first", database_url=server.url)):
        pass
    with pytest.raises(RolesError, match=r"second/passwords\.json"):
        await reach(Settings(tmp_path / "second", database_url=server.url)).__aenter__()
    (tmp_path / "second" / "passwords.json").write_bytes((tmp_path / "first" / "passwords.json").read_bytes())
    async with reach(Settings(tmp_path / "second", database_url=server.url)) as urls:
        assert "batikrfm_app:" in urls.app


async def test_three_urls_instead(server: RealServer, tmp_path: Path) -> None:
    async with reach(Settings(tmp_path / "ours", database_url=server.url)) as urls:
        await migrate(urls)
    given = Settings(tmp_path / "no passwords here", app_url=urls.app, platform_url=urls.platform)
    async with open_database(given), DB.scope("platform", {}) as scope:
        assert await scope.fetchval("select current_user") == "batikrfm_platform"
    assert not given.data_dir.exists()
    async with reach(given) as reached:
        with pytest.raises(UrlsError, match="BATIKRFM_OWNER_URL"):
            await migrate(reached)
    with pytest.raises(UrlsError, match="BATIKRFM_APP_URL"):
        await reach(replace(given, app_url=None)).__aenter__()
    with pytest.raises(UrlsError, match="BATIKRFM_PLATFORM_URL"):
        await reach(replace(given, platform_url=None)).__aenter__()


async def test_a_user_who_may_not_make_roles(server: RealServer, tmp_path: Path) -> None:
    await server.run("alter role boss nocreaterole")
    with pytest.raises(RoleRightsError, match="CREATEROLE"):
        await reach(Settings(tmp_path / "ours", database_url=server.url)).__aenter__()


async def test_a_database_that_is_ahead(server: RealServer, tmp_path: Path) -> None:
    async with reach(Settings(tmp_path / "ours", database_url=server.url)) as urls:
        await migrate(urls)
        assert urls.owner is not None
        owner = await asyncpg.connect(urls.owner)
        await owner.execute("insert into migration (name, app_name) values ('core_2099_01_01t000000_future', 'core')")
        await owner.close()
        for ask in (migrate, require_migrated):
            with pytest.raises(NewerDatabaseError, match="core_2099_01_01t000000_future"):
                await ask(urls)


@pytest.mark.parametrize("path", ["", "nowhere"])
async def test_a_server_that_is_not_there(server: RealServer, tmp_path: Path, path: str) -> None:
    url = server.url.replace("/shop", "/nowhere") if path else "postgresql://boss:geheim@127.0.0.1:1/shop"
    with pytest.raises(UnreachableError) as caught:
        await reach(Settings(tmp_path, database_url=url)).__aenter__()
    assert "geheim" not in caught.value.say("en")


@pytest.mark.parametrize("url", ["nonsense", "postgresql://boss:geheim@127.0.0.1:99999/x", "mysql://boss:geheim@h/x"])
async def test_a_url_that_is_none(tmp_path: Path, url: str) -> None:
    with pytest.raises(UnreachableError) as caught:
        await reach(Settings(tmp_path, database_url=url)).__aenter__()
    assert "geheim" not in caught.value.say("id")


def test_urls() -> None:
    url = "postgresql://u:p%40@host:5/db?sslmode=require"
    assert with_user(url, "app", "a/b") == "postgresql://app:a%2Fb@host:5/db?sslmode=require"
    assert without_password(url) == "host:5/db"
    assert "p%40" not in repr(Urls(app=url, platform=url, owner=url))


def test_settings_from_the_environment(tmp_path: Path) -> None:
    environ = {
        "BATIKRFM_DATA_DIR": "/a",
        "DATABASE_URL": "u",
        "BATIKRFM_OWNER_URL": "o",
        "BATIKRFM_APP_URL": "a",
        "BATIKRFM_PLATFORM_URL": "p",
    }
    assert Settings.from_environment(environ) == Settings(Path("/a"), "u", "o", "a", "p")
    assert Settings.from_environment(environ, data_dir=tmp_path).data_dir == tmp_path
    assert Settings.from_environment({}).data_dir.name == "batikrfm"
    assert Settings.from_environment({"DATABASE_URL": ""}).database_url is None
