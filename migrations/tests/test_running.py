"""Migrations run once, in order, one process at a time, each whole or not at all."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import os
import re
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import ModuleType

import asyncpg
import pytest
from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from batikrfm.db.urls import Urls
from batikrfm_migrations.known import APPS, known_migrations
from batikrfm_migrations.running import UnknownMigrationsError, migrate
from batikrfm_migrations.sql import run_sql

MIGRATION = """
from batikrfm_migrations.sql import sql_migration
ID = {name!r}
async def forwards():
    return sql_migration(ID, "made by a test", {sql!r}, "create table {table} (id int)")
"""


class Made:
    """A package of migrations that a test writes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "made_by_a_test"
        self.folder.mkdir()
        (self.folder / "__init__.py").touch()
        (self.folder / "helper.py").write_text("raise RuntimeError('not a migration')")

    def add(self, time: str, table: str, sql: str = "select 1") -> None:
        name = f"made_2026_01_01t{time}_{table}"
        (self.folder / f"{name}.py").write_text(MIGRATION.format(name=name, sql=sql, table=table))
        importlib.invalidate_caches()

    def apps(self) -> dict[str, ModuleType]:
        return {"made": importlib.import_module("made_by_a_test")}


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    sys.path.insert(0, str(tmp_path))
    yield Made(tmp_path)
    sys.path.remove(str(tmp_path))
    for name in [name for name in sys.modules if name.startswith("made_by_a_test")]:
        del sys.modules[name]


@pytest.fixture
def owner_url(empty_database: Urls) -> str:
    assert empty_database.owner is not None
    return empty_database.owner


@pytest.fixture
async def owner(owner_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(owner_url)
    yield connection
    await connection.close()


async def tables(owner: asyncpg.Connection) -> set[str]:
    return {row["tablename"] for row in await owner.fetch("select tablename from pg_tables where schemaname = 'public'")}


async def history(owner: asyncpg.Connection) -> list[str]:
    return [row["name"] for row in await owner.fetch("select name from migration order by id")]


async def test_from_nothing_to_the_whole_schema(owner_url: str, owner: asyncpg.Connection, capsys: pytest.CaptureFixture[str]) -> None:
    assert await migrate(owner_url) == known_migrations()
    assert await history(owner) == known_migrations()
    assert await migrate(owner_url) == []
    assert {"tenants", "customers", "orders"} <= await tables(owner)
    assert await owner.fetchval("select bool_and(tableowner = 'batikrfm_owner') from pg_tables where schemaname = 'public'")
    assert capsys.readouterr().out == ""
    assert "PICCOLO_CONF" not in os.environ


async def test_two_at_once_take_turns(owner_url: str, owner: asyncpg.Connection) -> None:
    both = await asyncio.gather(migrate(owner_url), migrate(owner_url))
    assert sorted(both, key=len) == [[], known_migrations()]
    assert await history(owner) == known_migrations()


async def test_a_failing_migration_leaves_nothing_of_itself(owner_url: str, owner: asyncpg.Connection, made: Made) -> None:
    made.add("100000", "first")
    made.add("110000", "second", sql="create table half (id int); select 1 / 0")
    made.add("120000", "third")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(owner_url, made.apps())
    assert await tables(owner) == {"migration", "first"}
    assert await history(owner) == ["made_2026_01_01t100000_first"]


async def test_a_migration_that_cannot_be_recorded_has_not_run(owner_url: str, owner: asyncpg.Connection, made: Made) -> None:
    made.add("100000", "first")
    await migrate(owner_url, made.apps())
    await owner.execute("alter table migration add check (name not like '%second')")
    made.add("110000", "second")
    with pytest.raises(asyncpg.CheckViolationError):
        await migrate(owner_url, made.apps())
    assert await tables(owner) == {"migration", "first"}


async def test_a_migration_that_comes_late_still_runs(owner_url: str, owner: asyncpg.Connection, made: Made) -> None:
    made.add("120000", "third")
    made.add("100000", "first")
    assert await migrate(owner_url, made.apps()) == ["made_2026_01_01t100000_first", "made_2026_01_01t120000_third"]
    made.add("110000", "second")
    assert await migrate(owner_url, made.apps()) == ["made_2026_01_01t110000_second"]
    assert {"first", "second", "third"} <= await tables(owner)


async def test_a_newer_database_is_left_alone(owner_url: str, made: Made) -> None:
    made.add("100000", "first")
    await migrate(owner_url, made.apps())
    with pytest.raises(UnknownMigrationsError, match="made_2026_01_01t100000_first"):
        await migrate(owner_url)


def test_apps_migrate_by_time_and_not_by_name(made: Made) -> None:
    made.add("100000", "first")
    ids = known_migrations({**made.apps(), **APPS})
    assert ids[0] == "made_2026_01_01t100000_first"
    assert sorted(ids[1:], key=lambda name: name.partition("_")[2]) == ids[1:] == known_migrations()


@pytest.mark.parametrize("name", known_migrations())
async def test_every_migration_is_what_its_file_says(name: str) -> None:
    app = name.partition("_")[0]
    assert app in APPS
    assert re.fullmatch(r"20\d\d_[01]\d_[0-3]\dt[0-2]\d[0-5]\d[0-5]\d_[a-z_]+", name.removeprefix(f"{app}_"))
    module = importlib.import_module(f"batikrfm_migrations.{app}.{name}")
    assert name == module.ID
    manager = await module.forwards()
    assert isinstance(manager, MigrationManager)
    assert (manager.migration_id, manager.app_name, manager.wrap_in_transaction) == (name, app, True)
    assert manager.description
    assert manager.raw
    # Piccolo awaits coroutine functions and calls all else: a lambda that returns a coroutine would never run.
    assert all(inspect.iscoroutinefunction(step) for step in manager.raw)


def test_no_two_migrations_have_one_time() -> None:
    times = [re.split(r"_[a-z]", name.partition("_")[2])[0] for name in known_migrations()]
    assert len(set(times)) == len(times)


async def test_sql_runs_in_a_migration_and_nowhere_else(owner_url: str) -> None:
    await migrate(owner_url)
    os.environ["PICCOLO_CONF"] = "batikrfm_migrations.piccolo_conf"
    try:
        with pytest.raises(RuntimeError, match="running migration"):
            await run_sql("select 1")
    finally:
        del os.environ["PICCOLO_CONF"]
