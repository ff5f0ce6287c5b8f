"""What a month of AI was used for and cost, as the page and the API show it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from batikrfm.db.engine import Scope, current_scope
from batikrfm.usage import queries
from batikrfm.usage.budgets import budget_state
from batikrfm.usage.days import day_of, month_around
from batikrfm.usage.model import GENERATIONS, BudgetState, Standing
from batikrfm.usage.prices import prices_at_hand
from batikrfm.usage.quotas import standing
from batikrfm.usage.rates import rate_on

ALL, BY_DAY, BY_MODEL, BY_SEGMENT, BY_PURPOSE = 0b1111, 0b0111, 0b1011, 0b1101, 0b1110
"""What PostgreSQL's grouping(day, model, segment, purpose) says: a bit is 0 where the row is of one value."""

LOOKS_BACK: Final = dt.timedelta(days=28)
SHORTEST: Final = dt.timedelta(days=7)
"""A forecast goes by the last four weeks. Of a shop that began yesterday it is not thought that every day will be like that one."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sum over the calls of one ``name``: a day, a model, a segment (empty: of none), a purpose, or all.

    ``cost`` is in micro-USD and leaves out ``unpriced`` calls, whose cost is unknown; ``cost_idr`` is in ten-thousandths of a rupiah,
    None where a cost has no rate. ``saved`` is what the cache and the Batch API spared, as far as prices are known. Tokens are those
    that were billed: none of the cache's.
    """

    name: str
    calls: int = 0
    cached: int = 0
    failed: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    cost: int = 0
    cost_idr: int | None = 0
    unpriced: int = 0
    saved_by_cache: int = 0
    saved_by_batch: int = 0


@dataclass(frozen=True, slots=True)
class UsageReport:
    """A month of the tenant. ``forecast`` is what the month will have cost in micro-USD if it goes on as in the last four weeks.

    ``budget`` and ``quota`` are as of now, whatever the month. ``rate_date`` is None where no rate of the dollar is known.
    """

    month: dt.date
    total: Line
    days: tuple[Line, ...]
    models: tuple[Line, ...]
    segments: tuple[Line, ...]
    purposes: tuple[Line, ...]
    forecast: int
    budget: BudgetState
    quota: Standing
    prices_date: dt.date
    rate_date: dt.date | None


async def usage_report(month: dt.date | None = None) -> UsageReport:
    """The month that ``month`` is in, or this one, by the tenant's clock."""
    scope = current_scope()
    ((now, zone),) = await scope.fetch(queries.CLOCK)
    today = day_of(now, zone)
    first = (month or today).replace(day=1)
    start, end = month_around(first, zone)
    lines = await _lines(scope, start, end, zone)
    total = lines[ALL][0] if lines[ALL] else Line("")
    rate = rate_on(today)
    return UsageReport(
        month=first,
        total=total,
        days=tuple(lines[BY_DAY]),
        models=tuple(lines[BY_MODEL]),
        segments=tuple(lines[BY_SEGMENT]),
        purposes=tuple(lines[BY_PURPOSE]),
        forecast=total.cost + await _to_come(scope, now, start, end),
        budget=await budget_state(),
        quota=await standing(GENERATIONS),
        prices_date=max(one.date for one in prices_at_hand().all),
        rate_date=rate.date if rate else None,
    )


async def _lines(scope: Scope, start: dt.datetime, end: dt.datetime, zone: str) -> dict[int, list[Line]]:
    lines: dict[int, list[Line]] = {by: [] for by in (ALL, BY_DAY, BY_MODEL, BY_SEGMENT, BY_PURPOSE)}
    for row in await scope.fetch(queries.REPORT, start, end, zone):
        values: Mapping[str, Any] = dict(row)
        lines[values["by"]].append(Line(**{name: value for name, value in values.items() if name != "by"}))
    return lines


async def _to_come(scope: Scope, now: dt.datetime, start: dt.datetime, end: dt.datetime) -> int:
    """What the rest of the month may cost, in micro-USD: nothing of a month that is over or has not begun."""
    if not start <= now < end:
        return 0
    ((spent, since),) = await scope.fetch(queries.PACE_OF_MONEY, now - LOOKS_BACK, now)
    if since is None:
        return 0
    lasted = max(now - since, SHORTEST)
    return int(spent * ((end - now) / lasted))
