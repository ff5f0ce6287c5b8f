"""Whole columns of amounts or quantities."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from batikrfm.sales.values.distinct import Distinct
from batikrfm.sales.values.numbers import (
    MAX_AMOUNT,
    MAX_QUANTITY,
    NumberStyle,
    evidence,
    examined,
    scaled,
    scaled_numbers,
)


class NumberColumn:
    """A column of amounts or quantities: what its cells say, and how it writes numbers."""

    def __init__(self, column: pl.Series, *, quantity: bool) -> None:
        self._limit = MAX_QUANTITY if quantity else MAX_AMOUNT
        self._typed = column if column.dtype.is_numeric() else None
        self._cells = Distinct.nearly(column if self._typed is None else column.clear())
        self._examination = examined(self._cells.values, units=quantity)
        self.evidence = evidence(self._examination, self._cells.counts)

    def read(self, style: NumberStyle | None) -> pl.DataFrame:
        """``e4`` and ``problem`` of each row."""
        if self._typed is not None:
            return scaled_numbers(self._typed, self._limit)
        found = scaled(self._examination, style, self._limit)
        return found.select(pl.all().gather(self._cells.codes))


def agreed_style(styles: Iterable[NumberStyle | None]) -> NumberStyle | None:
    """The one style among ``styles``, leaving None out; None where they differ or say nothing."""
    told = set(styles) - {None}
    return told.pop() if len(told) == 1 else None
