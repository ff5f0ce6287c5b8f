"""Look through texts for people: the tenant's own customers, and whatever looks like somebody's data. Runs in the tenant's scope.

The rule, its reasons and its limits are in ``docs/adr/0022-privacy-gate.md``.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from batikrfm.content.errors import PrivacyGateError
from batikrfm.content.gate import queries
from batikrfm.content.gate.numbers import Number, international, numbers, phones, plain_digits
from batikrfm.content.gate.ordinary import LONGEST_PHRASE, fixed_phrases, ordinary_words, phrases
from batikrfm.content.gate.patterns import emails, has_address
from batikrfm.content.gate.words import is_full, spelled_out, words_of
from batikrfm.db.engine import current_scope
from batikrfm.sdk.text import Text

KINDS: Final[dict[str, Text]] = {
    "name": Text(id="nama salah satu pelanggan", en="the name of a customer"),
    "own_phone": Text(id="nomor telepon salah satu pelanggan", en="the phone number of a customer"),
    "own_email": Text(id="alamat email salah satu pelanggan", en="the e-mail address of a customer"),
    "email": Text(id="alamat email", en="an e-mail address"),
    "phone": Text(id="nomor yang mirip nomor telepon", en="a number that looks like a phone number"),
    "nik": Text(id="nomor yang mirip NIK atau nomor kartu", en="a number that looks like an identity or a card number"),
    "account": Text(id="nomor panjang seperti nomor rekening", en="a long number such as a bank account"),
    "address": Text(id="tulisan yang mirip alamat rumah", en="what looks like a postal address"),
}
"""What can be found, as a person is told."""

_BREAK: Final = re.compile(r"\n(?=\s*(?:- )?[<\"]?[^\W\d_])")
"""Where a line ends. One that begins with a digit or a sign belongs to the line before: it may be the rest of an amount or a date."""

_REACH: Final = 240
"""Signs beyond a line's end in which what began in it has ended: a spoken phone number is the longest."""

_SHORTEST_GLUED: Final = 8
"""A single word is taken for a whole name written without spaces only from this length on."""


@dataclass(frozen=True)
class Own:
    """What the shop may say of itself: its name, what its segments are called, its phones. Phrases of these are nobody's name."""

    said: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    _phrases: set[tuple[str, ...]] = field(default_factory=set, init=False, repr=False, compare=False)
    _phones: set[str] = field(default_factory=set, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._phrases.update(phrase for text in self.said for phrase in phrases(words_of(text)))
        self._phones.update(international(phone) for phone in self.phones)

    def says(self, phrase: tuple[str, ...]) -> bool:
        """Whether the shop says just these words of itself."""
        return phrase in self._phrases

    def has_phone(self, digits: str) -> bool:
        """Whether ``digits`` are one of the shop's own numbers, in any notation."""
        return international(digits) in self._phones or f"+{digits}" in self._phones


@dataclass(frozen=True)
class Part:
    """A text on its way out, and where it comes from, for whoever has to take something out of it."""

    place: Text
    text: str


@dataclass
class Traces:
    """What a text could hold of customers, to be looked up; and what is found without looking up."""

    names: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)
    kinds: list[str] = field(default_factory=list)


async def check(parts: Sequence[Part], own: Own) -> None:
    """Nothing, if no part speaks of anybody.

    Raises:
        PrivacyGateError: one does. It says what kind of thing is where, and never what.
    """
    for part, kind in zip(parts, await find([part.text for part in parts], own), strict=True):
        if kind:
            raise PrivacyGateError(kind=KINDS[kind], place=part.place)


async def without_people(texts: Iterable[str], own: Own) -> tuple[str, ...]:
    """Those of ``texts`` that speak of nobody."""
    given = tuple(texts)
    return tuple(text for text, kind in zip(given, await find(given, own), strict=True) if kind is None)


async def find(texts: Sequence[str], own: Own) -> list[str | None]:
    """For each text the kind of what was found in it, a key of :data:`KINDS`; None for nothing. One statement for all."""
    return await find_each([(text, own) for text in texts])


async def find_each(texts: Sequence[tuple[str, Own]]) -> list[str | None]:
    """As :func:`find`, each text with what is the shop's own in it."""
    traces = [traces_of(text, own) for text, own in texts]
    wanted = [list(set().union(*values)) for values in zip(*((one.names, one.phones, one.emails) for one in traces), strict=True)]
    rows = await current_scope().fetch(queries.CUSTOMERS, *wanted) if any(wanted) else ()
    names = {row["found"] for row in rows if row["kind"] == "name" and is_full(row["name"])}
    phones_found = {row["found"] for row in rows if row["kind"] == "phone"}
    emails_found = {row["found"] for row in rows if row["kind"] == "email"}
    return [_kind(one, names, phones_found, emails_found) for one in traces]


