"""An address that somebody typed or a vendor named, as customers' rows have it."""

from __future__ import annotations

import re
from typing import Final

from batikrfm.delivery.consent.errors import AddressError
from batikrfm.delivery.model import Medium
from batikrfm.sales.values.phone_numbers import e164

EMAIL: Final = re.compile(r"[^@\s,;:<>*•\"\\()\[\]]{1,64}@[^@\s,;:<>*•\"\\()\[\]]{1,251}\.[^@\s,;:<>*•\"\\()\[\].]{2,63}")
LONGEST: Final = 254


def tidy_address(medium: Medium, typed: str, region: str = "ID") -> str:
    """One e-mail address in small letters, or one phone number as E.164; ``region`` is where a number without country code is from.

    Raises :class:`~batikrfm.delivery.consent.errors.AddressError` for anything else: a list of addresses, a name with an address.
    """
    found = _email(typed) if medium is Medium.EMAIL else e164(typed.strip(), region)
    if found is None:
        raise AddressError
    return found


def _email(typed: str) -> str | None:
    text = typed.strip().lower()
    return text if len(text) <= LONGEST and EMAIL.fullmatch(text) else None
