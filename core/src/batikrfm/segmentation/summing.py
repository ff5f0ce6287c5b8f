"""What the rows behind a number add up to, and one of its orders down to the lines of the file. Runs in the tenant's scope."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.segmentation import tracing_queries as sql
from batikrfm.segmentation.errors import OrderNotFoundError
from batikrfm.segmentation.exact import amount
from batikrfm.segmentation.profile import OrderEntry, order_entry
from batikrfm.segmentation.tracing import Trace, every_order, window


@dataclass(frozen=True)
class Sum:
    """How many rows, and what they add up to in the shop's currency."""

    count: int
    money: Decimal


@dataclass(frozen=True)
class FoundOrder:
    """An order with its lines; ``customer`` is the name of who bought it, or their key.

    ``upload_id`` is the upload that brought it as it is now; None where an operator imported the file by the command line.
    """

    entry: OrderEntry
    customer_id: UUID | None
    customer: str | None
    imported_at: dt.datetime
    upload_id: UUID | None


async def sum_of_orders(trace: Trace) -> Sum:
    """Of all rows of :func:`~batikrfm.segmentation.tracing.traced_orders`."""
    return await _sum(sql.SUM_OF_ORDERS, *await every_order(trace))


async def sum_of_customers(trace: Trace) -> Sum:
    """Of all rows of :func:`~batikrfm.segmentation.tracing.traced_customers`."""
    if trace.run_id is not None:
        return await _sum(sql.SUM_OF_MOVED, *await window(trace), trace.run_id, trace.from_segment, trace.to_segment)
    if trace.buyers is not None:
        return await _sum(sql.SUM_OF_BUYERS, *await window(trace), trace.buyers)
    return await _sum(sql.SUM_OF_STANDING, trace.segment, trace.r, trace.fm)


async def find_order(order_id: UUID) -> FoundOrder:
    """One order. Raises :class:`~batikrfm.segmentation.errors.OrderNotFoundError`."""
    rows = await current_scope().fetch(sql.ORDER, order_id)
    if not rows:
        raise OrderNotFoundError
    row = rows[0]
    return FoundOrder(await order_entry(row), row["customer_id"], row["customer"], row["imported_at"], row["upload_id"])


async def _sum(query: str, *values: object) -> Sum:
    (row,) = await current_scope().fetch(query, *values)
    return Sum(row["count"], amount(row["money_e4"]))
