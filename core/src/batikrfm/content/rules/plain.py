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
_LINES: Final = re.compile("\r\n?|[\u000b\u000c\u0085\u2028\u2029]")


def plain(text: str) -> str:
    """``text`` in compatibility form (NFKC) without what nobody sees, its lines ending in a plain newline."""
    seen = UNSEEN.sub("", _LINES.sub("\n", text)).replace(_KEYCAP, "")
    return seen if seen.isascii() else UNSEEN.sub("", unicodedata.normalize("NFKC", seen))


def small(text: str) -> str:
    """``text`` in small letters, as long as before: the few letters that would become two stay as they are."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)
