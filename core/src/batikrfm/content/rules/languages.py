"""Whether a text is in the language that was asked for, by the small words that every sentence has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from batikrfm.content.rules.model import Finding, Passage, ShopRules
from batikrfm.content.rules.plain import small
from batikrfm.content.rules.words import words
from batikrfm.sdk.text import Language, Text

WRONG: Final[dict[Language, Text]] = {
    "id": Text(
        id="Teks ini sepertinya bukan bahasa Indonesia. Tulis ulang, atau buat lagi.",
        en="This does not seem to be Indonesian. Rewrite it, or have it made again.",
    ),
    "en": Text(
        id="Teks ini sepertinya bukan bahasa Inggris. Tulis ulang, atau buat lagi.",
        en="This does not seem to be English. Rewrite it, or have it made again.",
    ),
}

_SMALL_WORDS: Final[dict[Language, frozenset[str]]] = {"id": words("small_words", "id"), "en": words("small_words", "en")}
_WORD: Final = re.compile(r"[a-z]+(?:['’][a-z]+)?")  # noqa: RUF001 - people type both apostrophes
_ENOUGH_WORDS: Final = 12
"""Shorter texts say too little about their language."""
_FOREIGN_WORDS: Final = 18
"""From so many words on, a text without the small words of either language is in a third one."""
_SIGNAL: Final = 0.12
"""The least share of small words in a text in that language; both languages have about 0.3."""


def wrong_language(passage: Passage, rules: ShopRules) -> Iterator[Finding]:
    """The two long fields only: a subject of four words may well be a name."""
    if passage.where in ("email", "whatsapp") and (seen := language_of(passage.text)) != rules.language and seen != "unclear":
        yield passage.find("wrong_language", "block", passage.text[:60], WRONG[rules.language])


def language_of(text: str) -> Language | str:
    """``id``, ``en``, ``other``, or ``unclear`` where the text is short or mixes both."""
    found = _WORD.findall(small(text))
    if not text.isascii() and _in_another_script(text, found):
        return "other"
    if len(found) < _ENOUGH_WORDS:
        return "unclear"
    shares = {language: sum(map(small.__contains__, found)) / len(found) for language, small in _SMALL_WORDS.items()}
    best, other = max(shares, key=lambda one: shares[one]), min(shares, key=lambda one: shares[one])
    if shares[best] < _SIGNAL:
        return "other" if len(found) >= _FOREIGN_WORDS else "unclear"
    return best if shares[best] >= 2 * shares[other] else "unclear"


def _in_another_script(text: str, latin: Sequence[str]) -> bool:
    """Whether less than half of its letters are in its ``latin`` words."""
    letters = sum(map(str.isalpha, text))
    return letters >= 3 * _ENOUGH_WORDS and sum(map(len, latin)) < letters / 2
