"""Take personal data out of words before they are kept. The privacy gate has looked before; this is the second line, and knows no names."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 20_000
EMAIL: Final = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
NUMBER: Final = re.compile(r"(?<![\w.,])\+?\(?\d(?:[\s().-]{0,2}\d){8,18}(?![\w])")
"""Nine digits and more, however they are set: telephone, account, identity card. Money is told by its dots or its currency."""
MONEY: Final = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
CURRENCY: Final = re.compile(r"(?:rp|idr)\.?\s*$", re.IGNORECASE)


def redacted(words: str | None) -> str | None:
    """``words`` without e-mail addresses and long numbers, cut at ``LONGEST`` characters; None of nothing."""
    if words is None:
        return None
    plain = words[:LONGEST].replace("\0", "")
    plain = EMAIL.sub("[email]", plain) if "@" in plain else plain  # it looks long where there is none
    return NUMBER.sub(_masked, plain)


def _masked(match: re.Match[str]) -> str:
    number = match.group()
    before = match.string[max(0, match.start() - 6) : match.start()]
    return number if MONEY.fullmatch(number) or CURRENCY.search(before) else "[nomor]"
