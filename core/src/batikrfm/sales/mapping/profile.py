"""What the values of columns say of what they can be."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from batikrfm.sales.mapping.fields import MONEY_FIELDS, QUANTITY_FIELDS, Field
from batikrfm.sales.reading import Sheet
from batikrfm.sales.values.contacts import emails
from batikrfm.sales.values.distinct import Distinct, is_given
from batikrfm.sales.values.moments import Moments
from batikrfm.sales.values.numbers import NumberStyle, evidence, examined, scaled, scaled_numbers

SAMPLE_ROWS = 5_000
"""So many rows from the top are looked at; the whole column decides on styles later."""

_MAYBE_DAY = r"\d\D{1,12}\d+\D{1,12}\d|\d\W*\p{L}{3,}\W*\d|\d{8}"
"""Every day has this in it, however it is written: three numbers, a month between two, or eight digits."""

_HARDLY = 0.02
"""A column with so few of them is none of days, and needs no closer look (which is costly)."""

_LARGE_E4 = 1_000 * 10_000


@dataclass(frozen=True)
class Profile:
    """The given values of one column of a sample."""

    column: pl.Series

    @cached_property
    def cells(self) -> Distinct:
        return Distinct.of(self.column)

    @cached_property
    def given(self) -> int:
        """Rows that say anything."""
        return self._rows(is_given(pl.col("text")))

    @cached_property
    def dates(self) -> float:
        """The share of days (a bare number is none: an Excel serial looks like any code)."""
        if self.column.dtype.is_temporal():
            return 1.0 if self.given else 0.0
        if self.column.dtype.is_numeric() or self._share(self.cells.values.str.contains(_MAYBE_DAY)) < _HARDLY:
            return 0.0
        moments = Moments.of(self.column)
        readable = pl.any_horizontal(pl.col("dmy", "mdy", "ymd", "fixed").is_not_null()).alias("readable")
        of_day = moments.examination.select(readable & ~moments.days.values.str.contains(r"^\d+([.,]\d+)?$")).to_series()
        return self._share(of_day.gather(moments.days.codes))

    @cached_property
    def serials(self) -> float:
        """The share of numbers that Excel would show as days of 1990 to 2064."""
        days = self.cells.values.str.extract(r"^(\d{5})([.,]\d+)?$", 1).cast(pl.Int64, strict=False)
        return self._share(days.is_between(32874, 60000).fill_null(value=False))

    @cached_property
    def numbers(self) -> float:
        """The share of amounts."""
        return self._share(examined(self.cells.values, units=True)["build"].is_in(["missing"]).not_().fill_null(value=False))

    @cached_property
    def letters(self) -> float:
        """The share of texts with a letter in them."""
        return self._share(self.cells.values.str.contains(r"\p{L}"))

    @cached_property
    def emails(self) -> float:
        return self._share(emails(self.cells.values).is_not_null() | self.cells.values.str.contains(r"\*.*@"))

    @cached_property
    def phones(self) -> float:
        """The share of what looks like a phone number, masked or not."""
        return self._share(self.cells.values.str.contains(r"^['+(]*[\d*][\d*\s().\-+]{6,18}\d*(\.0)?$|^\d[.,]\d+[eE]\+?\d+$"))

    @cached_property
    def clocks(self) -> float:
        """The share of bare times of day."""
        if self.column.dtype == pl.Time:
            return 1.0
        return self._share(self.cells.values.str.contains(r"^\d{1,2}[:.]\d{2}([:.]\d{2})?( ?[AaPp]\.?[Mm]\.?)?$"))

    @cached_property
    def different(self) -> int:
        """How many different values there are."""
        return int((self.cells.counts > 0).sum())

    @cached_property
    def e4(self) -> pl.Series:
        """The values as numbers, good enough to compare columns: ``1.234`` is a thousand where nothing says otherwise."""
        if self.column.dtype.is_numeric():
            return scaled_numbers(self.column)["e4"]
        examination = examined(self.cells.values, units=True)
        told = evidence(examination, self.cells.counts)
        style = told.style or told.style_of_thousands or NumberStyle.DOTS
        return self.cells.spread(scaled(examination, style)["e4"])

    def fit(self, name: Field) -> float:
        """How well the values suit a field, 0..1."""
        if not self.given:
            return 0.0
        if name is Field.ORDERED_AT:
            return max(self.dates, self.serials)
        if name in (*MONEY_FIELDS, *QUANTITY_FIELDS):
            return 0.0 if self.dates > 0.5 else self.numbers  # noqa: PLR2004 - most of it
        tests = {
            Field.EMAIL: self.emails,
            Field.PHONE: self.phones,
            Field.NAME: self.letters,
            Field.PRODUCT: 1.0 - self.dates,
            Field.STATUS: float(self.different <= max(12, self.given / 10)),
            Field.ORDERED_TIME: self.clocks,
        }
        return tests.get(name, 1.0 - self.dates)

    @cached_property
    def is_money(self) -> bool:
        """Whether half of the values are too large for pieces in a line."""
        middle = self.e4.abs().median()
        return isinstance(middle, float) and middle >= _LARGE_E4

    def _rows(self, condition: pl.Expr) -> int:
        return int(self.cells.values.to_frame("text").select((pl.lit(self.cells.counts) * condition).sum()).item() or 0)

    def _share(self, of_values: pl.Series) -> float:
        rows = int((self.cells.counts * of_values.fill_null(value=False)).sum())
        return min(rows / self.given, 1.0) if self.given else 0.0


def profiles(sheet: Sheet) -> list[Profile]:
    """One profile for each column of the sheet."""
    sample = sheet.cells.head(SAMPLE_ROWS)
    return [Profile(sample[str(column)]) for column in range(len(sheet.header))]
