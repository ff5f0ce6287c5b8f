"""Columns of dates, with or without the time of day in them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from batikrfm.sales.values import days
from batikrfm.sales.values.clock import AFTER_DAY, clock_times
from batikrfm.sales.values.days import DateStyle, Evidence
from batikrfm.sales.values.distinct import NOT_GIVEN, Distinct

FIRST_DAY: Final = dt.date(1990, 1, 1)
_LOCAL = pl.Datetime("us")


@dataclass(frozen=True)
class Moments:
    """The texts of a column, taken apart: the distinct texts of its days, and the clock behind each whole text."""

    cells: Distinct
    days: Distinct
    clocks: pl.DataFrame

    @classmethod
    def of(cls, column: pl.Series) -> Moments:
        """A column that is not already of a date type."""
        cells = Distinct.nearly(column)
        parts = cells.values.alias("text").to_frame().with_columns(pl.col("text").str.to_lowercase()).select(*_day_and_clock())
        clock = Distinct.of(parts["clock"])
        times = clock_times(clock.values)
        clocks = pl.DataFrame(
            {
                "told": parts["clock"].is_not_null(),
                "micros": clock.spread(times["micros"]),
                "east": clock.spread(times["east"]),
            }
        )
        return cls(cells, Distinct.of(parts["day"]), clocks)

    @cached_property
    def examination(self) -> pl.DataFrame:
        """See :func:`batikrfm.sales.values.days.examined`."""
        return days.examined(self.days.values)

    @cached_property
    def evidence(self) -> Evidence:
        """What the whole column says of the order of day and month."""
        rows = pl.DataFrame({"day": self.days.codes, "rows": self.cells.counts}).drop_nulls("day")
        return days.evidence(self.examination, rows.group_by("day").agg(pl.col("rows").sum()).sort("day")["rows"])

    def resolved(self, style: DateStyle | None) -> pl.DataFrame:
        """:meth:`told` for each row; all null in blank rows."""
        return self.told(style).select(pl.all().gather(self.cells.codes))

    def told(self, style: DateStyle | None) -> pl.DataFrame:
        """For each of the texts ``local`` (Datetime without zone), ``east`` (minutes, where told), and ``problem``."""
        found = days.resolved(self.examination, style)
        by_cell = found.select(pl.all().gather(self.days.codes)).with_columns(self.clocks)
        micros = pl.coalesce("micros", pl.col("seconds") * 1_000_000, 0)
        blank = self.cells.values.str.to_lowercase().is_in(NOT_GIVEN)
        broken = pl.col("told") & pl.col("micros").is_null()
        return by_cell.select(
            (pl.col("date").cast(_LOCAL) + pl.duration(microseconds=micros)).alias("local"),
            pl.col("east"),
            pl.when(~blank).then(pl.coalesce("problem", pl.when(broken).then(pl.lit("not_understood")))).alias("problem"),
        )


def _day_and_clock() -> tuple[pl.Expr, pl.Expr]:
    """A lower-case text parted into its day and its clock (null without one)."""
    text = pl.col("text")
    digits = text.str.contains(r"^\d{12}(\d{2})?$")
    start = pl.when(digits).then(pl.lit(8, pl.UInt32)).otherwise(text.str.find(AFTER_DAY))
    return text.str.slice(0, pl.coalesce(start, pl.lit(64, pl.UInt32))).alias("day"), pl.when(start.is_not_null()).then(
        text.str.slice(start)
    ).alias("clock")


def is_typed(column: pl.Series) -> bool:
    """Whether the cells are dates and no texts or numbers."""
    return column.dtype == pl.Date or isinstance(column.dtype, pl.Datetime)


def typed_moments(column: pl.Series) -> pl.DataFrame:
    """The same frame for the cells of a typed column."""
    zone = column.dtype.time_zone if isinstance(column.dtype, pl.Datetime) else None
    local = column.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if zone else column
    east = pl.Series("east", [0], pl.Int64) if zone else pl.Series("east", [None], pl.Int64)
    return pl.DataFrame({"local": local.cast(_LOCAL), "east": east.new_from_index(0, len(column)), "problem": _none(len(column))})


def _none(height: int) -> pl.Series:
    return pl.Series("problem", [None], pl.String).new_from_index(0, height)


def out_of_range(local: pl.Expr, today: dt.date) -> pl.Expr:
    """Whether a sale at that local time is unbelievable: before 1990, or later than a year after tomorrow."""
    return ~local.is_between(FIRST_DAY, today + dt.timedelta(days=367), closed="left")


def times_of_day(column: pl.Series) -> pl.Series:
    """Microseconds since midnight of each row of a column of clock times; null where it holds none."""
    if column.dtype == pl.Time:
        return column.cast(pl.Int64) // 1_000
    if isinstance(column.dtype, pl.Datetime):
        return column.dt.time().cast(pl.Int64) // 1_000
    if column.dtype.is_float():  # Excel's share of a day
        share = column.fill_nan(None)
        return ((share - share.floor()) * 86_400).round(0).cast(pl.Int64) * 1_000_000
    cells = Distinct.of(column)
    shares = cells.values.str.extract(r"^(?:0[.,]\d{4,}|0)$", 0).str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    micros = clock_times(cells.values)["micros"]
    return cells.spread(micros.zip_with(micros.is_not_null(), (shares * 86_400).round(0).cast(pl.Int64) * 1_000_000))
