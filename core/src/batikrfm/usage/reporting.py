"""What a month of AI was used for and cost, as the page and the API show it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from batikrfm.usage.model import BudgetState, Standing


@dataclass(frozen=True, slots=True)
class Line:
    """A sum over the calls of one ``name``: a day, a model, a segment, a purpose, or all.

    ``cost`` is in micro-USD and leaves out ``unpriced`` calls, whose cost is unknown; ``cost_idr`` is in ten-thousandths of a rupiah,
    None where a cost has no rate. ``saved`` is what the cache and the Batch API spared, as far as prices are known.
    """

    name: str
    calls: int
    cached: int
    failed: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    cost: int
    cost_idr: int | None
    unpriced: int
    saved_by_cache: int
    saved_by_batch: int


@dataclass(frozen=True, slots=True)
class UsageReport:
    """A month of the tenant. ``forecast`` is what the month will have cost in micro-USD if it goes on as in the last four weeks."""

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
    raise NotImplementedError
