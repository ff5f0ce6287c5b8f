"""What in a text could be a customer's name: each run of its words, as customers.name_key would be were it one."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from batikrfm.content.gate.lines import with_rest
from batikrfm.content.gate.ordinary import LONGEST_PHRASE, fixed_phrases, ordinary_words
from batikrfm.content.gate.own import Own
from batikrfm.content.gate.words import is_spelled_out, spelled_out, words_between_marks

_SHORTEST_GLUED: Final = 8
"""A single word is taken for a whole name written without spaces only from this length on."""


def keys_in(lines: Sequence[str], words: Sequence[tuple[str, ...]], own: Own) -> set[str]:
    """The keys of all names that ``lines`` could hold; ``words`` are those of each line. A name may go on in the lines below."""
    whole = [word for line in words for word in line]
    keys: set[str] = set()
    end = 0
    for line in words:
        end += len(line)
        keys |= _keys_of(line, _stretch(whole[end : end + LONGEST_PHRASE - 1]), own)
    return keys.union(*_spelled(lines, whole, own)) if is_spelled_out(whole) else keys


def _spelled(lines: Sequence[str], whole: list[str], own: Own) -> Iterator[frozenset[str]]:
    """Keys with spelled words put together, in all of the text and from the beginning of each line: a name may begin there."""
    yield _keys_of(tuple(spelled_out(whole)), (), own)
    for line, after in with_rest(lines):
        yield _keys_of(tuple(spelled_out([*words_between_marks(line), *words_between_marks(after)])), (), own)


def _stretch(words: Sequence[str]) -> tuple[str, ...]:
    """``words`` up to the first mark."""
    return tuple(itertools.takewhile(bool, words))


def _keys_of(words: tuple[str, ...], following: tuple[str, ...], own: Own) -> frozenset[str]:
    """Of the names that begin in ``words`` and may go on in ``following``, those that are not what the shop calls itself."""
    line = _line(words, following)
    if own.says_none_of(line.starts):
        return line.keys
    keys: set[str] = set()
    for run in line.runs:
        said = _longest(run.words, own.says)
        keys.update(run.keys if said < run.shortest else run.keys[2 * (said + 1 - run.shortest) :])
    return frozenset(keys)


@dataclass(frozen=True, slots=True)
class _Run:
    """Words of which those from ``shortest`` on could be a name, and two keys for each length: in order, and with the last word first."""

    words: tuple[str, ...]
    shortest: int
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """The runs that begin in a line, and all keys of them. ``starts`` are the shortest names of each, which all its names begin with."""

    runs: tuple[_Run, ...]
    starts: frozenset[tuple[str, ...]]
    keys: frozenset[str]


@functools.lru_cache(maxsize=4096)
def _line(words: tuple[str, ...], following: tuple[str, ...]) -> _Line:
    """A run for each of ``words``, whoever's text it is. One that only says what the program or the trade says is no name and left out."""
    whole = (*words, *following)
    stretches = (_stretch(whole[start : start + LONGEST_PHRASE]) for start in range(len(words)))
    runs = tuple(run for stretch in stretches if stretch and (run := _run(stretch)).keys)
    return _Line(runs, frozenset(run.words[: run.shortest] for run in runs), frozenset(key for run in runs for key in run.keys))


def _run(words: tuple[str, ...]) -> _Run:
    ordinary = sum(1 for _ in itertools.takewhile(ordinary_words().__contains__, words))
    nobody = max(ordinary, _longest(words, fixed_phrases().__contains__))
    shortest = max(nobody + 1, 1 if len(words[0]) >= _SHORTEST_GLUED else 2)
    keys: list[str] = []
    for length in range(shortest, len(words) + 1):
        rest = "".join(words[1:length])
        keys += (words[0] + rest, rest + words[0])
    return _Run(words, shortest, tuple(keys))


def _longest(words: tuple[str, ...], says: Callable[[tuple[str, ...]], bool]) -> int:
    """How many of ``words``, from the first, ``says`` knows as one phrase. It knows what any phrase of its begins with, too."""
    length = 0
    while length < len(words) and says(words[: length + 1]):
        length += 1
    return length
