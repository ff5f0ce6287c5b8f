"""A mapped sheet as lines and rejected rows."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import polars as pl

from batikrfm.sales.lines import LINES, Status
from batikrfm.sales.mapping.columns import NUMBER_FIELDS
from batikrfm.sales.mapping.exports import EXPORTS
from batikrfm.sales.mapping.model import Mapping
from batikrfm.sales.parsing.model import Parsed
from batikrfm.sales.parsing.money import number_columns, styles_by_currency, styles_told
from batikrfm.sales.parsing.people import came_back, people, statuses
from batikrfm.sales.parsing.raw import raw_columns
from batikrfm.sales.parsing.reasons import Reason
from batikrfm.sales.parsing.rejecting import rejected_rows
from batikrfm.sales.parsing.times import times
from batikrfm.sales.reading import Sheet


def parse(sheet: Sheet, mapping: Mapping, *, timezone: str, currency: str, today: dt.date | None = None) -> Parsed:
    """Read every row of ``sheet``: into a line, or into a rejection that says why. No cell content raises.

    ``mapping`` has at least ``ordered_at`` and an amount. Local times are those of ``timezone``. ``currency`` tells what ``1.234`` is
    where the file does not, and how phone numbers are written. ``today`` bounds believable dates (default: today, UTC).
    """
    raw = raw_columns(sheet, mapping)
    with ThreadPoolExecutor(2) as threads:  # polars works outside of the interpreter's lock, so two columns are read at once
        sold = threads.submit(times, sheet, mapping, raw, timezone=timezone, today=today or dt.datetime.now(dt.UTC).date())
        numbers = threads.submit(_numbers, sheet, mapping, currency)
        contacts = people(raw, currency, threads)
        status, unknown = statuses(raw, mapping)
        found = (raw.select("line"), sold.result(), contacts, numbers.result(), status.to_frame())
    frame = pl.concat(found, how="horizontal").with_columns(_status(came_back(raw, mapping)))
    frame = frame.with_columns(_reason(frame, EXPORTS[mapping.layout].add_ons if mapping.layout else None))
    lines = frame if frame["reason"].null_count() == frame.height else frame.filter(pl.col("reason").is_null())
    return Parsed(lines.select(*LINES), rejected_rows(sheet, mapping, frame), unknown)


def _numbers(sheet: Sheet, mapping: Mapping, currency: str) -> pl.DataFrame:
    """``<field>_e4`` and ``<field>_problem`` of every money and quantity field."""
    columns = number_columns(sheet, mapping)
    styles = styles_by_currency(columns, styles_told(columns, mapping.styles), currency)
    series = []
    for name in NUMBER_FIELDS:
        if name in columns:
            found = columns[name].read(styles.get(name))
            series += [found["e4"].alias(f"{name}_e4"), found["problem"].alias(f"{name}_problem")]
        else:
            nothing = pl.Series([None], dtype=pl.Int64).new_from_index(0, sheet.cells.height)
            series += [nothing.alias(f"{name}_e4"), nothing.cast(pl.String).alias(f"{name}_problem")]
    return pl.DataFrame(series)


def _status(returns: pl.Series | None) -> pl.Expr:
    """A sale whose return was granted came back, unless the file counts what came back of its order piece by piece."""
    if returns is None:
        return pl.col("status")
    by_piece = (pl.col("returned_quantity_e4") > 0).fill_null(value=False).any().over("order_id")
    was_sale = pl.col("status").fill_null(Status.PAID) == Status.PAID
    return pl.when(pl.lit(returns) & was_sale & ~by_piece).then(pl.lit(Status.RETURNED)).otherwise("status").alias("status")


def _reason(frame: pl.DataFrame, add_ons: str | None) -> pl.Expr:
    """Why a row is rejected, null where it is not. What does not count towards the amount may be unreadable."""
    line_total, unit_price, order_total = pl.col("line_total_e4"), pl.col("unit_price_e4"), pl.col("order_total_e4")
    of_order = pl.when(unit_price.is_null()).then("order_total_problem")
    amount = pl.when(line_total.is_null()).then(pl.coalesce("line_total_problem", "unit_price_problem", "discount_problem", of_order))
    never_sold = pl.col("status").is_in([Status.CANCELLED, Status.UNPAID]).fill_null(value=False)
    silent = line_total.is_null() & unit_price.is_null() & ~never_sold
    if add_ons:
        silent &= ~pl.col("product").str.starts_with(add_ons).fill_null(value=False)
    if frame["order_total_e4"].null_count() < frame.height:
        in_order = (
            pl.when(pl.col("order_id").is_not_null())
            .then(order_total.is_not_null().any().over("order_id"))
            .otherwise(order_total.is_not_null())
        )
        silent &= ~in_order
    return pl.coalesce(
        "date_problem",
        "amount_" + amount,
        "quantity_" + pl.col("quantity_problem"),
        pl.when(silent).then(pl.lit(Reason.NO_AMOUNT)),
    ).alias("reason")
