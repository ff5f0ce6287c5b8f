"""What the lines of a shop's files mean: which are purchases, what each is worth, and what became of every row.

The rules, in one place:

- A line is worth its line total, or else price times quantity less discount, or else the order's total, taken once an order. Where the
  "order total" differs between the lines of an order, it is a line total after all.
- A line is *cancelled* if its status is cancelled or unpaid, or its order id is ``C`` and digits in a layout whose ids are mostly digits.
  It is a *refund* if its amount or quantity is negative or it came back. Cancelled lines and lines that came back count nothing if
  positive (the sale never was); a negative line always counts as it is. Where only a part came back, that share is taken off.
- An order's ``net_e4`` is the sum of all that; its ``gross_e4`` is the sum of its positive sale lines alone.
- An order has one customer: a line without one takes that of the other lines of its order.
- An order that two different layouts tell is taken from the one that tells more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from batikrfm.sales.amounts import LARGEST_AMOUNT, kept_part, own_amount, refuse_overflow
from batikrfm.sales.lines import LINES, Outcome, SheetLines, Status, without_nul
from batikrfm.sales.merging import merge
from batikrfm.sales.order_totals import with_order_totals

_ORDER = ("family", "order_id")
_SUMMED = ("net_e4", "gross_e4", "rows", "cancelled_rows", "refund_rows")


@dataclass(frozen=True)
class Meaning:
    """What the sheets say.

    ``lines``: each line once; the columns of LINES, ``row`` UInt32 (a number for it), ``source`` UInt16 (index of the sheet), ``family``
    UInt16, ``amount_e4``, ``net_e4``, ``gross_e4`` Int64 and some of our own.
    ``orders``: each order once; ``family``, ``order_id``, ``row`` (of the one line, where there is no order id), ``customer`` String?,
    ``ordered_at``, ``channel`` String?, ``net_e4``, ``gross_e4`` Int64.
    ``absurd``: ``source`` (index of the sheet), ``line``, ``unit_price_e4`` and ``quantity_e4`` of rows that were left out because no sale
    is worth that much.
    ``rows``: rows by outcome, the absurd ones not among them.
    """

    lines: pl.DataFrame
    orders: pl.DataFrame
    absurd: pl.DataFrame
    rows: dict[Outcome, int]


def understand(sheets: Sequence[SheetLines]) -> Meaning:
    """The orders in ``sheets``. The order of sheets and rows, and telling a line in several sheets, change nothing.

    Raises :class:`~batikrfm.sales.errors.TooMuchMoney` where the sums could overflow.
    """
    lines = _gathered(sheets)
    lines = lines.with_columns(own_amount(lines).alias("amount_e4"))
    is_absurd = (pl.col("amount_e4").abs() > LARGEST_AMOUNT).fill_null(value=False)
    absurd = lines.filter(is_absurd).select("source", "line", "unit_price_e4", "quantity_e4")
    lines = (lines.filter(~is_absurd) if absurd.height else lines).with_columns(pl.col("amount_e4").cast(pl.Int64))
    merged = merge(lines) if len(sheets) > 1 else lines.with_columns(pl.lit(1, pl.UInt32).alias("copies"))
    valued = _valued(_with_credit_notes(_with_status_of_order(with_order_totals(merged))))
    refuse_overflow(valued)
    told = _orders(valued)
    orders = _told_best(told, valued)
    kept = valued if orders.height == told.height else valued.join(orders, on=_ORDER, how="semi", nulls_equal=True)
    return Meaning(kept, orders.select(*_ORDER, "row", "customer", "ordered_at", "channel", "net_e4", "gross_e4"), absurd, _count(told))


def _gathered(sheets: Sequence[SheetLines]) -> pl.DataFrame:
    families = sorted({sheet.family for sheet in sheets})
    frames = [
        sheet.lines.select(*LINES).with_columns(
            pl.lit(index, pl.UInt16).alias("source"), pl.lit(families.index(sheet.family), pl.UInt16).alias("family")
        )
        for index, sheet in enumerate(sheets)
    ]
    return without_nul(pl.concat([pl.DataFrame(schema={**LINES, "source": pl.UInt16, "family": pl.UInt16}), *frames]))


def _with_status_of_order(lines: pl.DataFrame) -> pl.DataFrame:
    """Exports that write an order's status on its first line only mean all of its lines."""
    status = lines["status"]
    if status.null_count() in {0, len(status)}:
        return lines
    order = lines.filter(pl.col("order_id").is_not_null()).group_by(_ORDER).agg(pl.col("status").drop_nulls().unique().alias("known"))
    unanimous = order.filter(pl.col("known").list.len() == 1).select(*_ORDER, pl.col("known").list.first())
    return lines.join(unanimous, on=_ORDER, how="left").with_columns(pl.coalesce("status", "known").alias("status")).drop("known")


