"""The texts that a draft has had, and what changed between two of them, word by word."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Final, Literal
from uuid import UUID

from batikrfm.content.model import Copy
from batikrfm.content.review import queries as sql
from batikrfm.content.review.drafts import find_content
from batikrfm.content.review.errors import ContentVersionNotFoundError
from batikrfm.content.review.model import Comparison, Piece, Version
from batikrfm.content.review.rows import version_of
from batikrfm.content.rules import FIELDS
from batikrfm.db.engine import current_scope

WORDS: Final = re.compile(r"\{\w+\}|\w+|\s+|[^\w\s]")
"""A placeholder, a word, a gap or a sign: joined they are the text again."""
MOST_WORDS: Final = 3_000
"""Beyond so many words that differ somewhere, the whole middle counts as rewritten: comparing takes time by their square."""


async def versions(content_id: UUID) -> list[Version]:
    """Every text that a draft has had, the latest first. Raises ContentNotFoundError."""
    await find_content(content_id)
    return [version_of(row) for row in await current_scope().fetch(sql.VERSIONS, content_id)]


async def compare(content_id: UUID, older: int, newer: int) -> Comparison:
    """What changed from one version to the other. Raises ContentNotFoundError, ContentVersionNotFoundError."""
    await find_content(content_id)
    rows = await current_scope().fetch(sql.SOME_VERSIONS, content_id, [older, newer])
    found = {version.version: version.copy for version in map(version_of, rows)}
    for wanted in (older, newer):
        if wanted not in found:
            raise ContentVersionNotFoundError(version=wanted)
    return Comparison(older, newer, await asyncio.to_thread(_fields, found[older], found[newer]))


def differences(older: str, newer: str) -> tuple[Piece, ...]:
    """What changed between two texts. ``same`` and ``removed`` pieces joined are the older one, ``same`` and ``added`` the newer."""
    old, new = WORDS.findall(older), WORDS.findall(newer)
    start = _same_words(old, new)
    end = _same_words(old[start:][::-1], new[start:][::-1])
    middle = _middle(old[start : len(old) - end], new[start : len(new) - end])
    pieces = (("same", old[:start]), *middle, ("same", old[len(old) - end :]))
    return tuple(_joined(pieces))


def _fields(older: Copy, newer: Copy) -> dict[str, tuple[Piece, ...]]:
    return {name: differences(getattr(older, name), getattr(newer, name)) for name in FIELDS}


Kind = Literal["same", "removed", "added"]
Run = tuple[Kind, list[str]]


def _same_words(one: list[str], other: list[str]) -> int:
    """How many words both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _middle(old: list[str], new: list[str]) -> Iterator[Run]:
    if len(old) > MOST_WORDS or len(new) > MOST_WORDS:
        yield from (("removed", old), ("added", new))
        return
    for deed, old_start, old_end, new_start, new_end in SequenceMatcher(None, old, new).get_opcodes():
        if deed == "equal":
            yield "same", old[old_start:old_end]
        else:
            yield from (("removed", old[old_start:old_end]), ("added", new[new_start:new_end]))


def _joined(runs: tuple[Run, ...]) -> Iterator[Piece]:
    """Neighbours of one kind as one piece; empty ones fall away."""
    kind: Kind | None = None
    words: list[str] = []
    for now, more in runs:
        if not more:
            continue
        if kind not in (None, now):
            yield Piece(kind, "".join(words))
            words = []
        kind, words = now, words + more
    if kind is not None:
        yield Piece(kind, "".join(words))
