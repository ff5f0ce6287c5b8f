"""Several lookups in one journey answer what each answers by itself, of the scope's tenant only."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from batikrfm.db.engine import NoScope, current_scope
from batikrfm.db.lookups import Lookup, Rows, joined, look_up, look_up_all
from batikrfm.tenancy import create_tenant, tenant_scope

MANY = "select n, $2::text || n as word, $1::int as least from generate_series($1::int, $1::int + 2) n order by n desc"
KINDS = """
    select 1.50::numeric as money, array['a', 'b'] as list, '{"a": 1}'::jsonb as json, null::date as none,
        array(select row (n, n / 2.0) from generate_series(1, 2) n) as rows
"""
NONE = "select 1 as one where false"
NAMES = "select name, id from tenants"
ONCE = "select $1::text as first, $1::text as again"


def plain(rows: Rows) -> list[dict[str, Any]]:
    return [dict(row) for row in rows]


def lookup(sql: str, *values: object) -> Lookup[list[dict[str, Any]]]:
    return Lookup(sql, values, plain)


LOOKUPS = {
    "many": lookup(MANY, 3, "w"),
    "more": lookup(MANY, 7, "$1"),
    "kinds": lookup(KINDS),
    "none": lookup(NONE),
    "names": lookup(NAMES),
    "once": lookup(ONCE, "it's $9"),
}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.lists(st.sampled_from(sorted(LOOKUPS)), min_size=2, max_size=5))
async def test_together_they_answer_what_each_answers_alone(tenant: UUID, names: list[str]) -> None:
    wanted = [LOOKUPS[name] for name in names]
    async with tenant_scope(tenant):
        alone = tuple([await look_up(one) for one in wanted])
        together: tuple[Any, ...] = await look_up_all(*wanted)
    assert together == alone


async def test_what_they_answer(tenant: UUID) -> None:
    async with tenant_scope(tenant):
        many, kinds, none = await look_up_all(LOOKUPS["many"], LOOKUPS["kinds"], LOOKUPS["none"])
    assert [row["word"] for row in many] == ["w5", "w4", "w3"]
    assert kinds[0]["money"] == Decimal("1.50")
    assert none == []


async def test_they_see_the_scopes_tenant_only(tenant: UUID) -> None:
    other = (await create_tenant("Toko lain")).id
    for shop in (tenant, other):
        async with tenant_scope(shop):
            names, _ = await look_up_all(LOOKUPS["names"], LOOKUPS["none"])
        assert [row["id"] for row in names] == [shop]


async def test_a_reader_may_raise(tenant: UUID) -> None:
    def refuse(rows: Rows) -> None:
        raise LookupError(len(rows))

    async with tenant_scope(tenant):
        with pytest.raises(LookupError, match="3"):
            await look_up_all(LOOKUPS["none"], Lookup(MANY, (1, ""), refuse))
        assert await look_up(LOOKUPS["none"]) == [], "the scope goes on"


async def test_it_takes_one_journey(tenant: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    fetch = asyncpg.Connection.fetch

    async def counted(self: asyncpg.Connection, query: str, *args: object, **more: Any) -> list[asyncpg.Record]:  # noqa: ANN401 - as asyncpg has it
        asked.append(query)
        return list(await fetch(self, query, *args, **more))

    async with tenant_scope(tenant):
        await look_up_all(LOOKUPS["many"], LOOKUPS["more"], LOOKUPS["once"])  # their columns are known from here on
        monkeypatch.setattr(asyncpg.Connection, "fetch", counted)
        await look_up_all(LOOKUPS["many"], LOOKUPS["more"], LOOKUPS["once"])
        monkeypatch.undo()
    assert len(asked) == 1


async def test_an_array_that_could_not_be_read_is_refused_at_once(tenant: UUID) -> None:
    async with tenant_scope(tenant):
        with pytest.raises(TypeError, match="list is int4"):
            await look_up_all(LOOKUPS["none"], lookup("select array[1, 2] as list"))


@pytest.mark.usefixtures("database")
async def test_outside_of_a_scope_nothing_is_looked_up() -> None:
    with pytest.raises(NoScope):
        current_scope()
    with pytest.raises(NoScope):
        await look_up_all(LOOKUPS["many"], LOOKUPS["none"])


def test_values_are_counted_on() -> None:
    assert joined(("select $1, $2, $1", "select 1", "select $2, $1")) == (
        "select array(select its from (select $1, $2, $1) its), array(select its from (select 1) its), "
        "array(select its from (select $4, $3) its)"
    )
