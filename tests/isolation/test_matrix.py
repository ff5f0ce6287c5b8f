"""Every tenant table that the catalogue holds, attacked in every way, as another tenant and as nobody."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from batikrfm.db.engine import DB, Scope
from batikrfm.db.keys import uuid7
from batikrfm.tenancy import tenant_scope
from batikrfm.testkit.rows import Rows

Attack = Callable[[], AbstractAsyncContextManager[Scope]]
AS: dict[str, Callable[[UUID], AbstractAsyncContextManager[Scope]]] = {
    "another tenant": tenant_scope,
    "nobody": lambda _attacker: DB.scope("app", {}),
    "an empty tenant": lambda _attacker: DB.scope("app", {"app.tenant_id": ""}),
}
POLICY = r"violates row-level security policy"
APPEND_ONLY = {
    "audit_entries": "what was done in a shop is written down and never changed",
    "content_versions": "what an approval was for can be read again, word for word",
    "customer_consents": "who said what stays said; it goes with the customer and not before",
    "consent_wordings": "what people agreed to can be read again, word for word",
    "ai_interactions": "what a call to a vendor cost is never changed; only its words are forgotten (core/tests/usage)",
}
"""Tables that their own tenant may only add to, each with the reason."""


@pytest.fixture(params=AS)
def attack(request: pytest.FixtureRequest, other_tenant: UUID) -> Attack:
    """Opens a scope of the attacker, who is ``other_tenant`` or nobody at all."""
    return lambda: AS[request.param](other_tenant)


def key(row: dict[str, Any]) -> tuple[Any, Any]:
    return row["tenant_id"], row["id"]


async def changeable_tables(rows: Rows) -> list[str]:
    return [table for table in await rows.tenant_tables() if table not in APPEND_ONLY]


async def test_there_is_something_to_attack(rows: Rows) -> None:
    assert {"customers", "orders", "order_items"} <= set(await rows.tenant_tables())


async def test_its_own_tenant_may_do_all_of_it(rows: Rows, tenant: UUID, subtests: pytest.Subtests) -> None:
    """The control: what the matrix refuses below is refused for being another's, not for being impossible."""
    for table in await rows.tenant_tables():
        with subtests.test(table=table):
            row = await rows.valid(table, tenant)
            async with tenant_scope(tenant) as scope:
                assert await rows.insert(scope, table, row) == "INSERT 0 1"
                assert await scope.fetchval(f"select count(*) from {table} where tenant_id = $1 and id = $2", *key(row)) == 1
                if table in APPEND_ONLY:
                    continue
                assert await scope.execute(f"update {table} set id = id where tenant_id = $1 and id = $2", *key(row)) == "UPDATE 1"
                assert await scope.execute(f"delete from {table} where tenant_id = $1 and id = $2", *key(row)) == "DELETE 1"


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("change", ["update {} set id = id", "delete from {}", "truncate {}"])
async def test_what_only_grows_is_changed_by_nobody(rows: Rows, tenant: UUID, table: str, change: str) -> None:
    await rows.put(table, tenant)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied"):
        async with tenant_scope(tenant) as scope:
            await scope.execute(change.format(table))


async def test_select(rows: Rows, tenant: UUID, attack: Attack, subtests: pytest.Subtests) -> None:
    for table in await rows.tenant_tables():
        with subtests.test(table=table):
            row = await rows.put(table, tenant)
            async with attack() as scope:
                assert await scope.fetch(f"select * from {table} where tenant_id = $1 and id = $2", *key(row)) == []
                assert await scope.fetch(f"select * from {table}") == []
                assert await scope.fetchval(f"select count(*) from {table} where id = $1", row["id"]) == 0


async def test_insert(rows: Rows, tenant: UUID, attack: Attack, subtests: pytest.Subtests) -> None:
    for table in await rows.tenant_tables():
        with subtests.test(table=table):
            row = await rows.valid(table, tenant)
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match=POLICY):
                async with attack() as scope:
                    await rows.insert(scope, table, row)


