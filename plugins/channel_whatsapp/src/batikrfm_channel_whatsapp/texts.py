"""Numbers and words as a gateway can take them."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

E164: Final = re.compile(r"\+([1-9][0-9]{6,14})")
CHAT: Final = re.compile(r"\+?([1-9][0-9]{6,14})(?:@(?:c\.us|s\.whatsapp\.net))?")
"""How vendors write a person's number; a group's is longer or ends otherwise."""

BREAKS: Final = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
UNWANTED: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, halves of characters, and marks that turn the direction of all that follows, other people's words included.
What languages and emoji need stays: right-to-left letters, joiners."""

INVISIBLE: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters to Unicode, nothing to the eye."""


def digits_of(number: str) -> str | None:
    """The digits of ``+62812...``; None if it is no number, or more than one."""
    found = E164.fullmatch(number)
    return found[1] if found else None


def person_of(chat: object) -> str | None:
    """``+62812...`` of how a vendor names the other side; None of a group or of nothing."""
    found = CHAT.fullmatch(str(chat)) if isinstance(chat, str | int) else None
    return f"+{found[1]}" if found else None


def clean(text: str) -> str:
    """``text`` without what breaks it on the way or turns it round."""
    return UNWANTED.sub("", BREAKS.sub("\n", text))


def one_line(text: str) -> str:
    """``text`` as Meta takes it within a template: no breaks, no tabs, no rows of spaces."""
    return " ".join(clean(text).split())


def is_blank(text: str) -> bool:
    """Whether nobody would see anything."""
    return all(letter in INVISIBLE or unicodedata.category(letter)[0] in "CZ" for letter in text)
