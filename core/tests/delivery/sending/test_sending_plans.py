"""A batch costs the same for a campaign of a hundred and of a hundred thousand: its statements read its own rows, and no others.

The planner knows nothing of a campaign that was just written down. Sabotage: take ``and due_at is not null`` or ``and customer_id is not
null`` out of the indexes, or ``ANALYZE`` out of the freezing.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID, uuid4

import pytest

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery.audience import freezing
from batikrfm.delivery.consent import waiting_queries
from batikrfm.delivery.sending import queries as sql
from batikrfm.tenancy import tenant_scope
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


async def test_who_opts_out_is_found_among_those_who_wait(tenant: UUID) -> None:
    found = await plan(tenant, waiting_queries.LEAVE_OUT, [uuid7()], "email", "refused", None)
    assert "deliveries_waiting_of_customer" in found


async def test_the_planner_is_told_of_a_large_audience(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freezing, "MANY", 20)
    async with tenant_scope(sender.tenant_id):
        assert await current_scope().fetchval("select reltuples from pg_class where oid = to_regclass('deliveries')") < 20
    await sender.campaign(20)
    async with tenant_scope(sender.tenant_id):
        assert await current_scope().fetchval("select reltuples from pg_class where oid = to_regclass('deliveries')") >= 20
