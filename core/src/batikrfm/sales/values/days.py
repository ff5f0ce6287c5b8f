"""Days as people and programs write them.

``31/01/2025``, ``01.31.2025``, ``2025-01-31``, ``31 Jan 2025``, ``31 Agustus 2025``, ``Aug 31, 2025``, ``20250131``, Excel's serial 45870.

Which of the first two numbers of ``03/04/2025`` is the day cannot be told from the cell. :func:`examined` keeps both; the style is decided
for a column over all of its rows (:func:`evidence`), then :func:`resolved`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import polars as pl

from batikrfm.sales.values.numbers import CLEAR_MAJORITY

_SHORT_MONTHS = {
    1: ("jan", "januari", "january"),
    2: ("feb", "februari", "february", "peb", "pebruari"),
    3: ("mar", "mrt", "maret", "march"),
    4: ("apr", "april"),
    5: ("mei", "may"),
    6: ("jun", "juni", "june"),
    7: ("jul", "juli", "july"),
    8: ("agu", "ags", "agt", "agust", "agustus", "aug", "august"),
    9: ("sep", "sept", "september"),
    10: ("okt", "oktober", "oct", "october"),
    11: ("nov", "nop", "november", "nopember"),
    12: ("des", "desember", "dec", "december"),
}
MONTHS: Final = {name: month for month, names in _SHORT_MONTHS.items() for name in names}

_WEEKDAY = r"^(?:senin|selasa|rabu|kamis|jum'?at|sabtu|minggu|ahad|mon|tue|wed|thu|fri|sat|sun|sen|sel|rab|kam|jum|sab|min)[a-z]*[., ]+"
_PATTERNS = {
    "numeric": r"^(\d{1,4}) ?[-/. ] ?(\d{1,2}) ?[-/. ] ?(\d{1,4})$",
    "day_first": r"^(\d{1,2})(?:st|nd|rd|th)?[-/., ]*([a-z]{3,9})[-/., ]*(\d{4}|\d{2})$",
    "month_first": r"^([a-z]{3,9})[-/., ]*(\d{1,2})(?:st|nd|rd|th)?[-/., ]+(\d{4})$",
    "year_first": r"^(\d{4})[-/. ]*([a-z]{3,9})[-/. ]*(\d{1,2})$",
    "compact": r"^(\d{4})(\d{2})(\d{2})$",
}
_SERIAL = r"^(\d{5}(?:[.,]\d+)?)$"

EXCEL_EPOCH: Final = pl.date(1899, 12, 30)
DAY_US: Final = 86_400_000_000


class DateStyle(StrEnum):
    """The order of day, month and year in numbers. The value is what a person writes to choose it."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"


@dataclass(frozen=True)
class Evidence:
    """How many rows of a column need a style (``needing``), and how many of those only one style can read.

    ``year_first`` says that the years may well be the first number: all rows could be read so, and the first number varies less than the
    last (``25-01-31``); with years of four digits it never arises.
    """

    needing: int
    day_first: int
    month_first: int
    year_first: bool

    @property
    def style(self) -> DateStyle | None:
        """The style, where the telling rows agree (all but 2 in 100) and nothing speaks for years in front."""
        telling = self.day_first + self.month_first
        if self.year_first or not telling:
            return None
        if self.day_first >= CLEAR_MAJORITY * telling:
            return DateStyle.DMY
        return DateStyle.MDY if self.month_first >= CLEAR_MAJORITY * telling else None

    @property
    def contradictory(self) -> bool:
        """Whether the rows speak against each other: no other column can settle that."""
        return bool(self.day_first and self.month_first and self.style is None)


def examined(values: pl.Series) -> pl.DataFrame:
    """What each (cleaned) text of a day can mean, one column a style: ``dmy``, ``mdy``, ``ymd`` (Date, null where impossible).

    ``fixed`` is the date of a text that needs no style; ``seconds`` what an Excel serial says of the time of day; ``first`` and ``last``
    are the outer numbers of a text that has only two digits for the year.
    """
    text = pl.col("text")
    frame = values.alias("text").to_frame().with_columns(text.str.to_lowercase().str.replace(_WEEKDAY, ""))
    frame = frame.with_columns(text.str.extract_groups(pattern).alias(name) for name, pattern in _PATTERNS.items())
    one, two, three = (_group("numeric", place) for place in (1, 2, 3))
    short_year = text.str.contains(r"^\d{1,2} ?[-/. ]") & text.str.contains(r"[-/. ]\d{2}$")
    long_year = text.str.contains(r"^\d{1,2} ?[-/. ]") & text.str.contains(r"[-/. ]\d{4}$")
    frame = frame.with_columns(
        one.alias("one"), two.alias("two"), three.alias("three"), short_year.alias("short"), (short_year | long_year).alias("free")
    )
    free, numbers = pl.col("free"), [pl.col("one"), pl.col("two"), pl.col("three")]
    return frame.select(
        _date(numbers[2], numbers[1], numbers[0], free).alias("dmy"),
        _date(numbers[2], numbers[0], numbers[1], free).alias("mdy"),
        _date(numbers[0], numbers[1], numbers[2], pl.col("short")).alias("ymd"),
        _fixed().alias("fixed"),
        ((_serial() % 1) * 86_400).round(0).cast(pl.Int64).alias("seconds"),
        pl.when("short").then("one").alias("first"),
        pl.when("short").then("three").alias("last"),
    )


