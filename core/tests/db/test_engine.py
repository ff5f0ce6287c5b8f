"""A scope is one unit of work: lazy, all or nothing, one task at a time, and gone when it is over."""

from __future__ import annotations

import asyncio
import contextvars
import datetime as dt
from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest
from piccolo import columns
from piccolo.table import Table

from batikrfm.db.engine import DB, LostWork, NestedScope, NoScope, Scope, current_scope, savepoint
from batikrfm.db.errors import ConflictError, LostConnectionError
from batikrfm.db.urls import Urls
from batikrfm.tenancy import system_scope, tenant_scope

NAME = "select name from tenants"
RENAME = "update tenants set name = $1"
SLOW = "select pg_sleep(30)"


class Tenants(Table, db=DB, tablename="tenants"):
    id = columns.UUID(primary_key=True)
    name = columns.Text()


async def name_of(tenant: UUID) -> str:
    async with tenant_scope(tenant) as scope:
        return str(await scope.fetchval(NAME))


async def rename(scope: Scope, name: str) -> None:
    await scope.execute(RENAME, name)


async def test_a_scope_commits(tenant: UUID) -> None:
    async with tenant_scope(tenant) as scope:
        assert current_scope() is scope
        await rename(scope, "baru")
    assert await name_of(tenant) == "baru"


async def test_a_fleeting_scope_commits_without_waiting_and_the_next_one_is_as_ever(tenant: UUID) -> None:
    said = "select setting, source from pg_settings where name = 'synchronous_commit'"
    async with tenant_scope(tenant, fleeting=True) as scope:
        assert [tuple(row) for row in await scope.fetch(said)] == [("off", "session")]
        await rename(scope, "sebentar")
    async with tenant_scope(tenant) as scope:
        ((_, source),) = await scope.fetch(said)
        assert source != "session"
    assert await name_of(tenant) == "sebentar"


async def test_an_error_undoes_all_of_it(tenant: UUID) -> None:
    before = await name_of(tenant)
    with pytest.raises(ZeroDivisionError):
        await fail_after_renaming(tenant)
    assert await name_of(tenant) == before


async def fail_after_renaming(tenant: UUID) -> None:
    async with tenant_scope(tenant) as scope:
        await rename(scope, "salah")
        raise ZeroDivisionError


@pytest.mark.usefixtures("database")
async def test_no_scope_no_query() -> None:
    with pytest.raises(NoScope):
        current_scope()
    with pytest.raises(NoScope):
        await Tenants.count()


async def test_a_closed_scope_takes_no_query(tenant: UUID) -> None:
    async with tenant_scope(tenant) as scope:
        pass
    with pytest.raises(NoScope):
        await scope.fetch(NAME)


async def test_a_task_that_outlives_its_scope_gets_no_query(tenant: UUID) -> None:
    async def late() -> None:
        await over.wait()
        await Tenants.count()

    over = asyncio.Event()
    async with tenant_scope(tenant) as scope:
        await scope.fetch(NAME)
        task = asyncio.create_task(late())
    over.set()
    with pytest.raises(NoScope):
        await task


async def test_scopes_do_not_nest(tenant: UUID, other_tenant: UUID) -> None:
    async with tenant_scope(tenant):
        for inner in (tenant_scope(other_tenant), tenant_scope(tenant), system_scope(reason="test")):
            with pytest.raises(NestedScope):
                await inner.__aenter__()
    assert await name_of(other_tenant)


async def test_background_work_opens_its_own_in_an_empty_context(tenant: UUID, other_tenant: UUID) -> None:
    async with tenant_scope(tenant) as scope:
        await scope.fetch(NAME)
        other = await asyncio.create_task(name_of(other_tenant), context=contextvars.Context())
        assert other != await scope.fetchval(NAME)


@pytest.fixture
async def narrow(database_urls: Urls) -> AsyncIterator[None]:
    """The open database with one single connection for the app."""
    await DB.open(app_url=database_urls.app, platform_url=database_urls.platform, max_size=1)
    yield
    await DB.close()


@pytest.mark.usefixtures("narrow")
async def test_no_connection_is_held_before_the_first_query() -> None:
    async with asyncio.timeout(10):
        first, second = tenant_scope(UUID(int=1)), tenant_scope(UUID(int=2))
        await asyncio.gather(hold(first), hold(second))


async def hold(opening: object) -> None:
    async with opening as scope:  # type: ignore[attr-defined]  # it is what tenant_scope gives
        await asyncio.sleep(0)
        await scope.fetch("select 1")


