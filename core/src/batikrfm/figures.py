"""Money, numbers, shares and days as the reader writes them: ``Rp 1.250.000``, ``31 Des 2025``."""

from __future__ import annotations

import datetime as dt
import functools
from decimal import ROUND_HALF_EVEN, Decimal

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_precision, get_currency_symbol

from batikrfm.sdk.money import MONEY_SCALE
from batikrfm.sdk.text import Language

HOME = {"IDR": "id"}
"""A currency keeps the sign of its home, whatever language the rest is in: Rp, not IDR."""


def money(amount_e4: int, currency: str, lang: Language) -> str:
    """An amount in ten-thousandths, rounded to what the currency is paid in (no sen for rupiah)."""
    return decimal_money(Decimal(amount_e4) / MONEY_SCALE, currency, lang)


def decimal_money(amount: Decimal, currency: str, lang: Language) -> str:
    """An exact amount, rounded only here, where it is shown."""
    digits = 0 if currency in HOME else get_currency_precision(currency)
    rounded = amount.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    if currency in HOME:
        sign = get_currency_symbol(currency, locale=HOME[currency])
        shown = format_decimal(abs(rounded), pattern, locale=lang)
        return f"{'-' if rounded < 0 else ''}{sign}\N{NO-BREAK SPACE}{shown}"
    return format_currency(rounded, currency, "¤" + pattern, locale=lang, currency_digits=False)


def count(number: int, lang: Language) -> str:
    return format_decimal(number, locale=lang)


def decimal(number: Decimal, lang: Language) -> str:
    """A median or the like: half units kept, no trailing zeros."""
    return format_decimal(number.normalize(), "#,##0.####", locale=lang)


def share(part: int, whole: int, lang: Language) -> str:
    """``part`` of ``whole`` in whole percent; ``0%`` of nothing."""
    return format_percent(Decimal(part) / whole if whole else Decimal(0), "#,##0%", locale=lang)


def percent(share_of_one: Decimal, lang: Language) -> str:
    """A share in whole percent; ``<1%`` and ``>99%`` for what would otherwise round to nothing or to everything."""
    rounded = whole_percent(share_of_one)
    if rounded == 0 and share_of_one > 0:
        return "<1%"
    if rounded == 100 and share_of_one < 1:  # noqa: PLR2004 - all of it
        return ">99%"
    return _percent(rounded, lang)


@functools.lru_cache(maxsize=256)
def _percent(whole: int, lang: Language) -> str:
    return format_percent(Decimal(whole) / 100, "#,##0%", locale=lang)


def whole_percent(share_of_one: Decimal) -> int:
    """A share in percent, as :func:`percent` rounds it."""
    return int((share_of_one * 100).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def day(date: dt.date, lang: Language) -> str:
    return format_date(date, "d MMM y", locale=lang)
