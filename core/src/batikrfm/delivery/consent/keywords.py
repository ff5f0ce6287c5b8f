"""Whether a reply says stop. The whole message has to be the word or phrase: "jangan berhenti ya" asks for the opposite."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

ALWAYS: Final = ("stop", "berhenti", "unsubscribe", "stop promo", "berhenti langganan", "berhenti berlangganan", "jangan kirim lagi")
"""What works in every shop, whatever it sets: people know these words from elsewhere."""

_WORD: Final = re.compile(r"[^\W_]+")
_LONGEST: Final = 200
"""Characters of a reply that are looked at; one that is longer is a message, and no keyword."""


def normal(text: str) -> str:
    """``text`` as it is compared: its words in small letters, one space between them. No marks, no emoji, nothing invisible."""
    seen = unicodedata.normalize("NFKC", text).casefold()
    visible = "".join(letter for letter in seen if unicodedata.category(letter) != "Cf")
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", visible)))


def says_stop(text: str, more: Iterable[str] = ()) -> bool:
    """Whether ``text`` is, all of it, one of the words that always work or of ``more``."""
    return len(text) <= _LONGEST and normal(text) in {*ALWAYS, *map(normal, more)} - {""}
