"""The templates' words: Indonesian where they stand, English from the catalogue beside, which is read as it is: nothing to compile.

``make words`` brings the catalogue up to date with the templates; a new sentence is then an empty ``msgstr`` to be filled in. Sentences in
Python are :class:`batikrfm.sdk.text.Text`, both languages side by side.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.pofile import read_po

from batikrfm_tenants.portal import formats

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

ENGLISH = Path(__file__).with_name("locale") / "en" / "LC_MESSAGES" / "messages.po"


@dataclass(frozen=True)
class Words:
    """Translations from Indonesian: of one sentence, and of one that has another form for one and for many."""

    single: dict[str, str]
    plural: dict[tuple[str, str], tuple[str, str]]

    @classmethod
    def of(cls, catalogue: Catalog) -> Words:
        """What ``catalogue`` has a translation for."""
        plural = {}
        single = {}
        for message in catalogue:
            if isinstance(message.id, tuple | list) and isinstance(message.string, tuple | list):
                plural[message.id[0], message.id[1]] = (message.string[0], message.string[1])
            elif isinstance(message.id, str) and isinstance(message.string, str) and message.string:
                single[message.id] = message.string
        return cls(single, plural)


@cache
def english() -> Words:
    """The English words, read once."""
    with ENGLISH.open("rb") as file:
        return Words.of(read_po(file, locale="en"))


def gettext(message: str) -> str:
    """``message`` in the language of the page that is being rendered; without a translation, as it is."""
    return english().single.get(message, message) if formats.current().language == "en" else message


def ngettext(one: str, many: str, number: int) -> str:
    """As :func:`gettext`, for ``number`` of something. Indonesian does not change a word for that; ``one`` and ``many`` may be the same."""
    if formats.current().language == "en":
        one, many = english().plural.get((one, many), (one, many))
    return one if number == 1 else many