async def test_update(rows: Rows, tenant: UUID, attack: Attack, subtests: pytest.Subtests) -> None:
    for table in await changeable_tables(rows):
        with subtests.test(table=table):
            row = await rows.put(table, tenant)
            before = await rows.stored(table, row)
            async with attack() as scope:
                assert await scope.execute(f"update {table} set id = $3 where tenant_id = $1 and id = $2", *key(row), uuid7()) == "UPDATE 0"
                assert await scope.execute(f"update {table} set id = $1", uuid7()) == "UPDATE 0"
            assert await rows.stored(table, row) == before


async def test_delete(rows: Rows, tenant: UUID, attack: Attack, subtests: pytest.Subtests) -> None:
    for table in await changeable_tables(rows):
        with subtests.test(table=table):
            row = await rows.put(table, tenant)
            before = await rows.stored(table, row)
            async with attack() as scope:
                assert await scope.execute(f"delete from {table} where tenant_id = $1 and id = $2", *key(row)) == "DELETE 0"
                assert await scope.execute(f"delete from {table}") == "DELETE 0"
            assert await rows.stored(table, row) == before


async def test_move_a_row_of_ones_own_to_another_tenant(rows: Rows, tenant: UUID, other_tenant: UUID, subtests: pytest.Subtests) -> None:
    for table in await changeable_tables(rows):
        with subtests.test(table=table):
            row = await rows.put(table, other_tenant)
            before = await rows.stored(table, row)
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match=POLICY):
                async with tenant_scope(other_tenant) as scope:
                    await scope.execute(f"update {table} set tenant_id = $3 where tenant_id = $1 and id = $2", *key(row), tenant)
            assert await rows.stored(table, row) == before


async def test_take_a_row_of_another_tenant(
    rows: Rows, tenant: UUID, other_tenant: UUID, attack: Attack, subtests: pytest.Subtests
) -> None:
    for table in await changeable_tables(rows):
        with subtests.test(table=table):
            row = await rows.put(table, tenant)
            before = await rows.stored(table, row)
            async with attack() as scope:
                moved = await scope.execute(f"update {table} set tenant_id = $2 where id = $1", row["id"], other_tenant)
                assert moved == "UPDATE 0"
            assert await rows.stored(table, row) == before


async def test_refer_to_a_row_of_another_tenant(rows: Rows, tenant: UUID, other_tenant: UUID, subtests: pytest.Subtests) -> None:
    tried = set()
    tables = await rows.tenant_tables()
    for table in tables:
        for foreign_key in (await rows.shape(table)).foreign_keys:
            if foreign_key.target not in tables:  # the directory, and accounts, which belong to no tenant
                continue
            with subtests.test(table=table, target=foreign_key.target):
                theirs = await rows.put(foreign_key.target, tenant)
                row = await rows.valid(table, other_tenant)
                pairs = zip(foreign_key.columns, foreign_key.theirs, strict=True)
                row |= {mine: theirs[other] for mine, other in pairs if mine != "tenant_id"}
                with pytest.raises(asyncpg.ForeignKeyViolationError):
                    async with tenant_scope(other_tenant) as scope:
                        await rows.insert(scope, table, row)
                tried.add((table, foreign_key.target))
    assert ("orders", "customers") in tried


async def test_a_table_that_nobody_can_fill_is_red_and_not_skipped(rows: Rows, tenant: UUID) -> None:
    trial = rows.admin.transaction()
    await trial.start()
    await rows.admin.execute("create table odd (tenant_id uuid not null, id uuid, place point not null, primary key (tenant_id, id))")
    assert "odd" in await rows.tenant_tables()
    with pytest.raises(pytest.fail.Exception, match="teach batikrfm"):
        await rows.put("odd", tenant)
    await trial.rollback()
