"""Whole columns of a sheet, taken apart once: mapping asks them how they are written, parsing what they say."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import polars as pl

from batikrfm.sales.mapping.fields import MONEY_FIELDS, QUANTITY_FIELDS, Field
from batikrfm.sales.reading import Sheet
from batikrfm.sales.values.days import Evidence
from batikrfm.sales.values.moments import Moments
from batikrfm.sales.values.number_columns import NumberColumn

NUMBER_FIELDS = (*MONEY_FIELDS, *QUANTITY_FIELDS)
_Found = TypeVar("_Found")


def moments_in(sheet: Sheet, column: int) -> Moments:
    """The times in a column of texts; of a column of another type, none."""
    cells = sheet.cells[str(column)]
    return _once(sheet, (Moments, column), lambda: Moments.of(cells if cells.dtype == pl.String else cells.clear()))


def numbers_in(sheet: Sheet, column: int, name: Field) -> NumberColumn:
    """The amounts or quantities in a column that holds the field ``name``."""
    quantity = name in QUANTITY_FIELDS
    return _once(sheet, (NumberColumn, column, quantity), lambda: NumberColumn(sheet.cells[str(column)], quantity=quantity))


def take_apart(sheet: Sheet, columns: dict[Field, int]) -> None:
    """Do so with every column of times or numbers, two at once: polars works outside of the interpreter's lock."""
    with ThreadPoolExecutor(2) as threads:
        for name, column in columns.items():
            if name is Field.ORDERED_AT:
                threads.submit(_evidence_in, sheet, column)
            elif name in NUMBER_FIELDS:
                threads.submit(numbers_in, sheet, column, name)


def _evidence_in(sheet: Sheet, column: int) -> Evidence:
    return moments_in(sheet, column).evidence


def _once(sheet: Sheet, key: Hashable, find: Callable[[], _Found]) -> _Found:
    if key not in sheet.found:
        sheet.found[key] = find()
    found: _Found = sheet.found[key]
    return found
