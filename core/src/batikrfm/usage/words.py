"""Money and moments of this room in the reader's words."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from batikrfm.figures import day
from batikrfm.sdk.text import Language, Text
from batikrfm.usage.model import MICRO

MOMENT = Text(id="{day} pukul {hour}", en="{day} at {hour}")


def dollars(micro_usd: int | Decimal, language: Language) -> str:
    """``US$0,8`` with all the digits that say something, and two at least."""
    from babel.numbers import format_decimal

    return f"US${format_decimal(Decimal(micro_usd) / MICRO, '#,##0.00####', locale=language)}"


def moment(at: dt.datetime, language: Language) -> str:
    """``26 Nov 2026 pukul 00.00`` on the clock that ``at`` is on."""
    hour = at.strftime("%H.%M" if language == "id" else "%H:%M")
    return MOMENT.say(language, day=day(at.date(), language), hour=hour)
