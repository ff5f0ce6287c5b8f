"""A shop at a glance, each number with the rows that it comes from. Everything here runs in the tenant's scope.

Figures are of a period of so many days that ends with the latest run's as-of day, and of the period just before it:

- *customers*: with a purchase in the period; a purchase is an order whose money (net or gross, as the run treats returns) is positive.
- *revenue*: the money of all orders of the period, also those without a customer.
- *purchases*: purchases in the period, also those without a customer.
- *new customers*: whose first purchase ever lies in the period.
- *repeat rate*: of the customers who bought in the period, the share who had bought before: their first purchase ever is earlier than
  their last one in the period.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from batikrfm.db.engine import current_scope
from batikrfm.sdk.segmentation import Segment
from batikrfm.sdk.text import Text
from batikrfm.segmentation import overview_queries as sql
from batikrfm.segmentation.exact import amount
from batikrfm.segmentation.figures import Counted, Days, Period, Product, keep_figures, periods
from batikrfm.segmentation.history import Flow, PastRun, find_run, latest_run
from batikrfm.segmentation.tracing import NOWHERE, Trace


@dataclass(frozen=True)
class Figure:
    """A number of the period and of the one before, each with its rows. A repeat rate is None where nobody bought."""

    value: Decimal | None
    before: Decimal | None
    trace: Trace
    trace_before: Trace

    @property
    def change(self) -> Decimal | None:
        """By which share it grew: 0.25 is a quarter more. None where there was nothing to grow from."""
        if self.value is None or not self.before:
            return None
        return (self.value - self.before) / abs(self.before)


@dataclass(frozen=True)
class SegmentStanding:
    """A segment as of the latest run. Shares are 0..1 of all customers in segments and of all their money.

    ``customers_before`` is of the run before, where that was by the same strategy.
    """

    key: str
    name: Text
    meaning: Text
    action: Text
    customers: int
    customers_before: int | None
    revenue: Decimal
    customer_share: Decimal
    revenue_share: Decimal
    median_recency_days: Decimal | None
    median_frequency: Decimal | None
    median_monetary: Decimal | None
    trace: Trace


@dataclass(frozen=True)
class HeatCell:
    """A cell of the R x FM map; ``segment`` is None where several segments share it."""

    r: int
    fm: int
    customers: int
    revenue: Decimal
    segment: str | None
    trace: Trace


@dataclass(frozen=True)
class TracedFlow:
    """So many went from one segment to another in the latest run (None: from nowhere, to nowhere)."""

    flow: Flow
    trace: Trace


@dataclass(frozen=True)
class Overview:
    """See the module. ``customers_in_all`` are those in a segment and not, as of the run; ``cells`` is empty without scores."""

    days: Days
    period: Period
    before: Period
    customers: Figure
    revenue: Figure
    purchases: Figure
    new_customers: Figure
    repeat_rate: Figure
    run: PastRun
    compared_with: dt.date | None
    customers_in_all: int
    segments: tuple[SegmentStanding, ...]
    cells: tuple[HeatCell, ...]
    flows: tuple[TracedFlow, ...]
    products: tuple[Product, ...]


async def overview(days: Days = 30) -> Overview:
    """The shop as of its latest run. Raises :class:`~batikrfm.segmentation.errors.NoRunsError` before the first."""
    run = await latest_run()
    before_run = await find_run(run.compared_with) if run.compared_with else None
    now, earlier = periods(run, days)
    kept = await keep_figures(days, run)
    cells = await _cells(run)
    return Overview(
        days=days,
        period=now,
        before=earlier,
        **_figures(run, now, earlier, kept),
        run=run,
        compared_with=before_run.as_of if before_run else None,
        customers_in_all=sum(cell.customers for cell in cells),
        segments=_segments(run, before_run),
        cells=_heat(run, cells),
        flows=await _flows(run),
        products=tuple(kept[0].products),
    )


@dataclass(frozen=True)
class _Cell:
    segment: str | None
    r: int | None
    f: int | None
    m: int | None
    customers: int
    money: Decimal

    @property
    def place(self) -> tuple[int, int] | None:
        """R and FM, where the strategy scores."""
        return None if self.r is None or self.f is None or self.m is None else (self.r, (self.f + self.m + 1) // 2)


def share(part: Decimal | int, whole: Decimal | int) -> Decimal:
    """A share of 0..1 to six places; nothing of nothing is 0."""
    return (Decimal(part) / Decimal(whole)).quantize(_PLACES) if whole else Decimal(0)


_PLACES: Final = Decimal("0.000001")


def _figures(run: PastRun, now: Period, earlier: Period, kept: tuple[Counted, Counted]) -> dict[str, Figure]:
    """Each figure with the rows of both periods."""
    values: dict[str, tuple[Decimal | None, Decimal | None]] = {
        "customers": (Decimal(kept[0].customers), Decimal(kept[1].customers)),
        "revenue": (kept[0].revenue, kept[1].revenue),
        "purchases": (Decimal(kept[0].purchases), Decimal(kept[1].purchases)),
        "new_customers": (Decimal(kept[0].new_customers), Decimal(kept[1].new_customers)),
        "repeat_rate": (_repeat_rate(kept[0]), _repeat_rate(kept[1])),
    }
    return {name: Figure(*pair, _trace(name, run, now), _trace(name, run, earlier)) for name, pair in values.items()}


def _repeat_rate(counted: Counted) -> Decimal | None:
    return share(counted.returning_customers, counted.customers) if counted.customers else None


def _trace(name: str, run: PastRun, period: Period) -> Trace:
    whole = Trace("orders", run.returns, period.since, period.until)
    return {
        "customers": replace(whole, of="customers", buyers="all"),
        "revenue": whole,
        "purchases": replace(whole, purchases_only=True),
        "new_customers": replace(whole, of="customers", buyers="new"),
        "repeat_rate": replace(whole, of="customers", buyers="returning"),
    }[name]


def trace_of_run(run: PastRun) -> Trace:
    """The orders that a run looked at."""
    since = None if run.since_days is None else run.as_of - dt.timedelta(days=run.since_days)
    return Trace("customers", run.returns, since, run.as_of)


def _segments(run: PastRun, before: PastRun | None) -> tuple[SegmentStanding, ...]:
    words = words_of(run.strategy)
    earlier = {result.segment: result.customers for result in before.results} if before else {}
    whole = trace_of_run(run)
    return tuple(
        SegmentStanding(
            key=result.segment,
            name=words[result.segment].name if result.segment in words else Text(id=result.segment, en=result.segment),
            meaning=words[result.segment].meaning if result.segment in words else NO_WORDS,
            action=words[result.segment].action if result.segment in words else NO_WORDS,
            customers=result.customers,
            customers_before=earlier.get(result.segment, 0) if before else None,
            revenue=result.revenue,
            customer_share=share(result.customers, run.customers),
            revenue_share=share(result.revenue, run.revenue),
            median_recency_days=result.median_recency_days,
            median_frequency=result.median_frequency,
            median_monetary=result.median_monetary,
            trace=replace(whole, segment=result.segment),
        )
        for result in run.results
    )


NO_WORDS: Final = Text(id="", en="")


def words_of(strategy: str) -> dict[str, Segment]:
    """A strategy's segments by key; none where its plugin is off now."""
    from batikrfm.plugins import find_strategy
    from batikrfm.plugins.errors import NoSuchStrategyError

    try:
        return {segment.key: segment for segment in find_strategy(strategy).segments}
    except NoSuchStrategyError:
        return {}


