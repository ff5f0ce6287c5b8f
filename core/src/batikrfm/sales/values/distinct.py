"""Columns as distinct texts: sales files repeat themselves, so the costly work is done once for each text that occurs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import polars as pl

NOT_GIVEN = ("", "-", "--", "---", "\u2013", "\u2014", "null", "none", "nan", "n/a", "na", "#n/a", "nil", "(null)", "(none)", "<na>")
"""Ways in which programs and people write that there is nothing, casefolded."""


_TRIAL = 2_000
_MOSTLY, _SELDOM = 0.9, 0.5
_UNCLEAN = r"[\p{Cc}\p{Cf}]|[^\S ]|^ | $|  "


@dataclass(frozen=True)
class Distinct:
    """A column of texts: ``values`` (String, cleaned, no nulls) and for each row where its text stands there (``codes``; null: blank).

    Each of ``values`` stands in at least one row. After cleaning, two of them may be the same.
    """

    values: pl.Series
    codes: pl.Series

    @classmethod
    def of(cls, column: pl.Series) -> Distinct:
        """Any column. Numbers become the digits that a person would write, times ISO 8601."""
        trial = column.head(_TRIAL)
        if not len(trial) or trial.rle_id().max() > len(trial) * _SELDOM:  # type: ignore[operator]  # run numbers are ints
            return cls._coded(column)
        # The lines of an order stand together, so its number and date come in runs: counting runs costs a quarter of hashing texts.
        runs = column.rle_id()
        found = cls._coded(column.filter((runs != runs.shift()).fill_null(value=True)))
        return cls(found.values, found.codes.gather(runs))

    @classmethod
    def _coded(cls, column: pl.Series) -> Distinct:
        kind = pl.Categorical(pl.Categories.random())
        coded = as_text(column).cast(kind)
        codes = coded.to_physical()
        count = 0 if codes.null_count() == len(codes) else int(codes.max()) + 1  # type: ignore[arg-type]  # numbers of categories are ints
        # The categories live as long as ``coded`` does. They were made for it, so their numbers have no gaps and each is in use.
        texts = pl.int_range(count, dtype=pl.UInt32, eager=True).to_frame("code").select(pl.col("code").cat.to(kind).cast(pl.String))
        return cls(_cleaned(texts.to_series()), codes)

    @classmethod
    def nearly(cls, column: pl.Series) -> Distinct:
        """As :meth:`of`, but a column whose texts hardly ever come again is left as it is: looking for them costs more than it saves."""
        trial = column.head(_TRIAL)
        if trial.n_unique() < max(len(trial), _TRIAL) * _MOSTLY:
            return cls.of(column)
        texts = as_text(column)
        given = texts.is_not_null()
        codes = given.cum_sum().cast(pl.UInt32) - 1
        return cls(_cleaned(texts.drop_nulls().alias("values")), codes.zip_with(given, pl.Series([None], dtype=pl.UInt32)))

    @cached_property
    def counts(self) -> pl.Series:
        """How many rows hold each of ``values``."""
        return self.codes.alias("code").drop_nulls().value_counts(name="rows").sort("code")["rows"]

    def spread(self, results: pl.Series) -> pl.Series:
        """What was found for ``values``, row by row."""
        return results.gather(self.codes)


def _cleaned(texts: pl.Series) -> pl.Series:
    frame = texts.alias("values").to_frame()
    unclean = frame.select(pl.col("values").str.contains(_UNCLEAN).any()).item()
    return frame.select(cleaned(pl.col("values"))).to_series() if unclean else frame.to_series()


def as_text(column: pl.Series) -> pl.Series:
    """A column of any type as String: 17850.0 is ``17850``, never ``1.785e4``; a time is ISO 8601."""
    if column.dtype == pl.String:
        return column
    if column.dtype.is_temporal() and column.dtype not in (pl.Time, pl.Duration):
        return column.dt.to_string("iso:strict")
    if column.dtype.is_float():
        return _float_text(column)
    return column.cast(pl.String, strict=False)


def _float_text(column: pl.Series) -> pl.Series:
    number = pl.col("number")
    whole = (number == number.floor()) & (number.abs() < 2.0**63)
    # Null where it is not whole, so that the cast has nothing to fail on.
    digits = pl.when(whole).then(number).cast(pl.Int64, strict=False).cast(pl.String)
    text = pl.when(number.is_nan()).then(None).otherwise(pl.coalesce(digits, number.cast(pl.String)))
    return column.alias("number").to_frame().select(text).to_series()


def cleaned(text: pl.Expr) -> pl.Expr:
    """Without control and invisible characters; runs of white space of any kind are one space; trimmed."""
    spaced = text.str.replace_all(r"[\s\x00\x{A0}]+", " ")
    return spaced.str.replace_all(r"[\p{Cc}\p{Cf}]+", "").str.strip_chars()


def is_given(text: pl.Expr) -> pl.Expr:
    """Whether a cleaned text says anything."""
    return ~text.str.to_lowercase().is_in(NOT_GIVEN)