def _kind(traces: Traces, names: set[str], phones_found: set[str], emails_found: set[str]) -> str | None:
    """The worst thing first: what is a customer's for certain."""
    if not traces.phones.isdisjoint(phones_found):
        return "own_phone"
    if not traces.emails.isdisjoint(emails_found):
        return "own_email"
    if not traces.names.isdisjoint(names):
        return "name"
    return traces.kinds[0] if traces.kinds else None


def traces_of(text: str, own: Own) -> Traces:
    """What of ``text`` has to be looked up, and what it gives away by itself."""
    traces = Traces()
    for line, after in _lines(text):
        traces.names.update(_names_in(line, after, own))
        _add_rest(traces, read(line, after), own)
    return traces


def add_traces(traces: Traces, seen: Read, own: Own) -> None:
    """Add what one line gave away."""
    traces.names.update(_keys_of_others(seen, own))
    _add_rest(traces, seen, own)


def _add_rest(traces: Traces, seen: Read, own: Own) -> None:
    """Add all but names."""
    traces.emails.update(seen.emails)
    for number in seen.numbers:
        traces.phones.update(phones(number.digits))
        if number.kind and not (number.kind == "phone" and own.has_phone(number.digits)):
            traces.kinds.append(number.kind)
    traces.kinds += ["email"] if seen.emails else []
    traces.kinds += ["address"] if seen.address else []


@functools.lru_cache(maxsize=4096)
def _names_in(line: str, after: str, own: Own) -> frozenset[str]:
    return frozenset(_keys_of_others(read(line, after), own))


def _keys_of_others(seen: Read, own: Own) -> Iterator[str]:
    return (key for phrase, keys in seen.phrases if not own.says(phrase) for key in keys)


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Each line with what comes after it, in whole lines and so much of it that nothing which begins in the line ends behind that."""
    lines = _BREAK.split(text)
    sizes = [(len(line), len(line.split())) for line in lines]
    for at, line in enumerate(lines):
        if not sizes[at][1]:
            continue
        end, signs, words = at + 1, 0, 0
        while end < len(lines) and (signs < _REACH or words < LONGEST_PHRASE):
            signs, words = signs + sizes[end][0], words + sizes[end][1]
            end += 1
        yield line, "\n".join(lines[at + 1 : end])


_Phrases = tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
"""Runs of words, each with what customers.name_key would be were it a name: in order, and with the last word first."""


@dataclass(frozen=True)
class Read:
    """What could begin in a line of anybody, whoever's text it is."""

    phrases: _Phrases
    numbers: tuple[Number, ...]
    emails: frozenset[str]
    address: bool


@functools.lru_cache(maxsize=4096)
def read(line: str, after: str) -> Read:
    """Most lines come again with the next order: of a template, a voice, a product's name. Only what is new in a prompt is read."""
    text = f"{line}\n{after}"
    return Read(_phrases_of(line, after), tuple(dict.fromkeys(numbers(plain_digits(text)))), frozenset(emails(text)), has_address(text))


def _phrases_of(line: str, after: str) -> _Phrases:
    words, following = words_of(line), words_of(after)
    whole = [*words, *following]
    joined = spelled_out(whole)
    return _named(tuple(words), tuple(following[: LONGEST_PHRASE - 1]), None if joined == whole else tuple(joined))


@functools.lru_cache(maxsize=4096)
def _named(words: tuple[str, ...], following: tuple[str, ...], joined: tuple[str, ...] | None) -> _Phrases:
    """By the words of a line, those that come next, and all of them with spelled ones ``joined``: what changes further down is not read."""
    ordinary, fixed = ordinary_words(), fixed_phrases()
    found = phrases([*words, *following], beginning_in=len(words))
    return tuple(
        (phrase, ("".join(phrase), "".join((*phrase[1:], phrase[0]))))
        for phrase in (found if joined is None else itertools.chain(found, phrases(joined)))
        if not (phrase in fixed or ordinary.issuperset(phrase) or (len(phrase) == 1 and len(phrase[0]) < _SHORTEST_GLUED))
    )
