"""What the values of columns say of what they can be."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from batikrfm.sales.mapping.fields import MONEY_FIELDS, QUANTITY_FIELDS, Field
from batikrfm.sales.reading import Sheet
from batikrfm.sales.values.contacts import is_email
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


_TEXT = pl.col("text")
_TESTS = {
    "given": is_given(_TEXT),
    "maybe_day": _TEXT.str.contains(_MAYBE_DAY),
    "serial": _TEXT.str.extract(r"^(\d{5})([.,]\d+)?$", 1).cast(pl.Int64, strict=False).is_between(32874, 60000),
    "letter": _TEXT.str.contains(r"\p{L}"),
    "email": is_email(_TEXT) | _TEXT.str.contains(r"\*.*@"),
    "phone": _TEXT.str.contains(r"^['+(]*[\d*][\d*\s().\-+]{6,18}\d*(\.0)?$|^\d[.,]\d+[eE]\+?\d+$"),
    "clock": _TEXT.str.contains(r"^\d{1,2}[:.]\d{2}([:.]\d{2})?( ?[AaPp]\.?[Mm]\.?)?$"),
}
"""What a cleaned text can look like."""


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
        return self._rows["given"]

    @cached_property
    def dates(self) -> float:
        """The share of days (a bare number is none: an Excel serial looks like any code)."""
        if self.column.dtype.is_temporal():
            return 1.0 if self.given else 0.0
        if self.column.dtype.is_numeric() or self._share("maybe_day") < _HARDLY:
            return 0.0
        moments = Moments.of(self.column)
        readable = pl.any_horizontal(pl.col("dmy", "mdy", "ymd", "fixed").is_not_null()).alias("readable")
        of_day = moments.examination.select(readable & ~moments.days.values.str.contains(r"^\d+([.,]\d+)?$")).to_series()
        rows = int((self.cells.counts * of_day.gather(moments.days.codes).fill_null(value=False)).sum())
        return min(rows / self.given, 1.0) if self.given else 0.0

    @property
    def serials(self) -> float:
        """The share of numbers that Excel would show as days of 1990 to 2064."""
        return self._share("serial")

    @cached_property
    def numbers(self) -> float:
        """The share of amounts."""
        rows = int(self.cells.counts.filter(self._amounts["build"] != "missing").sum())
        return min(rows / self.given, 1.0) if self.given else 0.0

    @property
    def letters(self) -> float:
        """The share of texts with a letter in them."""
        return self._share("letter")

    @property
    def emails(self) -> float:
        """The share of e-mail addresses, masked or not."""
        return self._share("email")

    @property
    def phones(self) -> float:
        """The share of what looks like a phone number, masked or not."""
        return self._share("phone")

    @property
    def clocks(self) -> float:
        """The share of bare times of day."""
        return 1.0 if self.column.dtype == pl.Time else self._share("clock")

    @property
    def different(self) -> int:
        """How many different values there are."""
        return len(self.cells.values)

    @cached_property
    def e4(self) -> pl.Series:
        """The values as numbers, good enough to compare columns: ``1.234`` is a thousand where nothing says otherwise."""
        if self.column.dtype.is_numeric():
            return scaled_numbers(self.column)["e4"]
        told = evidence(self._amounts, self.cells.counts)
        style = told.style or told.style_of_thousands or NumberStyle.DOTS
        return self.cells.spread(scaled(self._amounts, style)["e4"])

    @cached_property
    def _amounts(self) -> pl.DataFrame:
        return examined(self.cells.values, units=True)

    @cached_property
    def _rows(self) -> dict[str, int]:
        """How many rows pass each of the tests: all of them in one query, as a query costs more than a test of some texts."""
        texts = pl.DataFrame({"text": self.cells.values, "rows": self.cells.counts})
        found = texts.select(pl.col("rows").filter(test).sum().alias(name) for name, test in _TESTS.items())
        return {name: int(rows) for name, rows in found.row(0, named=True).items()}

    def _share(self, test: str) -> float:
        return min(self._rows[test] / self.given, 1.0) if self.given else 0.0

    @cached_property
    def is_money(self) -> bool:
        """Whether half of the values are too large for pieces in a line."""
        middle = self.e4.abs().median()
        return isinstance(middle, float) and middle >= _LARGE_E4

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


def profiles(sheet: Sheet) -> list[Profile]:
    """One profile for each column of the sheet."""
    sample = sheet.cells.head(SAMPLE_ROWS)
    return [Profile(sample[str(column)]) for column in range(len(sheet.header))]