async def test_a_scope_can_begin_before_its_first_query(tenant: UUID) -> None:
    async with tenant_scope(tenant) as scope:
        await scope.begin()
        await asyncio.sleep(0.05)
        assert await scope.fetchval("select clock_timestamp() - now()") >= dt.timedelta(seconds=0.05), "it began with the query"
        await scope.begin()  # it has
        await rename(scope, "lebih awal")
    assert await name_of(tenant) == "lebih awal"
    with pytest.raises(NoScope):
        await scope.begin()


async def test_what_began_early_is_undone_like_all_else(tenant: UUID) -> None:
    async def fail() -> None:
        async with tenant_scope(tenant) as scope:
            await scope.begin()
            await rename(scope, "lain")
            raise ZeroDivisionError

    before = await name_of(tenant)
    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await name_of(tenant) == before


@pytest.mark.usefixtures("narrow")
async def test_many_scopes_share_few_connections() -> None:
    async def look(number: int) -> str:
        async with tenant_scope(UUID(int=number)) as scope:
            await asyncio.sleep(0)
            return str(await scope.fetchval("select current_setting('app.tenant_id')"))

    async with asyncio.timeout(20):
        assert await asyncio.gather(*map(look, range(40))) == [str(UUID(int=number)) for number in range(40)]
    async with DB.scope("app", {}) as scope:
        assert not await scope.fetchval("select current_setting('app.tenant_id', true)")


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize("way", ["commit", "query", "cancel", "begin"])
async def test_a_failing_scope_gives_its_connection_back(way: str) -> None:
    async with asyncio.timeout(20):
        for _ in range(5):
            with pytest.raises((asyncpg.PostgresError, ConflictError, asyncio.CancelledError)):
                await asyncio.create_task(fail(way))
        assert await name_or_none() is None


async def name_or_none() -> object:
    async with tenant_scope(UUID(int=1)) as scope:
        return await scope.fetchval(NAME)


async def fail(way: str) -> None:
    async with DB.scope("app", {"no such setting": "x"} if way == "begin" else {}) as scope:
        if way == "commit":
            await scope.execute("create temp table d (x int unique deferrable initially deferred) on commit drop")
            await scope.execute("insert into d values (1), (1)")
        elif way == "cancel":
            running = asyncio.current_task()
            assert running is not None
            asyncio.get_running_loop().call_later(0.05, running.cancel)
            await scope.fetch(SLOW)
        else:
            await scope.fetch("select 1 / 0")


async def test_gathered_queries_take_turns(tenant: UUID) -> None:
    async with tenant_scope(tenant) as scope:
        names = await asyncio.gather(*(scope.fetchval("select $1::int", n) for n in range(50)))
    assert names == list(range(50))


async def test_a_cancelled_sibling_leaves_the_scope_whole(tenant: UUID) -> None:
    with pytest.raises(ZeroDivisionError):
        async with tenant_scope(tenant) as scope:
            await asyncio.gather(scope.fetch("select 1"), stumble())
    assert await name_of(tenant)


async def stumble() -> None:
    raise ZeroDivisionError


async def test_an_error_that_was_swallowed_is_not_called_success(tenant: UUID) -> None:
    with pytest.raises(LostWork):
        await swallow(tenant)
    assert await name_of(tenant) != "hilang"


async def swallow(tenant: UUID) -> None:
    async with tenant_scope(tenant) as scope:
        await rename(scope, "hilang")
        with pytest.raises(asyncpg.DivisionByZeroError):
            await scope.fetch("select 1 / 0")


async def test_a_savepoint_is_undone_alone(tenant: UUID) -> None:
    async with tenant_scope(tenant) as scope:
        await rename(scope, "satu")
        with pytest.raises(asyncpg.DivisionByZeroError):
            await rename_and_fail(scope, "dua")
        assert await scope.fetchval(NAME) == "satu"
    assert await name_of(tenant) == "satu"


async def rename_and_fail(scope: Scope, name: str) -> None:
    async with savepoint():
        await rename(scope, name)
        await scope.fetch("select 1 / 0")


async def test_savepoints_nest(tenant: UUID) -> None:
    async with tenant_scope(tenant) as scope:
        async with savepoint():
            await rename(scope, "luar")
            with pytest.raises(asyncpg.DivisionByZeroError):
                await rename_and_fail(scope, "dalam")
            async with savepoint():
                assert await scope.fetchval(NAME) == "luar"
        async with savepoint():
            await scope.fetch(NAME)
    assert await name_of(tenant) == "luar"


async def test_an_error_swallowed_in_a_savepoint_ends_it(tenant: UUID) -> None:
    async with tenant_scope(tenant) as scope:
        await rename(scope, "tetap")
        with pytest.raises(asyncpg.InFailedSQLTransactionError):
            await swallow_in_a_savepoint(scope)
    assert await name_of(tenant) == "tetap"


