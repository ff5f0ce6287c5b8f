"""Read what runs left: the runs themselves, who moved, who is in which segment now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from batikrfm.db.engine import current_scope
from batikrfm.db.lookups import Lookup, Rows, look_up
from batikrfm.sales.returns import Returns
from batikrfm.sdk.text import Text
from batikrfm.segmentation import queries
from batikrfm.segmentation.errors import NoRunsError, RunNotFoundError
from batikrfm.segmentation.exact import plain

_JSON = {"settings", "cut_points", "reason", "notices"}


@dataclass(frozen=True)
class Result:
    """One segment of a stored run; amounts in the run's currency."""

    segment: str
    customers: int
    revenue: Decimal
    median_recency_days: Decimal | None
    median_frequency: Decimal | None
    median_monetary: Decimal | None


@dataclass(frozen=True)
class PastRun:
    """A stored run: what was asked, how it was answered and why, and its results in the strategy's order."""

    id: UUID
    created_at: dt.datetime
    compared_with: UUID | None
    strategy: str
    settings: dict[str, Any]
    as_of: dt.date
    returns: Returns
    since_days: int | None
    timezone: str
    currency: str
    mode: str
    cut_points: dict[str, list[int | float | str]]
    reason: Text
    notices: tuple[Text, ...]
    customers: int
    revenue: Decimal
    results: tuple[Result, ...]


@dataclass(frozen=True)
class Flow:
    """So many customers went from one segment to another in a run. None: from nowhere (new), to nowhere (left)."""

    from_segment: str | None
    to_segment: str | None
    customers: int


@dataclass(frozen=True)
class Move:
    """One customer of a run; ``key`` is what the sales files call them."""

    customer_id: UUID
    key: str
    from_segment: str | None
    to_segment: str | None


@dataclass(frozen=True)
class Step:
    """One move in a customer's life."""

    run_id: UUID
    as_of: dt.date
    from_segment: str | None
    to_segment: str | None


async def past_runs(limit: int = 20, after: UUID | None = None) -> list[PastRun]:
    """The runs of the scope's tenant, the latest first; those that come ``after`` this one in that order."""
    return [_past_run(row) for row in await current_scope().fetch(queries.RUNS, limit, after)]


async def find_run(run_id: UUID) -> PastRun:
    """One run of the scope's tenant. Raises :class:`RunNotFoundError`."""
    for row in await current_scope().fetch(queries.RUN, run_id):
        return _past_run(row)
    raise RunNotFoundError


async def latest_run() -> PastRun:
    """The latest run of the scope's tenant. Raises :class:`NoRunsError`."""
    return await look_up(latest_run_lookup())


def latest_run_lookup() -> Lookup[PastRun]:
    """What :func:`latest_run` asks and raises."""

    def read(rows: Rows) -> PastRun:
        if not rows:
            raise NoRunsError
        return _past_run(rows[0])

    return Lookup(queries.LATEST, (), read)


async def moves_matrix(run_id: UUID) -> list[Flow]:
    """How many went from where to where, the largest flow first. A run that had nothing to compare with has none."""
    return [Flow(*row) for row in await current_scope().fetch(queries.MOVES_MATRIX, run_id)]


async def moves_of_run(run_id: UUID, limit: int | None = 1_000) -> list[Move]:
    """Who moved, by key; ``limit`` None is everyone."""
    return [Move(*row) for row in await current_scope().fetch(queries.MOVES_OF_RUN, run_id, limit)]


async def moves_of_customer(customer_id: UUID) -> list[Step]:
    """Where a customer came from and went, the first move first."""
    return [Step(*row) for row in await current_scope().fetch(queries.MOVES_OF_CUSTOMER, customer_id)]


def _past_run(row: Mapping[str, Any]) -> PastRun:
    values = {name: msgspec.json.decode(value) if name in _JSON else value for name, value in row.items()}
    values["reason"] = Text(**values["reason"])
    values["notices"] = tuple(Text(**notice) for notice in values["notices"])
    values["revenue"] = plain(values["revenue"])
    values["results"] = tuple(_result(*result) for result in values["results"])
    return PastRun(**values)


def _result(segment: str, customers: int, revenue: Decimal, *medians: Decimal | None) -> Result:
    return Result(segment, customers, plain(revenue), *(median if median is None else plain(median) for median in medians))
