"""Amounts and quantities, exactly: text in any notation becomes ten-thousandths in 64-bit integers, never through a float.

``1.234`` alone can be a thousand or a little more than one. How dots and commas are used is therefore decided for a column over all of
its rows (:func:`evidence`), and a number is read in that style (:func:`scaled`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import polars as pl

from batikrfm.sales.values.distinct import NOT_GIVEN
from batikrfm.sdk.money import MONEY_SCALE

CLEAR_MAJORITY: Final = 0.98
"""The share of the telling rows that has to agree before the others are called mistakes."""

MAX_AMOUNT: Final = 10**12
MAX_QUANTITY: Final = 10**6

_NO_AMOUNT = (*NOT_GIVEN, "non tunai", "rp", "rp.", "rp -", "rp-", "rp. -")
_SIGNS = "[$€£¥₱฿₹]"
_CURRENCY = (
    rf"(?i)^([+\-(]*)\s*(?:rp\.?|idr|myr|rm|sgd|s\$|us\$|usd|gbp|eur|aud|{_SIGNS})\s*"
    rf"|\s*(?:rp|idr|myr|sgd|usd|gbp|eur|aud|{_SIGNS})\s*([\-)]*)$"
)
_UNITS = (
    r"(?i)(\d)\s*(?:x|pcs?|pieces?|buah|bh|biji|items?|units?|sets?|pasang|psg|potong|ptg|lembar|lbr|helai|pa(?:c)?ks?|box|dus|"
    r"botol|btl|kodi|lusin|lsn|rol+|meter|mtr|m|yard|porsi|kg)\.?$"
)

_BY_DOTS = r"^\d{1,3}(\.\d{3}){2,}$|^\d{1,3}(\.\d{3})+,\d*$|^\d*,(\d{0,2}|\d{4,})$|^(\d{4,}|0),\d{3}$|^,\d{3}$"
_BY_COMMAS = r"^\d{1,3}(,\d{3}){2,}$|^\d{1,3}(,\d{3})+\.\d*$|^\d*\.(\d{0,2}|\d{4,})$|^(\d{4,}|0)\.\d{3}$|^\.\d{3}$"


class NumberStyle(StrEnum):
    """What parts thousands and what parts decimals. The value is what a person writes to choose it."""

    DOTS = "1.234,5"
    COMMAS = "1,234.5"


@dataclass(frozen=True)
class Evidence:
    """How many rows of a column can only be read in one style, and how many in either: ``1.234`` (a dot) and ``1,234`` (a comma)."""

    dots: int = 0
    commas: int = 0
    either_dot: int = 0
    either_comma: int = 0

    @property
    def style(self) -> NumberStyle | None:
        """The style, where the telling rows agree (all but 2 in 100)."""
        telling = self.dots + self.commas
        if telling and self.dots >= CLEAR_MAJORITY * telling:
            return NumberStyle.DOTS
        if telling and self.commas >= CLEAR_MAJORITY * telling:
            return NumberStyle.COMMAS
        return None

    @property
    def contradictory(self) -> bool:
        """Whether the rows speak against each other: no other column can settle that."""
        return bool(self.dots and self.commas and self.style is None)

    @property
    def open(self) -> bool:
        """Whether rows can be read in both styles and no other row tells which."""
        return self.style is None and not self.contradictory and bool(self.either_dot or self.either_comma)

    @property
    def style_of_thousands(self) -> NumberStyle | None:
        """The style if every ``1.234`` and ``1,234`` is a thousand: certain where a currency has no thousandths."""
        if bool(self.either_dot) == bool(self.either_comma):
            return None
        return NumberStyle.DOTS if self.either_dot else NumberStyle.COMMAS

    def __add__(self, other: Evidence) -> Evidence:
        return Evidence(
            self.dots + other.dots,
            self.commas + other.commas,
            self.either_dot + other.either_dot,
            self.either_comma + other.either_comma,
        )


def examined(values: pl.Series, *, units: bool = False) -> pl.DataFrame:
    """The build of each (cleaned) text: ``negative``, ``body`` (digits, dots and commas) and ``build``.

    ``build`` is ``missing``, ``whole`` (no style needed), ``dots`` or ``commas`` (only readable in that style), ``either_dot`` and
    ``either_comma``, ``scientific`` (Excel's 1.5E+05) or null for what is no number.
    ``units`` lets a quantity have its unit behind it (``2 pcs``).
    """
    text = pl.col("text")
    frame = values.alias("text").to_frame()
    if units:
        frame = frame.with_columns(text.str.replace(_UNITS, "${1}"))
    bare = text.str.replace_all("[\u2212\u2013]", "-").str.replace_all(_CURRENCY, "${1}${2}")
    # "Rp 45.000,-" is how a price is written by hand: the dash stands for no cents.
    bare = bare.str.replace(r"([.,])-$", "").str.replace_all(r"(\d)['\u2019 ](\d)", "${1}${2}").str.replace_all(r"\s", "")
    missing = text.str.to_lowercase().is_in(_NO_AMOUNT)
    frame = frame.select(bare.alias("bare"), missing.alias("missing"))
    signed = frame.with_columns(
        pl.col("bare").str.contains(r"^-[^-()]*$|^\([^-()]*\)$|^[^-()]*\d[.,]?-$").alias("negative"),
        pl.col("bare").str.extract(r"^(?:[+-]?([\d.,]+(?:[eE][+-]?\d+)?)|\(([\d.,]+)\)|([\d.,]+)-)$", 1).alias("plain"),
        pl.col("bare").str.extract(r"^\(([\d.,]+)\)$").alias("bracketed"),
        pl.col("bare").str.extract(r"^([\d.,]+)-$").alias("trailing"),
    )
    return signed.with_columns(pl.coalesce("plain", "bracketed", "trailing").alias("body")).select("negative", "body", _build())


def _build() -> pl.Expr:
    body = pl.col("body")
    return (
        pl.when("missing")
        .then(pl.lit("missing"))
        # 155000.0 is how programs write a whole number cell; it says nothing of how people write in this file.
        .when(body.str.contains(r"^\d+(\.0)?$"))
        .then(pl.lit("whole"))
        .when(body.str.contains(r"^[1-9]\d{0,2}\.\d{3}$"))
        .then(pl.lit("either_dot"))
        .when(body.str.contains(r"^[1-9]\d{0,2},\d{3}$"))
        .then(pl.lit("either_comma"))
        .when(body.str.contains(r"^\d+(\.\d+)?[eE][+-]?\d{1,2}$"))
        .then(pl.lit("scientific"))
        .when(~body.str.contains(r"\d"))
        .then(None)
        .when(body.str.contains(_BY_DOTS))
        .then(pl.lit("dots"))
        .when(body.str.contains(_BY_COMMAS))
        .then(pl.lit("commas"))
        .alias("build")
    )


def evidence(examination: pl.DataFrame, counts: pl.Series) -> Evidence:
    """What a column says of its style. ``counts`` is how many rows hold each text."""
    found = dict(examination.select("build", counts.alias("rows")).group_by("build").agg(pl.col("rows").sum()).iter_rows())
    return Evidence(*(found.get(build, 0) for build in ("dots", "commas", "either_dot", "either_comma")))


def scaled(examination: pl.DataFrame, style: NumberStyle | None, limit: int = MAX_AMOUNT) -> pl.DataFrame:
    """``e4`` (Int64 ten-thousandths) and ``problem`` for each text examined; both null where nothing is given.

    ``problem`` is ``not_understood``, ``style`` (readable, but not in this style), ``undecided`` (there is no style) or ``absurd``.
    """
    build = pl.col("build")
    fits = build.is_in(["whole", "scientific"])
    if style is not None:
        fits |= build.is_in(["either_dot", "either_comma", "dots" if style is NumberStyle.DOTS else "commas"])
    e4 = pl.when(build == "scientific").then(_from_float(pl.col("body").cast(pl.Float64, strict=False))).otherwise(_exact(style))
    frame = examination.with_columns(pl.when(fits).then(e4).alias("magnitude"), fits.fill_null(value=False).alias("fits"))
    absurd = pl.col("fits") & (pl.col("magnitude").is_null() | (pl.col("magnitude") > limit * MONEY_SCALE))
    problem = (
        pl.when(build == "missing")
        .then(None)
        .when(build.is_null())
        .then(pl.lit("not_understood"))
        .when(~pl.col("fits"))
        .then(pl.lit("undecided" if style is None else "style"))
        .when(absurd)
        .then(pl.lit("absurd"))
    )
    sign = pl.when("negative").then(-1).otherwise(1)
    return frame.with_columns(problem.alias("problem")).select(
        pl.when(pl.col("problem").is_null()).then(pl.col("magnitude") * sign).cast(pl.Int64).alias("e4"), "problem"
    )


def _exact(style: NumberStyle | None) -> pl.Expr:
    """The body as ten-thousandths, a fifth place rounded half up; null where it has more digits than any amount."""
    thousands, decimal = (".", ",") if style is NumberStyle.DOTS else (",", ".")
    body = pl.when(pl.col("build") == "whole").then(pl.col("body").str.strip_suffix(".0")).otherwise(pl.col("body"))
    parts = body.str.replace_all(thousands, "", literal=True).str.split_exact(decimal, 1)
    whole, fraction = (parts.struct.field(f"field_{place}").fill_null("") for place in (0, 1))
    places = fraction.str.slice(0, 4).str.pad_end(4, "0")
    whole = whole.str.strip_chars_start("0")
    rounded = fraction.str.slice(4, 1).is_in(["5", "6", "7", "8", "9"]).cast(pl.Int64)
    return pl.when(whole.str.len_bytes() <= 13).then(whole + places).cast(pl.Int64, strict=False) + rounded  # noqa: PLR2004 - 10^12 has 13


def _from_float(number: pl.Expr) -> pl.Expr:
    """A float as ten-thousandths: its whole part exactly, then its fraction. Null beyond what is believable (and for NaN)."""
    believable = pl.when(number.abs() < 2.0**49).then(number)
    whole = believable.cast(pl.Int64, strict=False)
    return whole * MONEY_SCALE + ((believable - whole) * MONEY_SCALE).round(mode="half_away_from_zero").cast(pl.Int64, strict=False)


def scaled_numbers(column: pl.Series, limit: int = MAX_AMOUNT) -> pl.DataFrame:
    """``e4`` and ``problem`` of a column of number cells. NaN is nothing given."""
    number = pl.col("number")
    e4 = (
        _from_float(number)
        if column.dtype.is_float()
        else pl.when(number.is_between(-limit, limit)).then(number.cast(pl.Int64) * MONEY_SCALE)
    )
    given = number.is_not_nan() if column.dtype.is_float() else pl.lit(value=True)
    found = column.alias("number").to_frame().select("number", e4.alias("e4"))
    sane = pl.col("e4").abs() <= limit * MONEY_SCALE
    return found.select(
        pl.when(sane).then("e4").alias("e4"),
        pl.when(number.is_not_null() & given & ~sane.fill_null(value=False)).then(pl.lit("absurd")).alias("problem"),
    )
