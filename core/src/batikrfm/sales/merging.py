"""Several sheets in one call become one set of lines, whatever their order.

Where an order occurs in more than one sheet (an export that overlaps another, the same file twice, an order split over two files), its
lines are the multiset maximum: a line that one sheet holds twice and another once is there twice. What makes a line the same line is what
was bought, when, and for how much; its status is the furthest that any sheet knows. Lines without an order id are purchases of their own,
told apart by customer, time, amount and being the n-th such line of their sheet.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from batikrfm.sales.lines import Status

_BOUGHT = (
    "family",
    "order_id",
    "ordered_at",
    "product",
    "quantity_e4",
    "unit_price_e4",
    "line_total_e4",
    "order_total_e4",
    "discount_e4",
)
_ANONYMOUS_PURCHASE = ("customer", "ordered_at", "amount_e4")
_STAGES = [Status.UNPAID, Status.PAID, Status.CANCELLED, Status.RETURNED]


def merge(lines: pl.DataFrame) -> pl.DataFrame:
    """Each line of several sheets once, with ``copies``, the number of rows behind it.

    ``lines`` has the columns of LINES, ``source`` (its sheet), ``family`` (its layout) and ``amount_e4``.
    """
    with_id = lines.filter(pl.col("order_id").is_not_null())
    without_id = lines.filter(pl.col("order_id").is_null())
    in_several = (
        with_id.group_by("family", "order_id").agg(pl.col("source").min().alias("first"), pl.col("source").max().alias("last"))
    ).filter(pl.col("first") != pl.col("last"))
    key = ["family", "order_id"]
    alone = with_id.join(in_several, on=key, how="anti") if in_several.height else with_id
    shared = with_id.join(in_several, on=key, how="semi") if in_several.height else with_id.clear()
    parts = [alone.with_columns(pl.lit(1, pl.UInt32).alias("copies")), _maximum(shared, _BOUGHT), _maximum(without_id, _ANONYMOUS_PURCHASE)]
    return pl.concat([part.select(*lines.columns, "copies") for part in parts])


def number_occurrences(lines: pl.DataFrame, same: Sequence[str]) -> pl.DataFrame:
    """Add ``nth``: 1, 2, .. among the lines that agree in the columns ``same``. The order of rows does not matter."""
    repeated = pl.len().over(same) > 1
    first = lines.filter(~repeated).with_columns(pl.lit(1, pl.UInt32).alias("nth"))
    others = lines.filter(repeated).sort(pl.all().exclude("line", "row"))
    numbered = others.with_columns((pl.int_range(pl.len(), dtype=pl.UInt32).over(same) + 1).alias("nth"))
    return pl.concat([first, numbered])


def _maximum(lines: pl.DataFrame, same: Sequence[str]) -> pl.DataFrame:
    """One row for each line that some sheet holds, of all that agree in the columns ``same``."""
    stage = pl.col("status").replace_strict(_STAGES, range(len(_STAGES)), return_dtype=pl.Int8)
    numbered = number_occurrences(lines.with_columns(stage), ["source", *same])
    key = [*same, "nth"]
    merged = numbered.group_by(key).agg(pl.all().exclude("line").max(), pl.col("line").min(), pl.len().cast(pl.UInt32).alias("copies"))
    return merged.with_columns(pl.col("status").replace_strict(range(len(_STAGES)), _STAGES, return_dtype=pl.String))
