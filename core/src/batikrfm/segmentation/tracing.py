"""From a number down to the rows that it was counted from: customers, and their orders.

A number carries a :class:`Trace`. :func:`traced_customers` and :func:`traced_orders` page through its rows; they add up to the number.
Everything here runs in the tenant's scope.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal
from uuid import UUID

from batikrfm.sales.returns import Returns

Buyers = Literal["all", "new", "returning"]
"""Of those who bought in a period: everyone, those whose first purchase it was, those who had bought before."""


@dataclass(frozen=True)
class Trace:
    """Which rows a number comes from.

    ``of`` says what it counts or sums. ``since`` and ``until`` are days where the shop is, both inside; ``buyers`` are customers with a
    purchase then, ``purchases_only`` leaves out orders that are none. ``run_id`` with ``from_segment``/``to_segment`` (``"-"``: none) are those who moved in a run; ``segment``, ``r`` and
    ``fm`` are where customers are as of the latest run. ``customer_id`` is one customer's orders. ``returns`` says which money counts.
    """

    of: Literal["customers", "orders"]
    returns: Returns = "net"
    since: dt.date | None = None
    until: dt.date | None = None
    buyers: Buyers | None = None
    purchases_only: bool = False
    segment: str | None = None
    r: int | None = None
    fm: int | None = None
    run_id: UUID | None = None
    from_segment: str | None = None
    to_segment: str | None = None
    customer_id: UUID | None = None

    def to_query(self) -> dict[str, str]:
        """The trace as query parameters of a URL: no personal data in it."""
        raise NotImplementedError

    @classmethod
    def from_query(cls, parameters: Mapping[str, str]) -> Trace:
        """What :meth:`to_query` wrote; other parameters are passed over. Raises :class:`BadTraceError` for values that cannot be."""
        raise NotImplementedError


@dataclass(frozen=True)
class TracedOrder:
    """An order behind a number. ``money`` is what it adds to it, in the shop's currency; ``import_id`` is where it came from."""

    id: UUID
    key: str
    ordered_at: dt.datetime
    channel: str | None
    money: Decimal
    customer_id: UUID | None
    customer: str | None
    import_id: UUID


@dataclass(frozen=True)
class TracedCustomer:
    """A customer behind a number; ``money`` and ``purchases`` are what they add to it. ``trace`` leads on to their orders."""

    id: UUID
    key: str
    name: str | None
    segment: str | None
    money: Decimal
    purchases: int
    trace: Trace


@dataclass(frozen=True)
class OrdersPage:
    """Orders, the latest first; ``next`` is the cursor of the page after, None on the last."""

    rows: tuple[TracedOrder, ...]
    next: str | None


@dataclass(frozen=True)
class CustomersPage:
    """Customers by id (the order in which the shop met them); ``next`` is the cursor of the page after, None on the last."""

    rows: tuple[TracedCustomer, ...]
    next: str | None


async def traced_orders(trace: Trace, after: str | None = None, limit: int = 50) -> OrdersPage:
    """A page of the orders behind a number; for one that counts customers, the orders of those customers that made them count."""
    raise NotImplementedError


async def traced_customers(trace: Trace, after: str | None = None, limit: int = 50) -> CustomersPage:
    """A page of the customers behind a number that counts or sums customers."""
    raise NotImplementedError
