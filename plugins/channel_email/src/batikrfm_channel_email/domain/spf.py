"""SPF records (RFC 7208), as far as a sender has to know: which there are, what they include, how many questions they cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from batikrfm_channel_email.domain.resolver import Resolver

MOST_LOOKUPS: Final = 10
DEEPEST: Final = 30
"""Records that are read of one domain at most: whatever is beyond that is broken long before."""
COSTLY: Final = ("a", "mx", "ptr", "exists", "include", "redirect")


@dataclass
class Spf:
    """The SPF of a domain: its ``records``, every domain that they include at any depth, and what it says of all others (``~all``)."""

    records: tuple[str, ...] = ()
    includes: set[str] = field(default_factory=set)
    lookups: int = 0
    rest: str = ""


async def read_spf(domain: str, resolver: Resolver) -> Spf:
    """The SPF of ``domain``. Raises ``NotLookedUp``."""
    spf = Spf(records=await _records(domain, resolver))
    if len(spf.records) == 1:
        await _follow(spf.records[0], spf, resolver, top=True)
    return spf


async def _records(domain: str, resolver: Resolver) -> tuple[str, ...]:
    return tuple(text for text in await resolver.texts(domain) if text.lower() == "v=spf1" or text.lower().startswith("v=spf1 "))


async def _follow(record: str, spf: Spf, resolver: Resolver, *, top: bool) -> None:
    """Count what ``record`` costs, and read what it includes."""
    for qualifier, kind, value in _terms(record):
        spf.lookups += kind in COSTLY
        if kind == "all" and top:
            spf.rest = f"{qualifier}all"
        if kind in ("include", "redirect") and value and value not in spf.includes and len(spf.includes) < DEEPEST:
            spf.includes.add(value)
            for inner in (await _records(value, resolver))[:1]:
                await _follow(inner, spf, resolver, top=top and kind == "redirect")


def _terms(record: str) -> Iterator[tuple[str, str, str]]:
    """Qualifier, kind and value of each term: ``~``, ``all``, nothing."""
    for term in record.lower().split()[1:]:
        qualifier = term[0] if term[0] in "+-~?" else "+"
        name = term.lstrip("+-~?")
        cut = min((name.index(sign) for sign in ":=/" if sign in name), default=len(name))
        yield qualifier, name[:cut], name[cut + 1 :].rstrip(".")
