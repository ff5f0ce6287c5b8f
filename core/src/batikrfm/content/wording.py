"""Sentences with their values filled in, and numbers as a person says them: rounded, in words."""

from __future__ import annotations

import functools
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from batikrfm.figures import count, decimal, decimal_money
from batikrfm.sdk.text import Language, Text

_DIGITS: Final = 2
_count: Final = functools.lru_cache(maxsize=2_048)(count)
_decimal: Final = functools.lru_cache(maxsize=2_048)(decimal)
_money: Final = functools.lru_cache(maxsize=2_048)(decimal_money)
"""Rounded numbers are few, and are said in every prompt."""


def filled(text: Text, **values: Any) -> Text:  # noqa: ANN401 - whatever the sentence says
    """``text`` with its values, both languages of those that are texts themselves."""
    return Text(id=_say(text, "id", values), en=_say(text, "en", values))


def about(number: Decimal | int) -> Decimal:
    """``number`` to two digits that say something: nobody is one of exactly 1,247, and equal prompts have equal answers."""
    exact = Decimal(number)
    if not exact:
        return Decimal(0)
    return exact.quantize(Decimal(1).scaleb(max(exact.adjusted() - _DIGITS + 1, 0)), rounding=ROUND_HALF_UP) + 0


def about_count(number: Decimal | int, language: Language) -> str:
    """``1.200`` for 1,247."""
    return _count(int(about(number)), language)


def about_decimal(number: Decimal, language: Language) -> str:
    """A median to one place: ``3,5``."""
    return _decimal(number.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP), language)


def about_money(amount: Decimal, currency: str, language: Language) -> str:
    """``Rp 350.000`` for 352,718."""
    return _money(Decimal(int(about(amount))), currency, language).replace("\N{NO-BREAK SPACE}", " ")


def _say(text: Text, language: Language, values: dict[str, Any]) -> str:
    return text.say(language, **{name: value.say(language) if isinstance(value, Text) else value for name, value in values.items()})