def _group(pattern: str, place: int) -> pl.Expr:
    return pl.col(pattern).struct.field(str(place)).cast(pl.Int32, strict=False)


def _word(pattern: str, place: int) -> pl.Expr:
    return pl.col(pattern).struct.field(str(place)).replace_strict(MONTHS, default=None, return_dtype=pl.Int32)


def _serial() -> pl.Expr:
    serial = pl.col("text").str.extract(_SERIAL).str.replace(",", ".", literal=True)
    return serial.cast(pl.Float64, strict=False)


def _fixed() -> pl.Expr:
    """The date of a text that can be read in one way only."""
    year_in_front = pl.col("text").str.contains(r"^\d{4}\D") & (pl.col("three") < 32)  # noqa: PLR2004 - days of a month
    always = pl.lit(value=True)
    return pl.coalesce(
        _date(pl.col("one"), pl.col("two"), pl.col("three"), year_in_front),
        _date(_group("day_first", 3), _word("day_first", 2), _group("day_first", 1), always),
        _date(_group("month_first", 3), _word("month_first", 1), _group("month_first", 2), always),
        _date(_group("year_first", 1), _word("year_first", 2), _group("year_first", 3), always),
        _date(_group("compact", 1), _group("compact", 2), _group("compact", 3), always),
        EXCEL_EPOCH + pl.duration(days=_serial().floor()),
    )


def _date(year: pl.Expr, month: pl.Expr, day: pl.Expr, where: pl.Expr) -> pl.Expr:
    """A real date of the calendar, or null. A year of two digits is 1990..2089."""
    full = pl.when(year >= 100).then(year).when(year >= 90).then(year + 1900).otherwise(year + 2000)  # noqa: PLR2004 - see the docstring
    months = pl.when(where & month.is_between(1, 12) & full.is_between(1, 9999)).then(month)
    last = pl.date(full, months, 1).dt.month_end().dt.day()
    return pl.date(full, months, pl.when(day.is_between(1, last)).then(day))


def evidence(examination: pl.DataFrame, counts: pl.Series) -> Evidence:
    """What a column says of its style. ``counts`` is how many rows hold each text."""
    rows = pl.col("rows")
    dmy, mdy, ymd = (pl.col(style).is_not_null() for style in ("dmy", "mdy", "ymd"))
    either, short = dmy | mdy | ymd, pl.col("first").is_not_null()
    one_sided = examination.with_columns(counts.alias("rows")).filter(rows > 0)
    found = one_sided.select(
        rows.filter(either).sum().alias("needing"),
        rows.filter(dmy & ~mdy).sum().alias("day_first"),
        rows.filter(mdy & ~dmy).sum().alias("month_first"),
        (short.any() & (~either | (short & ymd)).all() & (pl.col("first").n_unique() < pl.col("last").n_unique())).alias("year_first"),
    )
    return Evidence(**found.row(0, named=True))


def resolved(examination: pl.DataFrame, style: DateStyle | None) -> pl.DataFrame:
    """``date`` and ``problem`` for each text.

    ``problem`` is ``not_understood``, ``style`` (readable, but not in this style) or ``undecided`` (there is no style).
    """
    readable = pl.any_horizontal(pl.col("dmy", "mdy", "ymd").is_not_null())
    date = pl.coalesce("fixed", style.value) if style else pl.col("fixed")
    problem = (
        pl.when(date.is_not_null())
        .then(None)
        .when(readable)
        .then(pl.lit("style" if style else "undecided"))
        .otherwise(pl.lit("not_understood"))
    )
    return examination.select(date.alias("date"), problem.alias("problem"), "seconds")
