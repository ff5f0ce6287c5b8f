"""Claims that a shop may not make: that goods heal, that they are halal by certificate, that they bring blessing or luck.

A greeting is no claim: *semoga Ramadan penuh berkah*, *halal bihalal*, *semoga sehat selalu* pass. So what reads as a wish
(*semoga*, *may*) is left out where the words alone could be either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from batikrfm.content.rules.model import Finding, Passage, RuleName, ShopRules
from batikrfm.content.rules.words import any_of, pattern
from batikrfm.sdk.text import Text

MEDICAL: Final = Text(
    id="Ini terbaca sebagai klaim kesehatan, yang tidak boleh dijanjikan tanpa izin resmi. Hapus atau ganti kalimatnya.",
    en="This reads as a health claim, which may not be made without official approval. Remove it or say something else.",
)
RELIGIOUS: Final = Text(
    id="Ini terbaca sebagai klaim keagamaan. Ucapan hari raya boleh, jaminan halal atau janji berkah jangan. Hapus kalimatnya.",
    en="This reads as a religious claim. Holiday greetings are fine, promises of halal or blessing are not. Remove it.",
)

_WISH: Final = re.compile(
    r"\b(?:semoga|moga|mudah-mudahan|harapan\s+kami|doa\s+kami|may|we\s+wish|wishing|hope)\b[^.!?\n]*$", re.IGNORECASE
)
_LOOK_BACK: Final = 150
_ALWAYS: Final[tuple[tuple[RuleName, re.Pattern[str], Text], ...]] = (
    ("medical_claim", pattern("medical"), MEDICAL),
    ("religious_claim", pattern("religious"), RELIGIOUS),
)
_UNLESS_WISHED: Final = pattern("religious", "unless_wished")
_ANY: Final = any_of(("medical", "always"), ("religious", "always"), ("religious", "unless_wished"))
"""Whatever of it there is: most texts hold nothing, and are looked through once."""


def claim(passage: Passage, rules: ShopRules) -> Iterator[Finding]:  # noqa: ARG001 - every rule is asked the same way
    """Words of healing, and of religion as a selling point."""
    if not _ANY.search(passage.small):
        return
    for rule, words, reason in _ALWAYS:
        yield from passage.find_all(rule, "block", words, reason)
    for match in _UNLESS_WISHED.finditer(passage.small):
        if not _WISH.search(passage.small[max(0, match.start() - _LOOK_BACK) : match.start()]):
            yield passage.find("religious_claim", "block", match[0], RELIGIOUS)
