"""Headers as texts that can be compared."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WHITE = re.compile(r"\s")
_NO_WORD = re.compile(r"[\W_]+")


def normalise(header: str) -> str:
    """A header in lower case, words parted by one space, without punctuation: ``InvoiceNo`` and ``invoice_no`` are ``invoice no``."""
    # A header of several words that holds a name in camel case ("Toko BigSeller") may come in capitals as well: leave that whole.
    single = not _WHITE.search(header.strip())
    return _NO_WORD.sub(" ", (_CAMEL.sub(" ", header) if single else header).replace("#", " no ")).strip().casefold()


def fingerprint(header: Sequence[str]) -> str:
    """What stays the same from export to export: a hash of the normalised headers in their order."""
    return hashlib.sha256("\x1f".join(map(normalise, header)).encode()).hexdigest()[:32]


def column_letter(column: int) -> str:
    """The letter over a column in a spreadsheet: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_name(header: Sequence[str], column: int) -> str:
    """What to call a column so that it can be chosen: its header, ``Header#2`` for the second of that name, its letter without one."""
    name = header[column].strip()
    if not name:
        return column_letter(column)
    same = [other for other, text in enumerate(header) if text.strip().casefold() == name.casefold()]
    return name if len(same) == 1 else f"{name}#{same.index(column) + 1}"


def places(header: Sequence[str]) -> dict[str, list[int]]:
    """Which columns have a (normalised) header."""
    found: dict[str, list[int]] = {}
    for column, text in enumerate(header):
        found.setdefault(normalise(text), []).append(column)
    return found
