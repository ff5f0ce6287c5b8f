"""A whole answer: what was read, what it came to, and the segments. Reports, the terminal and ``--json`` all show this one object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from batikrfm.sales.lines import Outcome
from batikrfm.sdk.text import Language
from batikrfm.segmentation.exact import amount, number
from batikrfm.segmentation.scoring import Scored
from batikrfm.segmentation.summary import SegmentSummary

_JSON = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True)
class Analysis:
    """Segments and the rows that they come from.

    ``rows`` were read; ``rows_by_outcome`` adds up to them. ``orders`` are purchases. ``revenue_e4`` is all money counted, with a
    customer and without (``revenue_without_customer_e4``).
    """

    scored: Scored
    rows: int
    rows_by_outcome: Mapping[str, int]
    orders: int
    revenue_e4: int
    revenue_without_customer_e4: int
    currency: str
    timezone: str

    @property
    def customers(self) -> int:
        """Customers with a purchase: those who were scored."""
        return sum(segment.customers for segment in self.scored.segments)

    @property
    def revenue(self) -> Decimal:
        return amount(self.revenue_e4)

    @property
    def revenue_without_customer(self) -> Decimal:
        return amount(self.revenue_without_customer_e4)

    @property
    def revenue_without_purchase(self) -> Decimal:
        """Money of customers who were not scored because they only sent things back: what is left when all else is added up."""
        return self.revenue - self.revenue_without_customer - sum((segment.revenue for segment in self.scored.segments), Decimal(0))


def as_json(analysis: Analysis, language: Language = "id") -> bytes:
    """The one object of ``--json``; every amount and median is an exact JSON number."""
    segmentation = analysis.scored.segmentation
    return _JSON.encode(
        {
            "rows": analysis.rows,
            "rows_by_outcome": {outcome: analysis.rows_by_outcome.get(outcome, 0) for outcome in Outcome},
            "orders": analysis.orders,
            "customers": analysis.customers,
            "revenue": analysis.revenue,
            "currency": analysis.currency,
            "as_of": analysis.scored.as_of,
            "mode": segmentation.mode,
            "cut_points": {name: [number(cut) for cut in cuts] for name, cuts in segmentation.cut_points.items()},
            "segments": [_segment(segment, language) for segment in analysis.scored.segments],
        }
    )


def _segment(summary: SegmentSummary, language: Language) -> dict[str, Any]:
    return {
        "key": summary.segment.key,
        "name": summary.segment.name.say(language),
        "customers": summary.customers,
        "revenue": summary.revenue,
        "median_recency_days": summary.median_recency_days,
        "median_frequency": summary.median_frequency,
        "median_monetary": summary.median_monetary,
    }
