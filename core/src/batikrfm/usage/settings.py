"""What this room is told by the installation's environment. Read when asked, never on import."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from batikrfm.usage.errors import UsageSettingError

GENERATIONS_A_DAY = 10
KEEP_PROMPTS_DAYS = 30


@dataclass(frozen=True, slots=True)
class Rate:
    """Rupiah for a dollar, as of a day."""

    date: dt.date
    idr: Decimal


@dataclass(frozen=True, slots=True)
class UsageSettings:
    """``generations_a_day`` is for tenants without a quota of their own; ``model_prices`` a file that overrides ours; ``rate`` likewise."""

    generations_a_day: int = GENERATIONS_A_DAY
    keep_prompts: dt.timedelta = dt.timedelta(days=KEEP_PROMPTS_DAYS)
    model_prices: Path | None = None
    rate: Rate | None = None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> UsageSettings:
        """Settings from ``BATIKRFM_{GENERATIONS_PER_DAY,KEEP_PROMPTS_DAYS,MODEL_PRICES,USD_IDR}``.

        Raises:
            UsageSettingError: one of them cannot be read.
        """
        prices = environ.get("BATIKRFM_MODEL_PRICES")
        return cls(
            generations_a_day=_number(environ, "BATIKRFM_GENERATIONS_PER_DAY", GENERATIONS_A_DAY),
            keep_prompts=dt.timedelta(days=_number(environ, "BATIKRFM_KEEP_PROMPTS_DAYS", KEEP_PROMPTS_DAYS)),
            model_prices=Path(prices) if prices else None,
            rate=_rate(environ, "BATIKRFM_USD_IDR"),
        )


def _number(environ: Mapping[str, str], name: str, default: int) -> int:
    given = environ.get(name) or str(default)
    if not given.strip().isdecimal() or int(given) > 1_000_000:  # noqa: PLR2004 - more is a slip of the hand
        raise UsageSettingError(name=name, value=given)
    return int(given)


def _rate(environ: Mapping[str, str], name: str) -> Rate | None:
    """``16450@2026-11-20``; without a day it is taken for today's."""
    given = (environ.get(name) or "").strip()
    if not given:
        return None
    amount, _, day = given.partition("@")
    try:
        idr, date = Decimal(amount), dt.date.fromisoformat(day) if day else dt.datetime.now(dt.UTC).date()
    except (InvalidOperation, ValueError):
        raise UsageSettingError(name=name, value=given) from None
    if not idr.is_finite() or idr <= 0:
        raise UsageSettingError(name=name, value=given)
    return Rate(date, idr)
