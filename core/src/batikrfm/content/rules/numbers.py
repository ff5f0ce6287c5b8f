"""Numbers as people write them in copy: 150.000, 1,5 juta, 25rb, dua puluh lima ribu."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

TIMES: Final = {
    **dict.fromkeys(("ribu", "rb", "k", "thousand"), 1_000),
    **dict.fromkeys(("juta", "jt", "million", "mio"), 1_000_000),
    **dict.fromkeys(("miliar", "milyar", "billion"), 1_000_000_000),
}
"""What a word after a number makes of it."""

_UNITS: Final = {
    word: value
    for value, word in enumerate(
        ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas")
    )
}
_SCALES: Final = {"puluh": 10, "ratus": 100}
_SMALL: Final = rf"(?:{'|'.join(_UNITS)}|belas|puluh|ratus|seratus)"
SPELLED: Final = rf"(?:(?:{_SMALL}|seribu|sejuta|ribu|juta)\s+){{1,12}}"
"""A pattern for an Indonesian number in words, each with the space behind it."""
SPELLED_THOUSANDS: Final = rf"(?:{_SMALL}\s+){{0,6}}(?:seribu|sejuta|ribu|juta)(?:\s+{_SMALL}){{0,6}}(?:\s+ribu)?"
"""One of a thousand or more, which is seldom anything but a price."""

_GROUPED: Final = re.compile(r"\d{1,3}(?:[.,]\d{3})+(?!\d)")


def figure(digits: str, times: str = "") -> Decimal:
    """``150.000``, ``150,000`` and ``150`` *rb* are one number; ``1,5`` *juta* is a million and a half."""
    digits = digits.rstrip(".,")
    grouped = _GROUPED.match(digits)
    number = Decimal(re.sub(r"[.,]", "", grouped[0])) if grouped else Decimal(_with_point(digits))
    return number * TIMES.get(times.lower(), 1)


def _with_point(digits: str) -> str:
    """One separator is a decimal point; the rest cannot be meant."""
    whole, _, rest = digits.replace(",", ".").partition(".")
    return f"{whole}.{rest.partition('.')[0] or 0}"


def spelled(words: str) -> Decimal:
    """An Indonesian number in words: *seratus dua puluh lima ribu* is 125,000."""
    total, thousands, current = 0, 0, 0
    for word in words.lower().split():
        if word in ("ribu", "seribu"):
            thousands, current = thousands + (current if word == "ribu" and current else 1) * 1_000, 0
        elif word in ("juta", "sejuta"):
            total, thousands, current = total + (thousands + current or 1) * 1_000_000, 0, 0
        else:
            current = _grown(current, word)
    return Decimal(total + thousands + current)


def _grown(current: int, word: str) -> int:
    if word == "belas":
        return current + 10
    if word in _SCALES:
        unit = current % 10 or 1
        return current - current % 10 + unit * _SCALES[word]
    return current + (100 if word == "seratus" else _UNITS[word])
