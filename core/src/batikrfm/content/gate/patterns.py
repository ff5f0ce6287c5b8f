"""E-mail addresses and postal addresses in a text, whoever's they are."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_AT: Final = re.compile(r"\s*[\[({]\s*(?:at|et)\s*[\])}]\s*|\s+at\s+(?=[a-z0-9-]+(?:\.[a-z]{2,}|[\[({ ]+(?:dot|titik)\b))")
_DOT: Final = re.compile(r"\s*[\[({]\s*(?:dot|titik)\s*[\])}]\s*|\s+(?:dot|titik)\s+")
_AROUND: Final = re.compile(r"\s*@\s*")
_AROUND_DOT: Final = re.compile(r"(?<=@)([a-z0-9-]+)\s*\.\s*(?=(?:com|net|org|id|co|info|biz|shop|store|my)\b)")
_EMAIL: Final = re.compile(r"[^\s@<>()\[\]\"',;:]+@[^\s@<>()\[\]\"',;:]+\.[a-z]{2,}")
_AT_WORD: Final = re.compile(r"@|\b[ae]t\b")
"""No e-mail address is without one of these, however it is written."""
_AT_HINT: Final = re.compile(r"@|[ae]t(?:\s*[\])}]|\s+[a-z0-9-]+(?:\.[a-z]{2,}|[\[({ ]+(?:dot|titik)\b))")
"""Nor without one of these; the other words around an ``at`` tell more."""
_ADDRESS_HINT: Final = re.compile(r"\b(?:jl|jln|jalan|gg|gang|rt|kode|kodepos|perum|perumahan|komplek|kompleks)")
"""Each of :data:`_ADDRESS` begins with one of these."""
_ADDRESS: Final = (
    re.compile(r"\b(?:jl|jln|jalan|gg|gang)\b\.?\s+[^\n]{2,60}?\b(?:no|nomor|blok|kav)\b\.?\s*[a-z]?\.?\s*\d+"),
    re.compile(r"\b(?:jl|jln)\b\.?\s+[a-z][^\n]{1,40}?\s\d{1,4}\b"),
    re.compile(r"\brt\b\.?\s*\d{1,3}\s*[/ ,]{0,3}\s*rw\b\.?\s*\d{1,3}"),
    re.compile(r"\b(?:kode\s*pos|kodepos)\b\D{0,3}\d{5}\b"),
    re.compile(r"\b(?:perum|perumahan|komplek|kompleks)\b[^\n]{2,40}?\b(?:blok|no)\b\.?\s*[a-z0-9]"),
)


def has_at(text: str) -> bool:
    """Whether ``text``, which may be one line of more, has the sign of an e-mail address or a word for it."""
    return bool(_AT_WORD.search(_seen(text)))


def may_hold_email(text: str) -> bool:
    """Whether it is worth looking for e-mail addresses in ``text``."""
    return bool(_AT_HINT.search(_seen(text)))


def names_street(text: str) -> bool:
    """Whether an address may begin in ``text``, which may be one line of more."""
    return bool(_ADDRESS_HINT.search(_seen(text)))


def emails(text: str) -> set[str]:
    """E-mail addresses in small letters, also those that somebody wrote around the sign: ``siti (at) toko (dot) id``."""
    small = _seen(text)
    if not _AT_HINT.search(small):
        return set()
    plain = _AROUND.sub("@", _DOT.sub(".", _AT.sub("@", small)))
    plain = _AROUND_DOT.sub(r"\1.", plain)
    return {match[0] for written in (small, plain) for match in _EMAIL.finditer(written)}


def has_address(text: str) -> bool:
    """Whether ``text`` has what looks like a street, a house number, a neighbourhood."""
    small = _seen(text)
    return bool(_ADDRESS_HINT.search(small)) and any(pattern.search(small) for pattern in _ADDRESS)


def _seen(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).lower()
    return plain if plain.isascii() else "".join(sign for sign in plain if unicodedata.category(sign) != "Cf")
