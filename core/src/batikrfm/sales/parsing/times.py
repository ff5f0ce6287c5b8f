"""When each row was sold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping as Table

import polars as pl

from batikrfm.sales.mapping.fields import Field
from batikrfm.sales.parsing.reasons import Reason
from batikrfm.sales.values.clock import as_utc
from batikrfm.sales.values.days import DateStyle
from batikrfm.sales.values.moments import Moments, out_of_range, times_of_day, typed_moments


def times(raw: pl.DataFrame, styles: Table[Field, str], *, timezone: str, today: dt.date) -> pl.DataFrame:
    """``ordered_at`` (UTC) and ``date_problem`` (a ``Reason``) of each row; exactly one of them is null."""
    column = raw[Field.ORDERED_AT]
    typed = typed_moments(column)
    found = typed if typed is not None else _from_text(column, styles)
    if Field.ORDERED_TIME in raw.columns:
        found = found.with_columns(_with_clock(times_of_day(raw[Field.ORDERED_TIME])))
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


def _from_text(column: pl.Series, styles: Table[Field, str]) -> pl.DataFrame:
    moments = Moments.of(column)
    chosen = styles.get(Field.ORDERED_AT)
    return moments.resolved(DateStyle(chosen) if chosen else moments.evidence.style)


def _with_clock(micros: pl.Series) -> pl.Expr:
    """The day with the clock of its own column, unless it has one already."""
    local = pl.col("local")
    midnight = local == local.dt.truncate("1d")
    return pl.when(midnight).then(local + pl.duration(microseconds=pl.lit(micros).fill_null(0))).otherwise(local).alias("local")
