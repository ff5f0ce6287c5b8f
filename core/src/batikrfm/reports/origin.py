"""How the numbers of a report come about, whether the answer was worked out just now or is a stored run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from batikrfm.sales.returns import Returns
from batikrfm.sdk.text import Text

if TYPE_CHECKING:
    from batikrfm.segmentation import Analysis


@dataclass(frozen=True)
class Origin:
    """What was read and what became of it, where each part of the revenue is, what was asked, and how it was answered.

    Amounts are in ``currency``. ``revenue`` is all of it: ``revenue_of_segments``, ``revenue_without_customer`` and
    ``revenue_without_purchase`` add up to it.
    """

    rows: int
    rows_by_outcome: Mapping[str, int]
    orders: int
    customers: int
    revenue: Decimal
    revenue_without_customer: Decimal
    revenue_without_purchase: Decimal
    currency: str
    as_of: dt.date
    timezone: str
    returns: Returns
    strategy: Text
    strategy_key: str
    mode: str
    reason: Text
    cut_points: Mapping[str, Sequence[int | float | str]]
    notices: Sequence[Text]

    @property
    def revenue_of_segments(self) -> Decimal:
        return self.revenue - self.revenue_without_customer - self.revenue_without_purchase


def origin_of(analysis: Analysis) -> Origin:
    """The origin of an answer that is in memory."""
    scored, answer = analysis.scored, analysis.scored.segmentation
    return Origin(
        rows=analysis.rows,
        rows_by_outcome=analysis.rows_by_outcome,
        orders=analysis.orders,
        customers=analysis.customers,
        revenue=analysis.revenue,
        revenue_without_customer=analysis.revenue_without_customer,
        revenue_without_purchase=analysis.revenue_without_purchase,
        currency=analysis.currency,
        as_of=scored.as_of,
        timezone=analysis.timezone,
        returns=scored.returns,
        strategy=scored.strategy.name,
        strategy_key=scored.strategy.key,
        mode=answer.mode,
        reason=answer.reason,
        cut_points=answer.cut_points,
        notices=answer.notices,
    )
