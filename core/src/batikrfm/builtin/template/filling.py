"""Sentences with gaps: which alternative can be said with the facts there are, and what it says.

A paragraph may have alternatives, each behind a ``|``. The first of which everything is known is said; a paragraph of which none can
be said is left out. ``<toko>`` is a fact, ``{nama}`` a placeholder that stays open until the message is sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from batikrfm.builtin.template.facts import Facts

_SLOT: Final = re.compile(r"<(\w+)>")
_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
_PARAGRAPH: Final = re.compile(r"\n\s*\n")
_ALTERNATIVE: Final = re.compile(r"(?:^|\s)\|\s")


def filled_line(line: str, facts: Facts, longest: int) -> str:
    """The first alternative that can be said in ``longest`` signs. The last one always can: it needs no facts and fits."""
    said = (_said(alternative, facts) for alternative in alternatives(line))
    return next(text for text in said if text is not None and len(text) <= longest)


def filled_text(text: str, facts: Facts, fits: Callable[[str], bool]) -> str:
    """The paragraphs that can be said. Where they do not fit, less is said: the last try has the fewest facts."""
    said = ""
    for fewer in facts.lighter():
        said = "\n\n".join(_paragraphs(text, fewer))
        if fits(said):
            return said
    return said


def alternatives(paragraph: str) -> list[str]:
    """The alternatives of one paragraph, each on one line."""
    return [" ".join(one.split()) for one in _ALTERNATIVE.split(paragraph)]


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, each with all its alternatives."""
    return _PARAGRAPH.split(text.strip())


def _paragraphs(text: str, facts: Facts) -> Iterator[str]:
    for paragraph in paragraphs(text):
        said = next(filter(None, (_said(alternative, facts) for alternative in alternatives(paragraph))), None)
        if said:
            yield said


def _said(sentence: str, facts: Facts) -> str | None:
    """``sentence`` with its facts in, or None if one is not known or a placeholder may not be left open."""
    if not set(_PLACEHOLDER.findall(sentence)) <= facts.placeholders or not set(_SLOT.findall(sentence)) <= facts.slots.keys():
        return None
    return _SLOT.sub(lambda slot: facts.slots[slot[1]], sentence)
