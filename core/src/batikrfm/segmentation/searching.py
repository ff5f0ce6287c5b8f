"""What somebody types to find a customer, as ranges of the indexes of names, keys, e-mails and phones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from batikrfm.sales.values.regions import country_code, region_of

CAP: Final = 1_000
"""So many are looked at of each thing that can begin with what was typed."""

LONGEST: Final = 100
_LAST: Final = "\U0010ffff"
_IN_PHONES: Final = frozenset("+0123456789 -().")
_FEWEST_DIGITS: Final = 3


@dataclass(frozen=True)
class Search:
    """The beginnings to look for; ``phone`` None where it can be no phone number."""

    small: str
    typed: str
    phone: str | None
    cap: int = CAP

    @property
    def ranges(self) -> tuple[str | int | None, ...]:
        """The values of ``customers_queries.FOUND``, from $7 on."""
        phone_until = None if self.phone is None else self.phone + _LAST
        return self.small, self.small + _LAST, self.cap, self.typed, self.typed + _LAST, self.phone, phone_until


def search_for(text: str, currency: str, cap: int = CAP) -> Search | None:
    """What to look for, None for nothing; ``cap`` of each thing are looked at.

    Phones are kept as ``+62812...`` and found by ``0812``, ``62812`` and ``+62 812``, too.
    """
    typed = " ".join(text.replace("\x00", "").split())[:LONGEST]
    return Search(typed.lower(), typed, _phone(typed, currency), cap) if typed else None


def _phone(typed: str, currency: str) -> str | None:
    digits = "".join(filter(str.isdecimal, typed))
    if not set(typed) <= _IN_PHONES or len(digits) < _FEWEST_DIGITS:
        return None
    if digits.startswith("0") and not typed.startswith("+"):
        return country_code(region_of(currency)) + digits.removeprefix("0")
    return f"+{digits}"
