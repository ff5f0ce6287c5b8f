"""Records that are lists of tags: DKIM keys (RFC 6376) and DMARC policies (RFC 7489)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Final

SECOND_LEVELS: Final = frozenset(
    {"ac", "biz", "co", "com", "desa", "edu", "go", "gov", "mil", "my", "net", "or", "org", "ponpes", "sch", "web"}
)
"""What stands before a country's letters where a domain is three names long: toko.co.id, toko.web.id, shop.com.sg."""


def tags(record: str) -> Mapping[str, str]:
    """The tags of ``record`` by name, the first of each."""
    found: dict[str, str] = {}
    for part in record.split(";"):
        name, equals, value = part.partition("=")
        if equals:
            found.setdefault(name.strip().lower(), value.strip())
    return found


def is_dkim(record: str) -> bool:
    """Whether it holds a public key, or says that the key is no more."""
    found = tags(record)
    return "p" in found and found.get("v", "DKIM1") == "DKIM1"


def same_key(record: str, public: str) -> bool:
    """Whether the record's key is ``public``, in base64, however it is broken into pieces."""
    try:
        wanted, there = (base64.b64decode("".join(text.split()), validate=True) for text in (public, tags(record).get("p", "")))
    except (binascii.Error, ValueError):
        return False
    return wanted == there


def organisation(domain: str) -> str:
    """The domain that somebody registered: ``toko.co.id`` of ``kabar.toko.co.id``."""
    labels = domain.split(".")
    long = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in SECOND_LEVELS  # noqa: PLR2004 - a country's letters
    return ".".join(labels[-3:] if long else labels[-2:])


def aligned(seen: str, proved: str, *, strict: bool) -> bool:
    """Whether what was ``proved`` of a mail speaks for the domain that people see."""
    return seen == proved or (not strict and organisation(seen) == organisation(proved))
