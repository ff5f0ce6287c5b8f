"""What has to hold for a text that a person wrote: it fits, and our rules have looked at it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Final

from batikrfm.content.model import PLACEHOLDERS, Copy
from batikrfm.content.review.errors import ContentReasonError, ContentTextError
from batikrfm.content.review.model import Content
from batikrfm.content.review.rows import texts_of
from batikrfm.content.rules import FIELDS, Field, Finding, ShopRules, find_problems
from batikrfm.content.settings import read_settings
from batikrfm.db.engine import current_scope
from batikrfm.sdk.text import Text

LONGEST: Final[Mapping[Field, int]] = {"subject": 300, "preheader": 300, "email": 20_000, "whatsapp": 4_096, "call_to_action": 200}
"""As the table has it."""
NEEDED: Final[frozenset[Field]] = frozenset({"subject", "email", "whatsapp"})
NAMES: Final[Mapping[Field, Text]] = {
    "subject": Text(id="Judul e-mail", en="The subject"),
    "preheader": Text(id="Kalimat pembuka", en="The preheader"),
    "email": Text(id="Isi e-mail", en="The e-mail"),
    "whatsapp": Text(id="Pesan WhatsApp", en="The WhatsApp message"),
    "call_to_action": Text(id="Ajakan", en="The call to action"),
}
LONGEST_REASON: Final = 1_000
MODERATION: Final = "moderation"
"""The rule of what a provider's moderation found."""
_INVISIBLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SHOP: Final = "select name from tenants"


def tidy_copy(copy: Copy) -> Copy:
    """``copy`` with Unix line ends and without control characters. Raises ContentTextError where a field is too long, or missing."""
    tidied = {name: _tidy(text) for name, text in zip(FIELDS, texts_of(copy), strict=True)}
    for name, text in tidied.items():
        if len(text) > LONGEST[name] or (name in NEEDED and not text):
            raise ContentTextError(field=NAMES[name], longest=LONGEST[name])
    return Copy(**tidied)


def tidy_reason(reason: str | None) -> str:
    """Why somebody decided so. Raises ContentReasonError where there is no reason, or a very long one."""
    tidied = _tidy(reason or "")
    if not tidied or len(tidied) > LONGEST_REASON:
        raise ContentReasonError(longest=LONGEST_REASON)
    return tidied


async def findings_after(before: Content, copy: Copy) -> tuple[Finding, ...]:
    """What is to be said of ``copy`` in place of the text of ``before``.

    That is what our rules find now. What a provider's moderation found stays until every field was rewritten: it read them as one, and
    nobody asks it again.
    """
    rules = await _rules_for(before)
    found = await asyncio.to_thread(find_problems, copy, rules)
    rewritten = all(old != new for old, new in zip(texts_of(before.copy), texts_of(copy), strict=True))
    return found if rewritten else (*found, *(one for one in before.findings if one.rule == MODERATION))


async def _rules_for(content: Content) -> ShopRules:
    settings = await read_settings()
    return ShopRules(
        placeholders=frozenset(PLACEHOLDERS),
        domains=settings.domains,
        offer=content.offer,
        banned_words=settings.banned_words,
        phones=settings.phones,
        language=content.language,
        shop=await current_scope().fetchval(_SHOP),
    )


def _tidy(text: str) -> str:
    return _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