async def swallow_in_a_savepoint(scope: Scope) -> None:
    async with savepoint():
        with pytest.raises(asyncpg.DivisionByZeroError):
            await scope.fetch("select 1 / 0")


async def test_other_tasks_wait_outside_a_savepoint(tenant: UUID) -> None:
    """What a sibling does meanwhile is not undone with the savepoint; what its own children do is."""

    async def undone() -> None:
        async with savepoint():
            await asyncio.gather(rename(scope, "undone"), scope.fetch(NAME))
            inside.set()
            await asyncio.sleep(0.05)
            raise ZeroDivisionError

    async def sibling() -> None:
        await inside.wait()
        await rename(scope, "sibling")

    inside = asyncio.Event()
    async with tenant_scope(tenant) as scope:
        results = await asyncio.gather(undone(), sibling(), return_exceptions=True)
        assert isinstance(results[0], ZeroDivisionError)
        assert results[1] is None
    assert await name_of(tenant) == "sibling"


async def test_a_cancelled_savepoint_is_undone(tenant: UUID) -> None:
    async def work() -> None:
        async with savepoint():
            await rename(scope, "undone")
            await scope.fetch(SLOW)

    async with tenant_scope(tenant) as scope:
        await rename(scope, "kept")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(work(), 0.1)
        assert await scope.fetchval(NAME) == "kept"
    assert await name_of(tenant) == "kept"


async def test_a_task_of_an_ended_savepoint_gets_no_query(tenant: UUID) -> None:
    async def late() -> None:
        await over.wait()
        await current_scope().fetch(NAME)

    over = asyncio.Event()
    async with tenant_scope(tenant):
        async with savepoint():
            task = asyncio.create_task(late())
        over.set()
        with pytest.raises(NoScope):
            await task


async def test_piccolo_tables_work_in_the_scope(tenant: UUID) -> None:
    async with tenant_scope(tenant):
        assert await Tenants.count() == 1
        (row,) = await asyncio.gather(Tenants.objects().first())
        assert row is not None
        assert row.id == tenant
        await Tenants.update({Tenants.name: "lewat Piccolo"}, force=True)
    assert await name_of(tenant) == "lewat Piccolo"


@pytest.mark.usefixtures("database")
async def test_piccolo_cannot_leave_the_scope() -> None:
    for escape in (DB.transaction, DB.atomic):
        with pytest.raises(NoScope):
            escape()
    with pytest.raises(NoScope):
        await DB.get_new_connection()
    with pytest.raises(NoScope):
        await DB.batch(Tenants.select())


async def test_a_lost_connection_is_said_plainly(tenant: UUID, admin_url: str) -> None:
    with pytest.raises(LostConnectionError):
        await lose_connection(tenant, admin_url)
    assert await name_of(tenant) != "hilang"


async def lose_connection(tenant: UUID, admin_url: str) -> None:
    async with tenant_scope(tenant) as scope:
        await rename(scope, "hilang")
        admin = await asyncpg.connect(admin_url)
        await admin.execute("select pg_terminate_backend($1)", await scope.fetchval("select pg_backend_pid()"))
        await admin.close()
        with pytest.raises(LostConnectionError):
            await scope.fetch(NAME)
        await scope.fetch(NAME)


async def test_the_unopened_database_says_so() -> None:
    with pytest.raises(NoScope, match="open_database"):
        await name_of(UUID(int=1))


@pytest.mark.parametrize("value", ['a"b', "it's", "x; drop table customers", "é" * 31, "y" * 64, "z" * 300, "a\\b", "${x} $1 %s"])
@pytest.mark.usefixtures("database")
async def test_a_setting_is_handed_over_as_it_is(value: str) -> None:
    async with DB.scope("app", {"app.tenant_id": value}) as scope:
        assert await scope.fetchval("select current_setting('app.tenant_id')") == value
    async with DB.scope("app", {}) as scope:
        assert not await scope.fetchval("select current_setting('app.tenant_id', true)")


async def test_a_deferred_constraint_is_a_conflict_and_undoes_all(tenant: UUID) -> None:
    name = await name_of(tenant)
    with pytest.raises(ConflictError):
        await rename_and_collide(tenant)
    assert await name_of(tenant) == name


async def rename_and_collide(tenant: UUID) -> None:
    async with tenant_scope(tenant) as scope:
        await rename(scope, "bentrok")
        await scope.execute("create temp table d (x int unique deferrable initially deferred) on commit drop")
        await scope.execute("insert into d values (1), (1)")
