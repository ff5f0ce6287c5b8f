"""From the orders of sales files to a whole answer, in memory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from batikrfm.sales.orders import Orders
from batikrfm.sales.returns import Returns
from batikrfm.sdk.segmentation import SegmentationStrategy
from batikrfm.segmentation.analysis import Analysis
from batikrfm.segmentation.days import day_after, start_of
from batikrfm.segmentation.errors import NoPurchases
from batikrfm.segmentation.scoring import score


@dataclass(frozen=True)
class Question:
    """What is asked of a shop's orders.

    ``as_of`` None is the day after the last sale. Orders made after the as-of day do not count, unless ``open_ended``: where the day
    only follows from the last sale, a credit note of the week after still lowers the money. With ``since_days``, orders made more than
    so many days before do not count either. ``settings`` are the strategy's own.
    """

    strategy: SegmentationStrategy[Any]
    as_of: dt.date | None = None
    returns: Returns = "net"
    open_ended: bool = False
    since_days: int | None = None
    currency: str = "IDR"
    timezone: str = "Asia/Jakarta"
    settings: Mapping[str, object] = field(default_factory=dict)


def answer(orders: Orders, question: Question) -> Analysis:
    """Segment the customers of ``orders``. CPU-heavy. Raises :class:`NoPurchases` where nothing was bought."""
    returns, timezone = question.returns, question.timezone
    last_sale = orders.last_sale_at(returns)
    if last_sale is None:
        raise NoPurchases(rows=orders.rows)
    as_of = question.as_of or day_after(last_sale, timezone)
    since, until = window(question, as_of)
    revenue = orders.revenue(returns, since=since, until=until)
    return Analysis(
        scored=score(
            orders.totals(since=since, until=until),
            question.strategy,
            as_of=as_of,
            timezone=timezone,
            returns=returns,
            settings=question.settings,
        ),
        rows=orders.rows,
        rows_by_outcome={str(outcome): rows for outcome, rows in orders.rows_by_outcome.items()},
        orders=orders.purchases(returns, since=since, until=until),
        revenue_e4=revenue.total_e4,
        revenue_without_customer_e4=revenue.without_customer_e4,
        currency=question.currency,
        timezone=timezone,
    )


def window(question: Question, as_of: dt.date) -> tuple[dt.datetime | None, dt.datetime | None]:
    """The first moment that counts and the first that no longer does, seen from ``as_of``; None is no bound.

    A look-back of N days begins N whole days before the as-of day, so recency in it is 0 to N.
    """
    days, timezone = question.since_days, question.timezone
    since = None if days is None else start_of(as_of - dt.timedelta(days=days), timezone)
    return since, None if question.open_ended else start_of(as_of + dt.timedelta(days=1), timezone)
