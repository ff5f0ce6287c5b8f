"""What a shop fills into its letters and says of itself at their end. Runs in the tenant's scope."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from batikrfm.content.model import PLACEHOLDERS
from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery.letters import queries as sql
from batikrfm.delivery.letters.errors import LetterSettingsError
from batikrfm.delivery.letters.model import Shop
from batikrfm.delivery.letters.names import one_line
from batikrfm.sdk.text import Language

LONGEST_LINK: Final = 500
LONGEST_LINE: Final = 300
LONGEST_FALLBACK: Final = 60


@dataclass(frozen=True, slots=True)
class LetterSettings:
    """``fallbacks`` by language and placeholder; an empty one leaves people without that value out. ``link``: where ``{tautan}`` leads."""

    link: str = ""
    address: str = ""
    contact: str = ""
    fallbacks: Mapping[Language, Mapping[str, str]] = field(default_factory=dict)


async def read_letter_settings() -> LetterSettings:
    """What the shop set; an untouched shop has nothing."""
    for row in await current_scope().fetch(sql.READ):
        return LetterSettings(row["link"], row["address"], row["contact"], json.loads(row["fallbacks"]))
    return LetterSettings()


async def save_letter_settings(wanted: LetterSettings) -> LetterSettings:
    """Keep ``wanted``, all of it or none. Raises :class:`LetterSettingsError`."""
    tidy = LetterSettings(wanted.link.strip(), one_line(wanted.address), one_line(wanted.contact), _tidy(wanted.fallbacks))
    if tidy.link and (urlsplit(tidy.link).scheme not in {"http", "https"} or not urlsplit(tidy.link).hostname):
        raise LetterSettingsError
    if len(tidy.link) > LONGEST_LINK or max(len(tidy.address), len(tidy.contact)) > LONGEST_LINE:
        raise LetterSettingsError
    if any(len(said) > LONGEST_FALLBACK or name not in PLACEHOLDERS for each in tidy.fallbacks.values() for name, said in each.items()):
        raise LetterSettingsError
    await current_scope().execute(sql.SAVE, uuid7(), json.dumps(tidy.fallbacks), tidy.link, tidy.address, tidy.contact)
    return tidy


async def shop_of(language: Language | None = None) -> Shop:
    """The sender of letters in ``language``, or in the shop's own. Without a link of its own, its first domain is where it leads."""
    (row,) = await current_scope().fetch(sql.SHOP)
    settings = await read_letter_settings()
    spoken: Language = language or row["language"]
    link = settings.link or (f"https://{row['domain']}" if row["domain"] else "")
    return Shop(row["name"], spoken, link, settings.address, settings.contact, settings.fallbacks.get(spoken, {}))


def _tidy(fallbacks: Mapping[Language, Mapping[str, str]]) -> dict[Language, dict[str, str]]:
    return {language: {name: one_line(said) for name, said in each.items()} for language, each in fallbacks.items()}
