"""Layouts that name no amount of a line, only the order's total, often repeated on each of its lines."""

from __future__ import annotations

import polars as pl

from batikrfm.sales.lines import Status

_ORDER = ("family", "order_id")
_LINE_TOTAL_SHARE = 0.1
"""Where the "order total" differs within this share of the orders that have several, the layout's column holds line totals."""


def with_order_totals(lines: pl.DataFrame) -> pl.DataFrame:
    """Fill ``amount_e4`` (null where the line says nothing of itself) from the order's total, in layouts that have nothing else.

    The total goes to one line of the order, a paid one if there is any, and the others count nothing. Adds ``negative``: the amount, the
    order total that stands for it or the quantity is below zero.
    """
    speaks = (pl.col("amount_e4").is_not_null() & pl.col("order_id").is_not_null()).any()
    silent = lines.group_by("family").agg(speaks.alias("speaks")).filter(~pl.col("speaks"))
    if silent.is_empty():
        return lines.with_columns(pl.col("amount_e4").fill_null(0)).with_columns(_negative(pl.col("amount_e4")))
    spoken = lines.join(silent, on="family", how="anti")
    totals = _once_an_order(lines.join(silent, on="family", how="semi"))
    return pl.concat([with_order_totals(spoken), totals.select(*lines.columns, "negative")]) if spoken.height else totals


def _once_an_order(lines: pl.DataFrame) -> pl.DataFrame:
    total = pl.col("order_total_e4")
    in_order = lines.join(_orders_of_line_totals(lines), on=_ORDER, how="left").sort(
        total.is_null(), pl.col("status").is_in([Status.CANCELLED, Status.UNPAID, Status.RETURNED]).fill_null(value=False), *_contents()
    )
    counts = pl.col("of_lines") | pl.struct(_ORDER).is_first_distinct()
    amount = pl.coalesce("amount_e4", pl.when(counts.fill_null(value=False)).then(total), 0)
    return in_order.with_columns(amount.alias("amount_e4"), _negative(pl.coalesce("amount_e4", total))).drop("of_lines")


def _orders_of_line_totals(lines: pl.DataFrame) -> pl.DataFrame:
    """Each order with ``of_lines``: whether its "order totals" are really those of its lines."""
    total = pl.col("order_total_e4")
    orders = (
        lines.filter(pl.col("order_id").is_not_null())
        .group_by(_ORDER)
        .agg((total.drop_nulls().n_unique() > 1).alias("differs"), (total.count() > 1).alias("several"))
    )
    share = pl.col("differs").filter("several").mean().over("family")
    return orders.select(*_ORDER, (pl.col("differs") | (share >= _LINE_TOTAL_SHARE).fill_null(value=False)).alias("of_lines"))


def _contents() -> list[pl.Expr]:
    """Columns that order the lines of one order the same way whatever the order of rows."""
    return [pl.col("product"), pl.col("quantity_e4"), pl.col("ordered_at"), pl.col("order_total_e4")]


def _negative(amount: pl.Expr) -> pl.Expr:
    return ((amount < 0) | (pl.col("quantity_e4") < 0)).fill_null(value=False).alias("negative")
