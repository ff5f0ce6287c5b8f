"""Text as a reader takes it in: look-alike forms of a letter as that letter, signs that nobody sees left out."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

UNSEEN: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
"""Signs without a shape of their own: joiners, marks of direction, fillers, tags."""

_KEYCAP: Final = "\u20e3"
_AS_IN_ENGLISH: Final = str.maketrans({"\u0130": "i", "\u0131": "i", "\u017f": "s"})
"""The letters that ``re.IGNORECASE`` takes for an i or an s; the first is the only one of all that would become two."""
_LINES: Final = re.compile("\r\n?|[\u000b\u000c\u0085\u2028\u2029]")


def plain(text: str) -> str:
    """``text`` in compatibility form (NFKC) without what nobody sees, its lines ending in a plain newline."""
    lines = _LINES.sub("\n", text)
    if lines.isascii():
        return lines
    return UNSEEN.sub("", unicodedata.normalize("NFKC", UNSEEN.sub("", lines).replace(_KEYCAP, "")))


def small(text: str) -> str:
    """``text`` in small letters, as long as before."""
    return text.lower() if text.isascii() else text.translate(_AS_IN_ENGLISH).lower()
