"""What a shop's findings speak of beside its overview, and where a stored run's numbers come from. All of it in the tenant's scope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.sdk.money import MONEY_SCALE
from batikrfm.segmentation import facts_queries, queries
from batikrfm.segmentation.days import start_of
from batikrfm.segmentation.figures import latest_import
from batikrfm.segmentation.history import PastRun


@dataclass(frozen=True)
class Facts:
    """As of the latest run.

    ``moved_money`` is what those who went from one segment to another have bought in all. ``best_customers`` are the tenth who bought
    most, rounded up; ``best_money`` is theirs, ``first_money`` that of the first of them. ``unreachable`` customers are in a segment and
    have neither phone nor e-mail. ``last_sale`` is a day where the shop is.
    """

    moved_money: Mapping[tuple[str, str], Decimal]
    best_customers: int
    best_money: Decimal
    first_money: Decimal
    unreachable: int
    last_sale: dt.date | None


@dataclass(frozen=True)
class Rows:
    """What a run looked at. Rows are of every import so far, money of the run's window; ``newer`` says that an import came after it."""

    by_outcome: Mapping[str, int]
    orders: int
    revenue: Decimal
    revenue_without_customer: Decimal
    newer: bool


async def hold_runs() -> None:
    """Let no run of the scope's tenant change anything before the scope ends: what is read in several steps then fits together."""
    await current_scope().execute(queries.HOLD_RUNS)


async def read_facts(run: PastRun) -> Facts:
    """The facts beside an overview whose run, the latest, this is: as they were kept, or counted now and kept."""
    scope = current_scope()
    import_id = await latest_import()
    kept = await scope.fetch(facts_queries.KEPT, run.id, import_id)
    if not kept:
        await count_facts(run, import_id)
        kept = await scope.fetch(facts_queries.KEPT, run.id, import_id)
    last = kept[0]["last_sale_at"]
    return Facts(
        moved_money={(source, target): _amount(money_e4) for source, target, money_e4 in msgspec.json.decode(kept[0]["moved"])},
        best_customers=_best(run),
        best_money=_amount(kept[0]["best_e4"]),
        first_money=_amount(kept[0]["first_e4"]),
        unreachable=kept[0]["unreachable"],
        last_sale=last and last.astimezone(ZoneInfo(run.timezone)).date(),
    )


async def count_facts(run: PastRun, import_id: UUID | None) -> None:
    """Count and keep what is kept of ``run``, the latest. The cost grows with customers."""
    scope = current_scope()
    (counted,) = await scope.fetch(facts_queries.COUNT[run.returns], run.id, _best(run))
    await scope.execute(facts_queries.KEEP, uuid7(), run.id, import_id, *counted)


def _best(run: PastRun) -> int:
    """How many a tenth of the customers are."""
    return -(-run.customers // 10)


async def read_rows(run: PastRun) -> Rows:
    """What ``run`` was counted from. The cost grows with orders."""
    scope = current_scope()
    since = None if run.since_days is None else start_of(run.as_of - dt.timedelta(days=run.since_days), run.timezone)
    until = start_of(run.as_of + dt.timedelta(days=1), run.timezone)
    money = (await scope.fetch(queries.REVENUE[run.returns], since, until))[0]
    return Rows(
        by_outcome=dict((await scope.fetch(queries.IMPORTED_ROWS))[0]),
        orders=money["orders"],
        revenue=_amount(money["revenue_e4"]),
        revenue_without_customer=_amount(money["revenue_without_customer_e4"]),
        newer=await scope.fetchval(facts_queries.IMPORTED_SINCE, run.created_at),
    )


def _amount(e4: int) -> Decimal:
    return Decimal(e4) / MONEY_SCALE
