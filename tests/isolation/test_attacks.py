"""What a determined query could try from inside a scope, and what becomes of it."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import pytest

from batikrfm.db.database import Database
from batikrfm.db.engine import DB, NoScope, Scope
from batikrfm.tenancy import system_scope, tenant_scope
from batikrfm.tenancy.catalogue import PLATFORM_TABLES
from batikrfm.testkit.rows import Rows

REFUSED = {
    "become the owner": "set role batikrfm_owner",
    "become the platform": "set role batikrfm_platform",
    "become the superuser": "set session authorization postgres",
    "switch the policy off": "alter table customers disable row level security",
    "drop the policy": "drop policy tenant_isolation on customers",
    "add a policy": "create policy mine on customers using (true)",
    "empty a table": "truncate customers",
    "make a table": "create table public.loot (id int)",
    "make a function": "create function public.loot() returns int language sql as 'select 1'",
    "read the directory's history": "select * from migration",
    "read passwords": "select * from pg_authid",
    "read accounts": "select * from users",
    "read who is signed in": "select * from sessions",
    "read links of mails": "select * from user_tokens",
    "read mail": "select * from outgoing_mails",
    "read one column of mail": "select id from outgoing_mails",
    "change mail": "update outgoing_mails set recipient = 'loot@example.com'",
    "forge the log": "update audit_entries set actor_name = 'nobody'",
    "forget the log": "delete from audit_entries",
    "read a file": "select pg_read_file('/etc/passwd')",
    "run a program": "copy (select 1) to program 'true'",
    "change who it is": "update tenants set slug = 'loot'",
    "make a tenant": "insert into tenants (id, slug, name) values (gen_random_uuid(), 'loot', 'loot')",
    "delete itself": "delete from tenants",
    "give rights away": "alter role batikrfm_app bypassrls",
}


@pytest.mark.parametrize("attack", REFUSED)
async def test_refused(tenant: UUID, attack: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with tenant_scope(tenant) as scope:
            await scope.execute(REFUSED[attack])


async def test_row_security_off_raises_instead_of_showing_all(tenant: UUID) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="would be affected by row-level security"):
        async with tenant_scope(tenant) as scope:
            await read_without_policies(scope)


async def read_without_policies(scope: Scope) -> None:
    await scope.execute("set local row_security = off")
    await scope.fetch("select * from customers")


async def test_a_leaky_function_is_asked_after_the_policy(rows: Rows, tenant: UUID, other_tenant: UUID) -> None:
    await rows.put("customers", tenant)
    async with tenant_scope(other_tenant) as scope:
        peek = "create function pg_temp.peek(text) returns boolean language plpgsql cost 0.0001 as 'begin raise exception ''%'', $1; end'"
        await scope.execute(peek)
        assert await scope.fetch("select * from customers where pg_temp.peek(key)") == []


async def test_a_unique_key_tells_nothing_of_another_tenant(rows: Rows, tenant: UUID, other_tenant: UUID) -> None:
    theirs = await rows.put("customers", tenant)
    mine = await rows.valid("customers", other_tenant)
    async with tenant_scope(other_tenant) as scope:
        assert await rows.insert(scope, "customers", mine | {"id": theirs["id"], "key": theirs["key"]}) == "INSERT 0 1"


async def test_a_temporary_table_neither_hides_a_real_one_nor_outlives_its_scope(rows: Rows, tenant: UUID, other_tenant: UUID) -> None:
    theirs = await rows.put("customers", tenant)
    async with tenant_scope(tenant) as scope:
        await scope.execute("create temp table customers as select 'loot' as id")
        await scope.execute("create temp table kept as select * from customers")
        assert await scope.fetchval("select id from kept") == theirs["id"]
        assert await scope.fetchval("select id from pg_temp.customers") == "loot"
        backend = await scope.fetchval("select pg_backend_pid()")
    async with tenant_scope(other_tenant) as scope:
        assert await scope.fetchval("select pg_backend_pid()") == backend
        assert await scope.fetchval("select to_regclass('pg_temp.kept')") is None


async def test_a_setting_for_the_session_ends_with_the_scope(tenant: UUID, other_tenant: UUID) -> None:
    async with tenant_scope(tenant) as scope:
        await scope.execute("select set_config('app.tenant_id', $1, false)", str(tenant))
        backend = await scope.fetchval("select pg_backend_pid()")
    async with DB.scope("app", {}) as scope:
        assert await scope.fetchval("select pg_backend_pid()") == backend
        assert await scope.fetchval("select count(*) from tenants") == 0
    async with tenant_scope(other_tenant) as scope:
        assert await scope.fetchval("select id from tenants") == other_tenant


async def test_sql_that_is_not_ours_could_name_another_tenant(tenant: UUID, other_tenant: UUID) -> None:
    """The limit, written down: row security is the second line. Who can run any SQL can set the tenant, so none is made from input."""
    async with tenant_scope(tenant) as scope:
        await scope.execute("select set_config('app.tenant_id', $1, true)", str(other_tenant))
        assert await scope.fetchval("select id from tenants") == other_tenant


@pytest.mark.parametrize("wrong", ["not-a-uuid", "00000000-0000-0000-0000-000000000000", "' or true --"])
@pytest.mark.usefixtures("tenant")
async def test_a_tenant_that_is_none_sees_nothing(rows: Rows, wrong: str) -> None:
    for table in [*await rows.tenant_tables(), "tenants"]:
        try:
            async with DB.scope("app", {"app.tenant_id": wrong}) as scope:
                assert await scope.fetch(f"select * from {table}") == []
        except asyncpg.InvalidTextRepresentationError:
            assert "0000" not in wrong


async def test_the_platform_role_knows_tenants_and_nothing_of_theirs(rows: Rows, tenant: UUID) -> None:
    async with system_scope(reason="test") as scope:
        assert await scope.fetchval("select count(*) from tenants where id = $1", tenant) == 1
    for table in set(await rows.tenant_tables()) - (PLATFORM_TABLES.keys() - {"jobs", "schedules"}):  # of those it may read some columns
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with system_scope(reason="test") as scope:
                await scope.fetch(f"select * from {table}")


@pytest.mark.parametrize(
    "attack",
    [
        "select result from jobs",
        "select dedup_key from jobs",
        "update jobs set arguments = '{}'",
        "update jobs set tenant_id = gen_random_uuid()",
        "insert into jobs (tenant_id, id, task) select id, id, 'loot' from tenants",
        "delete from job_queues",
        "select arguments from schedules",
        "update schedules set enabled = false",
    ],
)
@pytest.mark.usefixtures("database")
async def test_the_platform_role_hands_out_jobs_and_knows_no_more_of_them(attack: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with system_scope(reason="test") as scope:
            await scope.execute(attack)


PLATFORM_REFUSED = {
    "read a log": "select * from audit_entries",
    "change a log": "update audit_entries set action = 'x'",
    "change a role": "update memberships set role = 'owner'",
    "remove a member": "delete from memberships",
    "invite": "insert into invitations (tenant_id, id) values (gen_random_uuid(), gen_random_uuid())",
    "redirect an invitation": "update invitations set email = 'loot@example.com'",
    "make a key do more": "update api_keys set permissions = '{}'",
    "make a key": "insert into api_keys (tenant_id, id) values (gen_random_uuid(), gen_random_uuid())",
}


@pytest.mark.parametrize("attack", PLATFORM_REFUSED)
@pytest.mark.usefixtures("database")
async def test_the_platform_role_looks_people_up_and_changes_no_shop(attack: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with system_scope(reason="test") as scope:
            await scope.execute(PLATFORM_REFUSED[attack])


async def test_the_owner_sees_no_rows_either(rows: Rows, database: Database, tenant: UUID) -> None:
    await rows.put("customers", tenant)
    owner = await asyncpg.connect(database.urls.owner)
    assert await owner.fetch("select * from customers") == []
    await owner.close()


async def test_no_scope_no_query(database: Database) -> None:
    with pytest.raises(NoScope):
        await database.engine.run_ddl("select 1")
