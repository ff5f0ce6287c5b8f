"""How it is said: no shouting, no words that the shop does not use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from batikrfm.content.rules.model import Finding, Passage, ShopRules
from batikrfm.content.rules.plain import plain
from batikrfm.sdk.text import Text

SHOUTING: Final = Text(
    id="Ini terbaca seperti berteriak. Pakai huruf biasa dan cukup satu tanda seru.",
    en="This reads like shouting. Use ordinary letters and one exclamation mark at most.",
)
BANNED: Final = Text(
    id="Kata ini ada di daftar kata yang tidak Anda pakai. Ganti dengan kata lain.",
    en="This word is on your list of words not to use. Say it differently.",
)

_MARKS: Final = re.compile(r"[!?](?:[!?]+|(?<=!)\s(?:!\s)+!?)")
_MANY_MARKS: Final = 4
TWO_CAPITALS: Final = re.compile(r"[A-Z]{2}")
_CAPITALS: Final = re.compile(r"\b[A-Z]{2,}(?:[-'][A-Z]+)*\b")
_IN_A_ROW: Final = re.compile(r"\b[A-Z]{3,}(?:[ ,]+[A-Z]{2,}){1,12}\b")
_ONE_LONG: Final = 6
"""A word of so many capitals is no abbreviation."""
_ABBREVIATIONS: Final = frozenset(
    (
        "WA",
        "COD",
        "DM",
        "JNE",
        "JNT",
        "SMS",
        "UMKM",
        "QRIS",
        "PNS",
        "ASN",
        "THR",
        "TKP",
        "FAQ",
        "PO",
        "IG",
        "PDF",
        "UNESCO",
        "HARBOLNAS",
        "WIB",
        "WITA",
        "WIT",
    )
)
_PICTURES: Final = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]{4,}")


def shouting(passage: Passage, rules: ShopRules) -> Iterator[Finding]:
    """Rows of marks or little pictures, words in capitals that are neither an abbreviation nor the shop's name."""
    for excerpt in _loud(passage.text, _names(rules.shop)):
        yield passage.find("shouting", "warn", excerpt, SHOUTING)
    if passage.text.count("!") >= _MANY_MARKS and not _MARKS.search(passage.text):
        yield passage.find("shouting", "warn", "!", SHOUTING)


def _loud(text: str, names: frozenset[str]) -> Iterator[str]:
    for pattern in (_MARKS, _PICTURES):
        yield from (match[0] for match in pattern.finditer(text))
    if not TWO_CAPITALS.search(text):
        return
    rest = text
    for match in _IN_A_ROW.finditer(text):
        if len(_unusual(match[0], names)) > 1:
            yield match[0]
            rest = rest.replace(match[0], " ")
    yield from (word for word in _unusual(rest, names) if len(word) >= _ONE_LONG)


def _unusual(text: str, names: frozenset[str]) -> list[str]:
    return [word for word in _CAPITALS.findall(text) if word not in _ABBREVIATIONS and word not in names]


@lru_cache(maxsize=256)
def _names(shop: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", plain(shop)))


def banned_word(passage: Passage, rules: ShopRules) -> Iterator[Finding]:
    """Words and phrases of the shop's list, as whole words, in any case, with ``-nya`` and the like behind them."""
    pattern = _banned(rules.banned_words)
    if pattern is not None:
        for match in pattern.finditer(passage.text):
            yield passage.find("banned_word", "block", match[0], BANNED)


@lru_cache(maxsize=256)
def _banned(words: tuple[str, ...]) -> re.Pattern[str] | None:
    phrases = sorted({" ".join(plain(word).split()) for word in words} - {""}, key=len, reverse=True)
    if not phrases:
        return None
    spelled = "|".join(re.escape(phrase).replace("\\ ", r"\s+") for phrase in phrases)
    return re.compile(rf"(?<!\w)(?:{spelled})(?:-?(?:nya|lah|kah|pun|ku|mu))?(?!\w)", re.IGNORECASE)
