"""What the rules are told about a shop, and what they say about its copy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, get_args

from batikrfm.sdk.text import Language, Text

Severity = Literal["block", "warn"]
"""``block``: must not go out like this. ``warn``: a person should look, and may well approve it."""

Field = Literal["subject", "preheader", "email", "whatsapp", "call_to_action"]
"""A field of a :class:`~batikrfm.content.model.Copy`."""

FIELDS: Final[tuple[Field, ...]] = get_args(Field)

_LONGEST_EXCERPT: Final = 80


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a copy.

    ``rule`` is a stable key (``invented_phone``), ``excerpt`` the words it is about (at most 80 signs; empty where it is about the
    whole field), ``reason`` one sentence that tells the owner what to do.
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
    """One field as the rules read it: signs brought to their plain forms, those that nobody sees taken out."""

    where: Field
    text: str
    raw: str

    def find(self, rule: str, severity: Severity, excerpt: str, reason: Text) -> Finding:
        """A finding in this field; a long excerpt is cut."""
        words = " ".join(excerpt.split())
        short = words if len(words) <= _LONGEST_EXCERPT else f"{words[: _LONGEST_EXCERPT - 1]}…"
        return Finding(rule, severity, self.where, short, reason)


def blocking(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that must not go out."""
    return tuple(finding for finding in findings if finding.severity == "block")
