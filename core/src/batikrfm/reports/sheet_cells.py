"""One cell of a sheet: what it holds and how a spreadsheet shows it. The cell keeps every digit, whatever is shown."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TypeAlias

Cell: TypeAlias = tuple[str | int | float | Decimal | dt.date | None, str]
"""A value and its number format."""

WHOLE, SHARE, HALVES, EXACT, DAY, GENERAL = "#,##0", "0%", "#,##0.#", "#,##0.####", "yyyy-mm-dd", "General"
_WITHOUT_CENTS = {"IDR"}


def text(words: str) -> Cell:
    return words, GENERAL


def money_format(currency: str) -> str:
    return WHOLE if currency in _WITHOUT_CENTS else "#,##0.00"
