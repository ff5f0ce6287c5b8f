"""One cell of a sheet: what it holds and how a spreadsheet shows it. The cell keeps every digit, whatever is shown."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TypeAlias

from batikrfm import figures
from batikrfm.sdk.text import Language

Cell: TypeAlias = tuple[str | int | float | Decimal | dt.date | None, str]
"""A value and its number format."""

WHOLE, SHARE, HALVES, EXACT, DAY, GENERAL = "#,##0", "0%", "#,##0.#", "#,##0.####", "yyyy-mm-dd", "General"
_WITHOUT_CENTS = {"IDR"}


def text(words: str) -> Cell:
    return words, GENERAL


def money_format(currency: str) -> str:
    return WHOLE if currency in _WITHOUT_CENTS else "#,##0.00"


def written(cell: Cell, currency: str, language: Language) -> str:
    """The cell as a page shows it, money in the way of ``currency``."""
    value, shape = cell
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, dt.date):
        return figures.day(value, language)
    if isinstance(value, Decimal) and shape == money_format(currency):
        return figures.decimal_money(value, currency, language)
    return figures.decimal(Decimal(value), language)
