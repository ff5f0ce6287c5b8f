"""A batch costs the same for a campaign of a hundred and of a hundred thousand: its statements read its own rows, and no others.

The planner knows nothing of a campaign that was just written down. Sabotage: take ``and due_at is not null`` or ``and customer_id is not
null`` out of the indexes, or ``ANALYZE`` out of the freezing.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import asyncpg
import pytest

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery.audience import freezing
from batikrfm.delivery.sending import queries as sql
from batikrfm.tenancy import tenant_scope

if TYPE_CHECKING:
    from sending_stage import Sender

NOW = dt.datetime(2026, 11, 26, 3, tzinfo=dt.UTC)


async def plan(tenant: UUID, statement: str, *values: object) -> str:
    async with tenant_scope(tenant) as scope:
        await scope.execute("set local enable_seqscan = off")  # the table is empty
        return "\n".join(row[0] for row in await scope.fetch(f"explain {statement}", *values))


async def test_a_claim_takes_what_is_due_in_its_order(tenant: UUID) -> None:
    found = await plan(tenant, sql.CLAIM, uuid4(), False, NOW, uuid4(), NOW, 100)  # noqa: FBT003 - the statement's
    assert "Index Scan using deliveries_due" in found
    assert "deliveries_waiting_of_customer" not in found


@pytest.mark.parametrize("statement", [sql.HOLD, sql.LET_GO, sql.MARK])
async def test_a_batch_is_not_looked_for_among_all_that_waits(tenant: UUID, statement: str) -> None:
    more: dict[str, tuple[object, ...]] = {sql.HOLD: (), sql.LET_GO: (None,), sql.MARK: (NOW, uuid4(), NOW)}
    found = await plan(tenant, statement, [uuid7() for _ in range(100)], uuid4(), *more[statement])
    assert "deliveries_due" not in found
    assert "deliveries_waiting_of_customer" not in found


@pytest.mark.parametrize("asked", ["= $1::uuid", "= any (array[$1::uuid])"])
async def test_what_waits_for_somebody_who_opts_out_is_found_by_the_customer(tenant: UUID, asked: str) -> None:
    found = await plan(tenant, f"select id from deliveries where customer_id {asked} and state = 'queued'", uuid7())
    assert "deliveries_waiting_of_customer" in found


async def test_the_planner_is_told_of_a_large_audience(sender: Sender, admin_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freezing, "MANY", 20)
    connection = await asyncpg.connect(admin_url)
    try:
        await connection.execute("update pg_class set reltuples = 0 where relname = 'deliveries'")
    finally:
        await connection.close()
    await sender.people(20)
    await sender.campaign()
    async with tenant_scope(sender.tenant):
        assert await current_scope().fetchval("select reltuples from pg_class where oid = to_regclass('deliveries')") >= 20