def _with_credit_notes(lines: pl.DataFrame) -> pl.DataFrame:
    """Where a layout's order ids are mostly digits, ``C`` and digits cancels an invoice."""
    order_id = pl.col("order_id")
    another = order_id.ne_missing(order_id.shift()) | (pl.col("family") != pl.col("family").shift())
    orders = lines.lazy().select(_ORDER).filter(another & order_id.is_not_null()).unique()
    is_note = order_id.str.contains("^[Cc][0-9]+$")
    found = orders.group_by("family").agg(order_id.str.contains("^[0-9]+$").mean().alias("digits"), is_note.any().alias("notes")).collect()
    families = found.filter(pl.col("notes") & (pl.col("digits") > 0.5))["family"]  # noqa: PLR2004 - "mostly" is more than half
    if families.is_empty():
        return lines
    note = (is_note & pl.col("family").is_in(families.to_list())).fill_null(value=False)
    return lines.with_columns(pl.when(note).then(pl.lit(Status.CANCELLED.value)).otherwise("status").alias("status"))


def _valued(lines: pl.DataFrame) -> pl.DataFrame:
    """Add what each line does to its order: the columns ``_SUMMED``."""
    amount, copies = pl.col("amount_e4"), pl.col("copies").cast(pl.Int64)
    cancelled = pl.col("status").is_in([Status.CANCELLED, Status.UNPAID]).fill_null(value=False)
    came_back = (pl.col("status") == Status.RETURNED).fill_null(value=False) | (
        (pl.col("quantity_e4") > 0) & (pl.col("returned_quantity_e4") >= pl.col("quantity_e4"))
    ).fill_null(value=False)
    refund = ~cancelled & (pl.col("negative") | came_back)
    credit = pl.when(amount < 0).then(amount).otherwise(0)
    has_quantity = pl.col("quantity_e4").ne_missing(0)
    kept = kept_part(amount) if lines["returned_quantity_e4"].null_count() < lines.height else amount
    return lines.with_row_index("row").with_columns(
        pl.when(cancelled | refund).then(credit).otherwise(kept).alias("net_e4"),
        pl.when(cancelled | refund | ~has_quantity).then(0).otherwise(amount).alias("gross_e4"),
        copies.alias("rows"),
        pl.when(cancelled).then(copies).otherwise(0).alias("cancelled_rows"),
        pl.when(refund).then(copies).otherwise(0).alias("refund_rows"),
    )


def _orders(lines: pl.DataFrame) -> pl.DataFrame:
    columns = [*_ORDER, "row", "customer", "ordered_at", "channel", *_SUMMED]
    alone = lines.filter(pl.col("order_id").is_null()).select(columns)
    grouped = (
        lines.lazy()
        .filter(pl.col("order_id").is_not_null())
        .group_by(_ORDER)
        .agg(pl.col("customer", "ordered_at", "channel").min(), pl.col(_SUMMED).sum(), pl.lit(None, pl.UInt32).alias("row"))
        .collect()
    )
    return pl.concat([grouped.select(columns), alone])


def _told_best(orders: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Each order id once: as the layout with the most columns filled tells it."""
    if orders["family"].n_unique() < 2:  # noqa: PLR2004  one layout cannot contradict itself
        return orders
    filled = pl.sum_horizontal(pl.col(list(LINES)).is_not_null().any())
    rank = lines.group_by("family").agg(filled.alias("filled")).sort("filled", "family", descending=[True, False])
    ranked = orders.join(rank, on="family").sort("filled", "family", descending=[True, False])
    return ranked.filter(pl.col("order_id").is_null() | pl.col("order_id").is_first_distinct()).drop("filled")


def _count(orders: pl.DataFrame) -> dict[Outcome, int]:
    sold = pl.col("rows") - pl.col("cancelled_rows") - pl.col("refund_rows")
    known = pl.col("customer").is_not_null()
    counts = orders.select(
        pl.col("cancelled_rows").sum().alias(Outcome.CANCELLED),
        pl.col("refund_rows").sum().alias(Outcome.REFUND),
        sold.filter(~known).sum().alias(Outcome.WITHOUT_CUSTOMER),
        sold.filter(known).sum().alias(Outcome.IMPORTED),
    )
    return {Outcome(name): int(count) for name, count in counts.row(0, named=True).items()}
