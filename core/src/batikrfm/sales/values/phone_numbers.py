"""One phone number, without polars: for whoever has one and not a column of them."""

from __future__ import annotations

from typing import Final

_INTERNATIONAL_DIGITS: Final = 10


def e164(text: str, region: str) -> str | None:
    """``text`` as E.164 (``+628123456789``); ``region`` is where a number without country code is from. None if it is no valid number."""
    import phonenumbers

    number_of_digits = sum(map(str.isdigit, text))
    # "6591234567": a country code of which a spreadsheet ate the plus.
    candidates = (text, f"+{text}") if number_of_digits >= _INTERNATIONAL_DIGITS and not text.startswith(("0", "+")) else (text,)
    for candidate in candidates:
        try:
            number = phonenumbers.parse(candidate, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None
