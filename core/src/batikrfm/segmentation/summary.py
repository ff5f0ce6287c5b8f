"""One row for each segment: how many, how much, and who is typical. Exact: no figure passes through a float."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from batikrfm.sdk.segmentation import Segment
from batikrfm.segmentation.exact import amount, half, half_amount

_VALUES = ("recency_days", "frequency", "monetary")


@dataclass(frozen=True)
class SegmentSummary:
    """One segment of one result.

    ``revenue`` and ``median_monetary`` are in the currency's unit. A median of an even number of customers is the exact middle, so it
    can be half a day or half a ten-thousandth; it is None where the segment is empty.
    """

    segment: Segment
    customers: int
    revenue: Decimal
    median_recency_days: Decimal | None
    median_frequency: Decimal | None
    median_monetary: Decimal | None


def summarise(customers: pl.DataFrame, segments: tuple[Segment, ...]) -> tuple[SegmentSummary, ...]:
    """A summary for each of ``segments``, in their order, empty ones too. ``customers`` is what a strategy answered."""
    middles = [_middle_twice(name) for name in _VALUES]
    grouped = customers.group_by("segment").agg(pl.len(), pl.col("monetary").cast(pl.Int128).sum().alias("revenue"), *middles)
    found = {row["segment"]: row for row in grouped.iter_rows(named=True)}
    return tuple(_summary(segment, found.get(segment.key)) for segment in segments)


def _middle_twice(name: str) -> pl.Expr:
    """The sum of the two middle values: twice the median, as a whole number."""
    ordered = pl.col(name).sort()
    lower, upper = ordered.get((pl.len() - 1) // 2), ordered.get(pl.len() // 2)
    return (lower.cast(pl.Int128) + upper.cast(pl.Int128)).alias(f"{name}_twice")


def _summary(segment: Segment, row: dict[str, Any] | None) -> SegmentSummary:
    if row is None:
        return SegmentSummary(segment, 0, Decimal(0), None, None, None)
    return SegmentSummary(
        segment,
        customers=row["len"],
        revenue=amount(row["revenue"]),
        median_recency_days=half(row["recency_days_twice"]),
        median_frequency=half(row["frequency_twice"]),
        median_monetary=half_amount(row["monetary_twice"]),
    )
