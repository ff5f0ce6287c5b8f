"""What the rules are told about a shop, and what they say about its copy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, get_args

from batikrfm.content.rules.plain import plain, small
from batikrfm.sdk.text import Language, Text

Severity = Literal["block", "warn"]
"""``block``: must not go out like this. ``warn``: a person should look, and may well approve it."""

Field = Literal["subject", "preheader", "email", "whatsapp", "call_to_action"]
"""A field of a :class:`~batikrfm.content.model.Copy`."""

RuleName = Literal[
    "empty",
    "one_line",
    "too_long",
    "too_short",
    "unknown_placeholder",
    "left_over",
    "invented_phone",
    "outside_link",
    "price_not_offered",
    "promise_not_offered",
    "medical_claim",
    "religious_claim",
    "banned_word",
    "shouting",
    "markdown",
    "html",
    "hidden_signs",
    "mixed_letters",
    "unreadable",
    "wrong_language",
    "personal_name",
    "personal_address",
]
"""The keys of our own rules. :data:`batikrfm.content.rules.titles.TITLES` says each in words."""

FIELDS: Final[tuple[Field, ...]] = get_args(Field)

_LONGEST_EXCERPT: Final = 80


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a copy.

    ``rule`` is a stable key: a :data:`RuleName`, or what a provider's moderation is called. ``excerpt`` is the words that it is about (at
    most 80 signs; empty where it is about the whole field), ``reason`` one sentence that tells the owner what to do.
    """

    rule: str
    severity: Severity
    where: Field
    excerpt: str
    reason: Text


@dataclass(frozen=True, slots=True)
class ShopRules:
    """What the rules have to know about the shop.

    ``placeholders``: names that are filled at sending (``nama``). ``domains``: the shop's own hosts (``tokosri.id``; what is below
    one is the shop's, too). ``offer``: the owner's own words for what the shop offers now; only what is in them may be promised.
    ``banned_words``: words or phrases that this shop never uses. ``phones``: the shop's own numbers in any notation. ``language``: the
    one that was asked for. ``shop``: its name, which may be in capitals or hold a person's name (*BATIK BU SRI*).
    """

    placeholders: frozenset[str] = frozenset()
    domains: tuple[str, ...] = ()
    offer: str = ""
    banned_words: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    language: Language = "id"
    shop: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """One field as the rules read it.

    ``raw`` is what was written, ``text`` has its signs in their plain forms without those that nobody sees, ``small`` is that in small
    letters, sign by sign.
    """

    where: Field
    text: str
    small: str
    raw: str

    @classmethod
    def of(cls, where: Field, raw: str) -> Passage:
        """The passage that ``raw`` is in the field ``where``."""
        text = plain(raw)
        return cls(where, text, small(text), raw)

    def find(self, rule: RuleName, severity: Severity, excerpt: str, reason: Text) -> Finding:
        """A finding in this field; a long excerpt is cut."""
        words = " ".join(excerpt.split())
        short = words if len(words) <= _LONGEST_EXCERPT else f"{words[: _LONGEST_EXCERPT - 1]}…"
        return Finding(rule, severity, self.where, short, reason)

    def find_all(self, rule: RuleName, severity: Severity, pattern: re.Pattern[str], reason: Text) -> Iterator[Finding]:
        """A finding for each place where ``pattern`` is in the text in small letters."""
        for match in pattern.finditer(self.small):
            yield self.find(rule, severity, self.text[match.start() : match.end()], reason)


def blocking(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that must not go out."""
    return tuple(finding for finding in findings if finding.severity == "block")