def _heat(run: PastRun, cells: Sequence[_Cell]) -> tuple[HeatCell, ...]:
    """All 25 cells where the strategy scores, the best first; else none."""
    found: dict[tuple[int, int], list[_Cell]] = {}
    for cell in cells:
        if cell.place is not None:
            found.setdefault(cell.place, []).append(cell)
    if not found:
        return ()
    return tuple(_heat_cell(run, r, fm, found.get((r, fm), [])) for r in range(5, 0, -1) for fm in range(5, 0, -1))


def _heat_cell(run: PastRun, r: int, fm: int, there: Sequence[_Cell]) -> HeatCell:
    segments = {cell.segment for cell in there}
    return HeatCell(
        r=r,
        fm=fm,
        customers=sum(cell.customers for cell in there),
        revenue=sum((cell.money for cell in there), Decimal(0)),
        segment=segments.pop() if len(segments) == 1 else None,
        trace=replace(trace_of_run(run), r=r, fm=fm),
    )


async def _cells(run: PastRun) -> list[_Cell]:
    rows = await current_scope().fetch(sql.CELLS, run.id)
    return [_Cell(row["segment"], row["r"], row["f"], row["m"], row["customers"], amount(int(row["monetary_e4"]))) for row in rows]


async def _flows(run: PastRun) -> tuple[TracedFlow, ...]:
    flows = [Flow(*row) for row in await current_scope().fetch(sql.FLOWS, run.id)]
    whole = trace_of_run(run)
    return tuple(
        TracedFlow(flow, replace(whole, run_id=run.id, from_segment=flow.from_segment or NOWHERE, to_segment=flow.to_segment or NOWHERE))
        for flow in flows
    )
