"""Look through texts for people: the tenant's own customers, and whatever looks like somebody's data. Runs in the tenant's scope.

The rule, its reasons and its limits are in ``docs/adr/0022-privacy-gate.md``.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from batikrfm.content.errors import PrivacyGateError
from batikrfm.content.gate import queries
from batikrfm.content.gate.lines import lines_of, with_rest
from batikrfm.content.gate.names import keys_in
from batikrfm.content.gate.numbers import (
    FEWEST_SPOKEN,
    Number,
    goes_on,
    has_long_run,
    numbers,
    phones,
    plain_digits,
    small_digits,
    spoken_words,
)
from batikrfm.content.gate.own import Own
from batikrfm.content.gate.patterns import emails, has_address, has_at, may_hold_email, names_street
from batikrfm.content.gate.words import is_full, words_between_marks
from batikrfm.db.lookups import Lookup, Rows
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


def check(parts: Sequence[Part], own: Own) -> Lookup[None]:
    """Nothing, if no part speaks of anybody.

    Raises:
        PrivacyGateError: one does. It says what kind of thing is where, and never what.
    """
    found = find([(part.text, own) for part in parts])
    return Lookup(found.sql, found.values, lambda rows: require_nobody(parts, found.read(rows)))


def require_nobody(parts: Sequence[Part], kinds: Sequence[str | None]) -> None:
    """Raises as :func:`check` does, by what :func:`find` has found in each part."""
    for part, kind in zip(parts, kinds, strict=True):
        if kind:
            raise PrivacyGateError(kind=KINDS[kind], place=part.place)


def find(texts: Sequence[tuple[str, Own]]) -> Lookup[list[str | None]]:
    """For each text, given with what is the shop's own, the kind of what is in it: a key of :data:`KINDS`, or None for nothing."""
    traces = [traces_of(text, own) for text, own in texts]
    names = set[str]().union(*(one.names for one in traces))
    telephones = set[str]().union(*(one.phones for one in traces))
    addresses = set[str]().union(*(one.emails for one in traces))

    def read(rows: Rows) -> list[str | None]:
        full_names = {row["found"] for row in rows if row["kind"] == "name" and is_full(row["name"])}
        phones_found = {row["found"] for row in rows if row["kind"] == "phone"}
        emails_found = {row["found"] for row in rows if row["kind"] == "email"}
        return [_kind(one, full_names, phones_found, emails_found) for one in traces]

    return Lookup(queries.CUSTOMERS, (list(names), list(telephones), list(addresses)), read)


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
    """What of ``text`` has to be looked up, and what it gives away by itself.

    Nearly all texts hold nothing of anybody but, perhaps, a name. That is seen by each line alone, which is remembered. Only if it
    cannot be told by that, the lines are read with what comes after them.
    """
    lines = lines_of(text)
    looks = [_look(line) for line in lines]
    traces = Traces(names=keys_in(lines, [look.words for look in looks], own))
    if _each_for_itself(lines, looks):
        _add_numbers(traces, (number for look in looks for number in look.numbers), own)
        if not traces.kinds:
            return traces
    traces.kinds.clear()
    for line, after in with_rest(lines):
        _add(traces, read(line, after), own)
    return traces


@dataclass(frozen=True, slots=True)
class _Look:
    """What a line says by itself: its words and numbers; and of what else it could be a piece. One that is ``plain`` is of nothing."""

    words: tuple[str, ...]
    numbers: tuple[Number, ...]
    spoken: int
    goes_on: bool
    at: bool
    street: bool
    plain: bool


@functools.lru_cache(maxsize=4096)
def _look(line: str) -> _Look:
    small = small_digits(line)
    spoken, more, at, street = spoken_words(small), goes_on(small), has_at(line), names_street(line)
    return _Look(
        words=tuple(words_between_marks(line)),
        numbers=_numbers_in(line) if has_long_run(small) else (),
        spoken=spoken,
        goes_on=more,
        at=at,
        street=street,
        plain=not (spoken or more or at or street),
    )


def _each_for_itself(lines: Sequence[str], looks: Sequence[_Look]) -> bool:
    """Whether there is no e-mail address and no postal one, nor a number of which some stands in one line and some in the next."""
    if all(look.plain for look in looks):
        return True
    return not (
        sum(look.spoken for look in looks) >= FEWEST_SPOKEN
        or any(look.goes_on for look in looks[1:])
        or (any(look.at for look in looks) and may_hold_email("\n".join(lines)))
        or (any(look.street for look in looks) and has_address("\n".join(lines)))
    )


@dataclass(frozen=True, slots=True)
class Read:
    """What could begin in a line of anybody but names, whoever's text it is."""

    numbers: tuple[Number, ...]
    emails: frozenset[str]
    address: bool


@functools.lru_cache(maxsize=1024)
def read(line: str, after: str) -> Read:
    """A line with what comes after it."""
    text = f"{line}\n{after}"
    return Read(_numbers_in(text), frozenset(emails(text)), has_address(text))


def _numbers_in(text: str) -> tuple[Number, ...]:
    return tuple(dict.fromkeys(numbers(plain_digits(text))))


def _add(traces: Traces, seen: Read, own: Own) -> None:
    """Add what one line gave away."""
    traces.emails.update(seen.emails)
    _add_numbers(traces, seen.numbers, own)
    traces.kinds += ["email"] if seen.emails else []
    traces.kinds += ["address"] if seen.address else []


def _add_numbers(traces: Traces, found: Iterable[Number], own: Own) -> None:
    for number in found:
        traces.phones.update(phones(number.digits))
        if number.kind and not (number.kind == "phone" and own.has_phone(number.digits)):
            traces.kinds.append(number.kind)
