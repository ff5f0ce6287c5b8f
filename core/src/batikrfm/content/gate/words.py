"""A text as the words that a name could be made of: letters only, in small, without accents."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from batikrfm.content.blocks import MARK

_SIGNS: Final = "\u0001-\u0060\u007b-\u00bf\u0300-\u036f\u2000-\u206f\u3000-\u303f"  # as in the column customers.name_key
_FILLER: Final = re.compile(f"[{_SIGNS}]+")
_WORD: Final = re.compile(f"[^{_SIGNS}]+")
_HIDDEN: Final = {"Cf", "Mn"}
_HONORIFICS: Final = re.compile(
    r"^(?:(?:ibu|bu|bapak|bpk|pak|mbak|mba|mas|kakak|kak|bang|om|tante|hj|haji|hajah|h|dr|drs|ir|prof|mr|mrs|ms)[. ]+)+"
)
_DEGREES: Final = re.compile(
    r"[, ]+(?:s ?[.]? ?(?:e|h|t|pd|kom|si|sos|ag|ked|kep|farm|psi)|m ?[.]? ?(?:m|h|t|pd|si|kom|sc|ba|kes)|a ?[.]? ?md)[.]?$"
)
_LONGEST_KEY: Final = 200
_FEWEST_SPELLED: Final = 4
"""So many single letters in a row are a word that somebody spelled out."""


def words_of(text: str) -> list[str]:
    """The words of ``text``."""
    plain = unicodedata.normalize("NFKD", text).lower()
    seen = plain if plain.isascii() else "".join(sign for sign in plain if unicodedata.category(sign) not in _HIDDEN)
    return _WORD.findall(seen)


def words_between_marks(text: str) -> list[str]:
    """The words of ``text``, with an empty one for each mark of a block of data: no name goes on over one, and nobody can write one."""
    first, *others = MARK.split(text)
    return [*words_of(first), *(word for other in others for word in ("", *words_of(other)))]


def spelled_out(words: list[str]) -> list[str]:
    """``words`` with single letters in a row put together: ``s i t i`` is a word, too."""
    joined: list[str] = []
    run: list[str] = []
    for word in [*words, ""]:
        if len(word) == 1:
            run.append(word)
            continue
        joined.extend(["".join(run)] if len(run) >= _FEWEST_SPELLED else run)
        run = []
        joined.append(word)
    return joined[:-1]


def is_spelled_out(words: list[str]) -> bool:
    """Whether somebody spelled a word of ``words`` out."""
    return list(map(len, words)).count(1) >= _FEWEST_SPELLED and spelled_out(words) != words


def bare(name: str) -> str:
    """A stored name in small letters, without ``Ibu`` in front and ``S.E.`` behind: what customers.name_key is made of."""
    plain = _HONORIFICS.sub("", unicodedata.normalize("NFKD", name).lower())
    return _DEGREES.sub("", plain) if "." in name or "," in name else plain


def key_of(name: str) -> str | None:
    """What customers.name_key is for ``name``."""
    return _FILLER.sub("", bare(name))[:_LONGEST_KEY] or None


def is_full(name: str) -> bool:
    """Whether ``name`` has two words or more: one alone says too little, and is too often a word of the trade."""
    return sum(len(word) > 1 for word in words_of(bare(name))) > 1
