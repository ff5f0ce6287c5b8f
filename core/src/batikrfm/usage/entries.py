"""The ledger to be looked over, call by call: without what was asked and answered, and so without anything of a customer's."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.usage import queries
from batikrfm.usage.model import CallOutcome

PAGE = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """One call as it was. ``cost`` is in micro-USD, None where nobody knows it; ``cost_idr`` in ten-thousandths of a rupiah.

    Tokens are None where the vendor did not say. The dates are those of the price and of the rate.
    """

    id: UUID
    at: dt.datetime
    provider: str
    model: str
    purpose: str
    segment: str | None
    outcome: CallOutcome
    error: str | None
    input_tokens: int | None
    cached_tokens: int
    output_tokens: int | None
    batch: bool
    latency_ms: int
    cost: int | None
    price_date: dt.date | None
    cost_idr: int | None
    rate_date: dt.date | None


async def list_calls(*, after: UUID | None = None, limit: int = PAGE) -> list[Entry]:
    """The tenant's calls, the newest first; those that come ``after`` this one in that order."""
    rows = await current_scope().fetch(queries.CALLS, after, limit)
    return [Entry(**{**row, "outcome": CallOutcome(row["outcome"])}) for row in rows]
