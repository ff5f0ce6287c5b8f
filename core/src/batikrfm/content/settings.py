"""How a shop wants its words written: its trade, its standing offer, what it never says, who writes, when. Runs in the tenant's scope."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, get_args

from batikrfm.content import settings_queries as sql
from batikrfm.content.blocks import visible
from batikrfm.content.errors import ContentSettingsError
from batikrfm.content.model import MOST_VARIANTS
from batikrfm.content.wording import filled
from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.db.lookups import Lookup, look_up
from batikrfm.sdk.llm import Tier
from batikrfm.sdk.text import Language, Text

LONGEST_TRADE: Final = 100
LONGEST_OFFER: Final = 500
LONGEST_WORD: Final = 100
MOST_WORDS: Final = 200
MOST_CACHE_DAYS: Final = 90
LAST_MINUTE: Final = 24 * 60 - 1
WEEK: Final = 7

_DOMAIN: Final = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_PHONE: Final = re.compile(r"\+?[0-9](?:[ ().-]{0,2}[0-9]){7,14}")
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")

_TOO_LONG: Final = Text(id="paling panjang {longest} huruf", en="at most {longest} characters")
_BETWEEN: Final = Text(id="harus antara {least} dan {most}", en="it is between {least} and {most}")
_TOO_MANY: Final = Text(id="paling banyak {most}", en="at most {most} of them")
_ONE_OF: Final = Text(id="harus salah satu dari {choices}", en="it is one of {choices}")
_AT_LEAST_ONE: Final = Text(id="sebutkan paling sedikit satu", en="name at least one")
_NO_DOMAIN: Final = Text(id="tulis seperti tokoanda.id, tanpa https://", en="write them like yourshop.id, without https://")
_NO_PHONE: Final = Text(id="tulis nomor telepon seperti 0812-3456-7890", en="write phone numbers like 0812-3456-7890")
_NO_KEY: Final = Text(id="ada nama yang tidak dikenal", en="there is a name that cannot be one")


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


_NAMES: Final = tuple(one.name for one in fields(ContentSettings))


async def read_settings() -> ContentSettings:
    """What the shop set, or the defaults."""
    return await look_up(settings_lookup())


def settings_lookup() -> Lookup[ContentSettings]:
    """What :func:`read_settings` asks."""
    return Lookup(sql.READ, (), lambda rows: settings_of(rows[0]) if rows else ContentSettings())


def settings_of(row: Mapping[str, Any]) -> ContentSettings:
    """What a row of the table says, whatever else was read with it."""
    values: dict[str, Any] = {name: row[name] for name in _NAMES}
    values |= {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return ContentSettings(**values)


async def save_settings(wanted: ContentSettings) -> ContentSettings:
    """Keep ``wanted``, all of it or none; the weekly words follow.

    Raises:
        ContentSettingsError: something is too long, out of range, or no domain, phone, provider or segment.
    """
    tidy = _tidy(wanted)
    _check(tidy)
    await current_scope().execute(
        sql.SAVE,
        uuid7(),
        *(tidy.trade, tidy.offer, list(tidy.banned_words), list(tidy.domains), list(tidy.phones), tidy.language, list(tidy.chain)),
        *(tidy.tier, tidy.variants, tidy.cache_days, tidy.weekly, tidy.weekly_day, tidy.weekly_minute, list(tidy.triggers), tidy.batch),
    )
    from batikrfm.content.weekly.schedule import keep_schedule  # it reads these settings

    await keep_schedule()
    return await read_settings()


def _tidy(wanted: ContentSettings) -> ContentSettings:
    return replace(
        wanted,
        trade=" ".join(visible(wanted.trade).split()),
        offer=visible(wanted.offer),
        banned_words=_distinct(visible(word) for word in wanted.banned_words),
        domains=_distinct(domain.strip().lower().removeprefix("https://").removesuffix("/") for domain in wanted.domains),
        phones=_distinct(visible(phone) for phone in wanted.phones),
        chain=_distinct(key.strip() for key in wanted.chain),
        triggers=_distinct(key.strip() for key in wanted.triggers),
    )


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _check(tidy: ContentSettings) -> None:
    for what, text, longest in ((TRADE, tidy.trade, LONGEST_TRADE), (OFFER, tidy.offer, LONGEST_OFFER)):
        _hold(what, filled(_TOO_LONG, longest=longest), good=len(text) <= longest)
    _hold(BANNED, filled(_TOO_LONG, longest=LONGEST_WORD), good=all(len(word) <= LONGEST_WORD for word in tidy.banned_words))
    for what, texts, pattern, how in (
        (DOMAINS, tidy.domains, _DOMAIN, _NO_DOMAIN),
        (PHONES, tidy.phones, _PHONE, _NO_PHONE),
        (CHAIN, tidy.chain, _KEY, _NO_KEY),
        (TRIGGERS, tidy.triggers, _KEY, _NO_KEY),
    ):
        _hold(what, how, good=all(pattern.fullmatch(text) for text in texts))
    for what, texts in ((BANNED, tidy.banned_words), (DOMAINS, tidy.domains), (PHONES, tidy.phones), (TRIGGERS, tidy.triggers)):
        _hold(what, filled(_TOO_MANY, most=MOST_WORDS), good=len(texts) <= MOST_WORDS)
    _hold(CHAIN, _AT_LEAST_ONE, good=bool(tidy.chain))
    _hold(CHAIN, filled(_TOO_MANY, most=MOST_WORDS), good=len(tidy.chain) <= MOST_WORDS)
    for what, number, least, most in (
        (VARIANTS, tidy.variants, 1, MOST_VARIANTS),
        (CACHE_DAYS, tidy.cache_days, 1, MOST_CACHE_DAYS),
        (WEEKLY_DAY, tidy.weekly_day, 1, WEEK),
        (WEEKLY_MINUTE, tidy.weekly_minute, 0, LAST_MINUTE),
    ):
        _hold(what, filled(_BETWEEN, least=least, most=most), good=least <= number <= most)
    _hold(TIER, filled(_ONE_OF, choices=", ".join(get_args(Tier))), good=tidy.tier in get_args(Tier))
    _hold(LANGUAGE, filled(_ONE_OF, choices=", ".join(get_args(Language))), good=tidy.language in {None, *get_args(Language)})


def _hold(what: Text, how: Text, *, good: bool) -> None:
    if not good:
        raise ContentSettingsError(what=what, how=how)


TRADE: Final = Text(id="Bidang usaha", en="The trade")
OFFER: Final = Text(id="Penawaran", en="The offer")
BANNED: Final = Text(id="Kata yang dilarang", en="The banned words")
DOMAINS: Final = Text(id="Domain toko", en="The shop's domains")
PHONES: Final = Text(id="Nomor telepon toko", en="The shop's phone numbers")
CHAIN: Final = Text(id="Urutan AI", en="The order of AI providers")
TRIGGERS: Final = Text(id="Kelompok pemicu", en="The segments that trigger")
VARIANTS: Final = Text(id="Jumlah versi", en="The number of versions")
CACHE_DAYS: Final = Text(id="Lama jawaban disimpan", en="The days that an answer is kept")
WEEKLY_DAY: Final = Text(id="Hari mingguan", en="The day of the week")
WEEKLY_MINUTE: Final = Text(id="Jam mingguan", en="The time of the day")
TIER: Final = Text(id="Tingkat model", en="The tier of models")
LANGUAGE: Final = Text(id="Bahasa", en="The language")
