"""Texts with gaps: read once, filled for each person in one pass, so that nothing in a value is ever taken for a gap."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from batikrfm.content.model import PLACEHOLDERS

Kind = Literal["value", "inside", "link"]
"""A value among the words; a value inside of a tag; the letter's link of that number."""

NAME: Final = "nama"
_GAP: Final = re.compile(r"\{+\s*([A-Za-z_][A-Za-z0-9_ ]{0,59}?)\s*\}+")
_MARKED: Final = re.compile("([\ue000\ue002])([a-z0-9_]+)[\ue001\ue003]")
_RESERVED: Final = re.compile("[\ue000-\ue003]")


@dataclass(frozen=True, slots=True)
class Slot:
    """A gap: a placeholder's name, or a link's number in digits."""

    kind: Kind
    name: str


@dataclass(frozen=True, slots=True)
class Gapped:
    """A text as pieces, gaps among them."""

    pieces: tuple[str | Slot, ...]

    @property
    def names(self) -> frozenset[str]:
        """The placeholders in it."""
        return frozenset(one.name for one in self.pieces if isinstance(one, Slot) and one.kind != "link")

    def fill(self, give: Callable[[Slot], str]) -> str:
        """The text with what ``give`` says for each gap. "Kak" for a name that nobody knows makes no "Kak Kak" of "Kak {nama}"."""
        text = ""
        for one in self.pieces:
            if isinstance(one, str):
                text += one
                continue
            said = give(one)
            if one.name == NAME and _ends_with(text, said):
                text = text[:-1]
            else:
                text += said
        return text


def marked(text: str) -> str:
    """``text`` with its placeholders as marks that no reader of markdown touches, however they were written: ``{nama}``, ``{{ Nama }}``."""
    return _GAP.sub(lambda found: f"\ue000{_name(found[1])}\ue001", _RESERVED.sub("", text))


def link_mark(number: int) -> str:
    """Stands for the link of that number."""
    return f"\ue002{number}\ue003"


def gapped(text: str, *, tags: bool = False) -> Gapped:
    """A marked ``text`` as pieces. ``tags``: it is HTML, and a gap between ``<`` and ``>`` is one inside of a tag."""
    return Gapped(tuple(_pieces(text, tags=tags)))


def plain(text: str) -> Gapped:
    """A text that is no markup, as pieces."""
    return gapped(marked(text))


def values_of(given: Mapping[str, str | None], fallbacks: Mapping[str, str]) -> dict[str, str]:
    """What fills each placeholder: the person's own value, or the fallback; those with neither are left out."""
    chosen = {name: given.get(name) or fallbacks.get(name) for name in PLACEHOLDERS}
    return {name: value for name, value in chosen.items() if value}


def _ends_with(text: str, word: str) -> bool:
    """Whether ``word`` and a space are the last of ``text``, in letters of any size, and no part of a longer word."""
    before = len(text) - len(word) - 1
    return before >= 0 and text[before:].lower() == f"{word} ".lower() and not (before and _is_of_a_word(text[before - 1]))


def _is_of_a_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def _name(written: str) -> str:
    return re.sub(r"\s+", "_", written.strip().lower())


def _pieces(text: str, *, tags: bool) -> Iterator[str | Slot]:
    end, inside = 0, False
    for found in _MARKED.finditer(text):
        between = text[end : found.start()]
        if between:
            yield between
        inside = tags and between.rfind("<") > between.rfind(">") if ("<" in between or ">" in between) else inside
        yield Slot("link" if found[1] == "\ue002" else "inside" if inside else "value", found[2])
        end = found.end()
    if text[end:]:
        yield text[end:]
