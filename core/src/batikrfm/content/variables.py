"""From facts to what a prompt can say: every variable of a template as text, data in blocks; and the same as data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from batikrfm.content.blocks import block, tame
from batikrfm.content.categories import categories
from batikrfm.content.facts import Facts
from batikrfm.content.model import LINKLESS, PLACEHOLDERS
from batikrfm.content.occasions import occasions, season
from batikrfm.content.settings import ContentSettings
from batikrfm.content.wording import about, about_count, about_decimal, about_money
from batikrfm.figures import percent
from batikrfm.sdk.llm import CopyBrief
from batikrfm.sdk.text import Language, Text

MOST_PRODUCTS: Final = 5
MOST_OCCASIONS: Final = 2
_LANGUAGES: Final[dict[Language, Text]] = {
    "id": Text(id="bahasa Indonesia", en="Indonesian"),
    "en": Text(id="bahasa Inggris", en="English"),
}
_BATIK: Final = Text(id="batik Indonesia", en="Indonesian batik")


@dataclass(frozen=True)
class Subject:
    """What an order is about, ready to be said. ``products`` are those that name nobody; ``day`` is today where the shop is."""

    facts: Facts
    language: Language
    variants: int
    offer: str
    products: tuple[str, ...]
    day: dt.date


def variables(subject: Subject) -> dict[str, str]:
    """A value for every variable of :data:`~batikrfm.content.templates.VARIABLES`."""
    facts, language = subject.facts, subject.language
    segment = facts.segment
    return {
        "shop": block("shop", facts.shop.name),
        "trade": block("trade", facts.settings.trade or _BATIK.say(language)),
        "language": _LANGUAGES[language].say(language),
        "segment_name": tame(segment.name.say(language)),
        "segment_meaning": tame(segment.meaning.say(language)),
        "segment_action": tame(segment.action.say(language)),
        **_figures(facts, language),
        "products": block("products", subject.products[:MOST_PRODUCTS]),
        "categories": block("categories", categories(subject.products)),
        "occasions": ", ".join(_occasions(subject.day, language)),
        "season": season(subject.day).say(language),
        "voice": block("voice", facts.voice),
        "offer": block("offer", subject.offer),
        "variants": str(subject.variants),
    }


def placeholders_of(settings: ContentSettings) -> tuple[str, ...]:
    """What a text for this shop may leave open.

    Without a web address of the shop's own nothing could ever fill a link, and a text with such a gap is sent to nobody.
    """
    return PLACEHOLDERS if settings.domains else LINKLESS


def brief(subject: Subject) -> CopyBrief:
    """The same facts as data."""
    facts, language = subject.facts, subject.language
    return CopyBrief(
        shop=tame(facts.shop.name),
        trade=tame(facts.settings.trade),
        language=language,
        segment=facts.segment.key,
        segment_name=tame(facts.segment.name.say(language)),
        action=tame(facts.segment.action.say(language)),
        offer=tame(subject.offer),
        occasion=next(iter(_occasions(subject.day, language)), ""),
        products=tuple(tame(product) for product in subject.products[:MOST_PRODUCTS]),
        placeholders=placeholders_of(facts.settings),
        variants=subject.variants,
    )


def _figures(facts: Facts, language: Language) -> dict[str, str]:
    """The group's numbers, rounded; empty where it is too small to be described."""
    figures = dict.fromkeys(("customers", "share", "median_recency", "median_frequency", "median_monetary"), "")
    if facts.customers is None or facts.share is None or facts.middles is None:
        return figures
    return {
        "customers": about_count(facts.customers, language),
        "share": percent(facts.share, language),
        "median_recency": about_count(about(facts.middles.recency_days), language),
        "median_frequency": about_decimal(facts.middles.frequency, language),
        "median_monetary": about_money(facts.middles.monetary, facts.currency, language),
    }


def _occasions(day: dt.date, language: Language) -> Sequence[str]:
    return [occasion.name.say(language) for occasion in occasions(day)[:MOST_OCCASIONS]]
