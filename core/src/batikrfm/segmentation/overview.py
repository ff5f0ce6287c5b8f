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
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from batikrfm.sdk.text import Text
from batikrfm.segmentation.history import Flow, PastRun
from batikrfm.segmentation.tracing import Trace

PERIODS: Final = (7, 30, 90, 365)
Days = Literal[7, 30, 90, 365]


@dataclass(frozen=True)
class Period:
    """Days where the shop is; both are inside."""

    since: dt.date
    until: dt.date


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
class Product:
    """A product of the period; ``money`` is net. ``orders`` it was in."""

    name: str
    orders: int
    quantity: Decimal
    money: Decimal


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
    raise NotImplementedError
