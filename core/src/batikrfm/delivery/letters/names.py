"""What a customer's own words may bring into a letter: a name as a person would write it, or nothing."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final

LONGEST_NAME: Final = 60
LONGEST_PRODUCT: Final = 100
_TAG: Final = re.compile(r"<[^<>]*>")
_MARKS: Final = str.maketrans(dict.fromkeys("<>{}[]|\\^*_~`", " "))
"""What markup and placeholders are made of, on any channel."""
_PLACE: Final = re.compile(
    r"://|\bwww\.|\S@\S|\b[\w-]+\.(?:com|net|org|id|co|io|ly|me|my|shop|store|xyz|info|biz|online|site|link|app)\b", re.IGNORECASE
)
_NUMBER: Final = re.compile(r"(?:\d[\s().-]*){7,}")


def clean_name(text: str | None) -> str | None:
    """A customer's name without marks, tags and what cannot be seen; None where nothing that is a name is left.

    An address, a link or a phone number is no name: whoever entered one there gets the fallback, and nobody reads it in a letter.
    """
    cleaned = _clean(text)
    if not any(letter.isalpha() for letter in cleaned) or len(cleaned) > LONGEST_NAME or _leads_elsewhere(cleaned):
        return None
    return cleaned


def clean_product(text: str | None) -> str | None:
    """What somebody bought, as a line of text; None where nothing is left."""
    cleaned = _clean(text)
    if not any(letter.isalnum() for letter in cleaned) or _leads_elsewhere(cleaned):
        return None
    return cleaned if len(cleaned) <= LONGEST_PRODUCT else cleaned[: LONGEST_PRODUCT - 1].rstrip() + "…"


def one_line(text: str) -> str:
    """``text`` without line ends, controls and what changes the direction of writing: fit for a header."""
    if text.isprintable():  # nearly always: no control, no format character, no space but the common one
        return " ".join(text.split())
    return " ".join("".join(" " if letter.isspace() else letter for letter in text if letter.isspace() or _is_seen(letter)).split())


def _clean(text: str | None) -> str:
    if not text:
        return ""
    plain = html.unescape(_TAG.sub(" ", unicodedata.normalize("NFC", text[:1_000])))
    return one_line(_TAG.sub(" ", plain).translate(_MARKS))


def _is_seen(letter: str) -> bool:
    """Not a control, a format character (zero width, right to left), a lone surrogate, or one of nobody's."""
    return not unicodedata.category(letter).startswith("C")


def _leads_elsewhere(text: str) -> bool:
    return bool(_PLACE.search(text) or _NUMBER.search(text))
