"""From a number down to the rows that it was counted from: customers, and their orders.

A number carries a :class:`Trace`. :func:`traced_customers` and :func:`traced_orders` page through its rows; they add up to the number.
Everything here runs in the tenant's scope.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

from batikrfm.db.engine import current_scope
from batikrfm.sales.returns import Returns
from batikrfm.segmentation import tracing_queries as sql
from batikrfm.segmentation.customers import CustomerFilter, Sort, list_customers
from batikrfm.segmentation.days import start_of
from batikrfm.segmentation.errors import BadTraceError
from batikrfm.segmentation.exact import amount
from batikrfm.segmentation.paging import cut, read_cursor, write_cursor

Buyers = Literal["all", "new", "returning"]
"""Of those who bought in a period: everyone, those whose first purchase it was, those who had bought before."""


@dataclass(frozen=True)
class Trace:
    """Which rows a number comes from.

    ``of`` says what it counts or sums. ``since`` and ``until`` are days where the shop is, both inside; ``buyers`` are customers with a
    purchase then, ``purchases_only`` leaves out orders that are none. ``run_id`` with ``from_segment`` and ``to_segment`` (``"-"``: none)
    are those who moved in a run; ``segment``, ``r`` and ``fm`` are where customers are as of the latest run. ``customer_id`` is one
    customer's orders. ``returns`` says which money counts.
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
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: str(value) for name, value in values.items() if value is not None and value is not False}

    @classmethod
    def from_query(cls, parameters: Mapping[str, str]) -> Trace:
        """What :meth:`to_query` wrote; other parameters are passed over. Raises :class:`BadTraceError` for values that cannot be."""
        names = {field.name for field in fields(cls)}
        given = {name: value for name, value in parameters.items() if name in names and value != ""}
        try:
            trace = msgspec.convert(given, cls, strict=False)
        except msgspec.ValidationError:
            raise BadTraceError from None
        scores = {trace.r, trace.fm} - {None, *range(1, 6)}
        words = (trace.segment, trace.from_segment, trace.to_segment)
        if scores or not all(word is None or (word.isprintable() and len(word) <= LONGEST_WORD) for word in words):
            raise BadTraceError
        return trace


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
    place = read_cursor(after, _OrderPlace) if after else _BEFORE_ALL
    rows = await current_scope().fetch(sql.ORDERS, *await _orders_after(trace, place), max(1, min(limit, MOST)) + 1)
    shown, last = cut(rows, max(1, min(limit, MOST)))
    following = write_cursor(_OrderPlace(last["ordered_at"], last["id"])) if last else None
    return OrdersPage(tuple(_order(row) for row in shown), following)


async def traced_customers(trace: Trace, after: str | None = None, limit: int = 50) -> CustomersPage:
    """A page of the customers behind a number that counts or sums customers: by id, or those of a segment or cell by their money."""
    limit = max(1, min(limit, MOST))
    if trace.buyers is None and trace.run_id is None:
        return await _standing(trace, after, limit)
    place = read_cursor(after, _CustomerPlace).id if after else _FIRST_ID
    if trace.run_id is not None:
        values = (place, trace.run_id, trace.from_segment, trace.to_segment)
        rows = await current_scope().fetch(sql.MOVED, *await window(trace), *values, limit + 1)
    else:
        rows = await current_scope().fetch(sql.BUYERS, *await window(trace), place, trace.buyers, limit + 1)
    shown, last = cut(rows, limit)
    following = write_cursor(_CustomerPlace(last["id"])) if last else None
    return CustomersPage(tuple(_customer(row, trace) for row in shown), following)


async def _standing(trace: Trace, after: str | None, limit: int) -> CustomersPage:
    """Customers by where they stand now, with what they bought in the trace's time."""
    wanted = CustomerFilter(segment=trace.segment, r=trace.r, fm=trace.fm)
    page = await list_customers(wanted, sort=Sort.MONETARY, after=after, limit=limit)
    ids = [row.id for row in page.rows]
    found = {row["id"]: row for row in await current_scope().fetch(sql.OF_CUSTOMERS, *await window(trace), ids)}
    return CustomersPage(tuple(_customer(found[one], trace) for one in ids), page.next)


class _OrderPlace(msgspec.Struct, frozen=True, array_like=True):
    at: dt.datetime
    id: UUID


class _CustomerPlace(msgspec.Struct, frozen=True, array_like=True):
    id: UUID


MOST: Final = 500
LONGEST_WORD: Final = 100
NOWHERE: Final = "-"
_FIRST_ID, _LAST_ID = UUID(int=0), UUID(int=(1 << 128) - 1)
_BEFORE_ALL: Final = _OrderPlace(dt.datetime(9000, 1, 1, tzinfo=dt.UTC), _LAST_ID)


async def every_order(trace: Trace) -> tuple[object, ...]:
    """The first values of a statement about all the orders behind a number."""
    return await _orders_after(trace, _BEFORE_ALL)


async def _orders_after(trace: Trace, place: _OrderPlace) -> tuple[object, ...]:
    who = (trace.customer_id, trace.buyers, trace.segment, trace.r, trace.fm, trace.run_id, trace.from_segment, trace.to_segment)
    return (*await window(trace), place.at, place.id, trace.purchases_only, *who)


async def window(trace: Trace) -> tuple[bool, dt.datetime | None, dt.datetime | None]:
    """Whether returns are left out, and the days as instants: the first moment that counts and the first that no longer does."""
    zone = await current_scope().fetchval(sql.ZONE)
    since = None if trace.since is None else start_of(trace.since, zone)
    until = None if trace.until is None else start_of(trace.until + dt.timedelta(days=1), zone)
    return trace.returns == "ignore", since, until


def _order(row: Mapping[str, Any]) -> TracedOrder:
    return TracedOrder(
        id=row["id"],
        key=row["key"],
        ordered_at=row["ordered_at"],
        channel=row["channel"],
        money=amount(row["money_e4"]),
        customer_id=row["customer_id"],
        customer=row["name"] or row["customer_key"],
        import_id=row["import_id"],
    )


def _customer(row: Mapping[str, Any], trace: Trace) -> TracedCustomer:
    orders = Trace("orders", trace.returns, trace.since, trace.until, customer_id=row["id"])
    return TracedCustomer(row["id"], row["key"], row["name"], row["segment"], amount(row["money_e4"]), row["purchases"], orders)
