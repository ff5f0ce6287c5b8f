"""A text by its lines, which can be remembered: most of them come again with the next order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from batikrfm.content.gate.ordinary import LONGEST_PHRASE

_BREAK: Final = re.compile(r"\n(?=\s*(?:- )?[<\"]?[^\W\d_])")
"""Where a line ends. One that begins with a digit or a sign belongs to the line before: it may be the rest of an amount or a date."""

_REACH: Final = 240
"""Signs beyond a line's end in which what began in it has ended: a spoken phone number is the longest."""


def lines_of(text: str) -> list[str]:
    """The lines of ``text``."""
    return _BREAK.split(text)


def with_rest(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each line with what comes after it, in whole lines and so much of it that nothing which begins in the line ends behind that."""
    sizes = [(len(line), len(line.split())) for line in lines]
    for at, line in enumerate(lines):
        if not sizes[at][1]:
            continue
        end, signs, words = at + 1, 0, 0
        while end < len(lines) and (signs < _REACH or words < LONGEST_PHRASE):
            signs, words = signs + sizes[end][0], words + sizes[end][1]
            end += 1
        yield line, "\n".join(lines[at + 1 : end])
