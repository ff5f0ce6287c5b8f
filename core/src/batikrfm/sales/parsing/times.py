"""When each row was sold."""

from __future__ import annotations

import datetime as dt

import polars as pl

from batikrfm.sales.mapping.columns import moments_in
from batikrfm.sales.mapping.fields import Field
from batikrfm.sales.mapping.model import Mapping
from batikrfm.sales.parsing.reasons import Reason
from batikrfm.sales.reading import Sheet
from batikrfm.sales.values.clock import as_utc
from batikrfm.sales.values.days import DateStyle
from batikrfm.sales.values.moments import Moments, is_typed, out_of_range, times_of_day, typed_moments


def times(sheet: Sheet, mapping: Mapping, raw: pl.DataFrame, *, timezone: str, today: dt.date) -> pl.DataFrame:
    """``ordered_at`` (UTC) and ``date_problem`` (a ``Reason``) of each row; exactly one of them is null."""
    values, codes = _moments(sheet, mapping, raw[Field.ORDERED_AT])
    if Field.ORDERED_TIME in raw.columns:
        rows = values.select(pl.all().gather(codes))
        return _checked(rows.with_columns(_with_clock(times_of_day(raw[Field.ORDERED_TIME]))), timezone, today)
    rows = _checked(values, timezone, today).select(pl.all().gather(codes))
    blank = pl.col("ordered_at").is_null() & pl.col("date_problem").is_null()
    return rows.with_columns(pl.when(blank).then(pl.lit(Reason.NO_DATE)).otherwise("date_problem").alias("date_problem"))


def _moments(sheet: Sheet, mapping: Mapping, column: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
    """What the values in the column of dates say (``local``, ``east``, ``problem``), and for each row which of them it has (null: none)."""
    if is_typed(column):
        runs = column.rle_id()
        return typed_moments(column.filter((runs != runs.shift()).fill_null(value=True))), runs
    in_sheet = sheet.cells[str(mapping.columns[Field.ORDERED_AT])]
    is_as_read = column.dtype == pl.String and column.null_count() == in_sheet.null_count()  # nothing was filled in
    moments = moments_in(sheet, mapping.columns[Field.ORDERED_AT]) if is_as_read else Moments.of(column)
    chosen = mapping.styles.get(Field.ORDERED_AT)
    return moments.told(DateStyle(chosen) if chosen else moments.evidence.style), moments.cells.codes


def _checked(found: pl.DataFrame, timezone: str, today: dt.date) -> pl.DataFrame:
    """``ordered_at`` and ``date_problem`` of what was found; exactly one of them is null."""
    local, east = pl.col("local"), pl.col("east")
    problem = (
        pl.when(pl.col("problem").is_not_null())
        .then("date_" + pl.col("problem"))
        .when(local.is_null())
        .then(pl.lit(Reason.NO_DATE))
        .when(out_of_range(local, today))
        .then(pl.lit(Reason.DATE_OUT_OF_RANGE))
    )
    checked = found.select(problem.alias("date_problem"), pl.when(problem.is_null()).then(local).alias("local"), "east")
    utc = as_utc(checked["local"], timezone)
    if checked["east"].null_count() < checked.height:
        told = checked.select((local - pl.duration(minutes=east)).dt.replace_time_zone("UTC")).to_series()
        utc = utc.zip_with(told.is_null(), told)
    return pl.DataFrame({"ordered_at": utc, "date_problem": checked["date_problem"]})


def _with_clock(micros: pl.Series) -> pl.Expr:
    """The day with the clock of its own column, unless it has one already."""
    local = pl.col("local")
    midnight = local == local.dt.truncate("1d")
    return pl.when(midnight).then(local + pl.duration(microseconds=pl.lit(micros).fill_null(0))).otherwise(local).alias("local")
