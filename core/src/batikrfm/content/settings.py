"""How a shop wants its words written: its trade, its standing offer, what it never says, who writes, when. Runs in the tenant's scope."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from batikrfm.sdk.llm import Tier
from batikrfm.sdk.text import Language

LONGEST_TRADE: Final = 100
LONGEST_OFFER: Final = 500
MOST_WORDS: Final = 200
MOST_CACHE_DAYS: Final = 90


@dataclass(frozen=True, slots=True)
class ContentSettings:
    """What an owner may change; an untouched shop has these values.

    ``trade``: what the shop sells, as the system role of the model says it; empty is Indonesian batik. ``offer``: what it offers until
    somebody changes it, in the owner's words; nothing else may be promised. ``banned_words``: what it never says. ``domains``: hosts that
    copy may link to. ``phones``: numbers that copy may name. ``language`` None is the shop's own. ``chain``: providers in the order in
    which they are asked. ``weekly_day`` is 1 (Monday) to 7, ``weekly_minute`` minutes after midnight where the shop is. ``triggers``:
    segments for which copy is written when somebody moves into them. ``batch``: whether the weekly words may wait for the half price.
    """

    trade: str = ""
    offer: str = ""
    banned_words: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    language: Language | None = None
    chain: tuple[str, ...] = ("openai", "groq", "template")
    tier: Tier = "economy"
    variants: int = 2
    cache_days: int = 7
    weekly: bool = True
    weekly_day: int = 1
    weekly_minute: int = 360
    triggers: tuple[str, ...] = ()
    batch: bool = True
    updated_at: dt.datetime | None = None


async def read_settings() -> ContentSettings:
    """What the shop set, or the defaults."""
    raise NotImplementedError


async def save_settings(wanted: ContentSettings) -> ContentSettings:
    """Keep ``wanted``, all of it or none.

    Raises:
        InputError: something is too long, out of range, or no domain, phone, provider or segment.
    """
    raise NotImplementedError
