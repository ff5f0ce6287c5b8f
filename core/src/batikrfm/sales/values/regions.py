"""How a country writes phone numbers, found by the currency that a shop counts in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from phonenumbers import PhoneMetadata

_REGIONS: Final = {
    "IDR": "ID",
    "MYR": "MY",
    "SGD": "SG",
    "BND": "BN",
    "THB": "TH",
    "PHP": "PH",
    "VND": "VN",
    "INR": "IN",
    "JPY": "JP",
    "CNY": "CN",
    "KRW": "KR",
    "HKD": "HK",
    "TWD": "TW",
    "USD": "US",
    "CAD": "CA",
    "GBP": "GB",
    "AUD": "AU",
    "NZD": "NZ",
}


def region_of(currency: str) -> str:
    """The country whose phone numbers are written without a country code: that of the currency, else Indonesia."""
    return _REGIONS.get(currency.upper(), "ID")


def metadata(region: str) -> PhoneMetadata:
    """What phonenumbers knows of a country."""
    from phonenumbers import PhoneMetadata

    found = PhoneMetadata.metadata_for_region(region)
    if found is None:
        raise LookupError(region)
    return found


def country_code(region: str) -> str:
    """``+62`` for ``ID``."""
    return f"+{metadata(region).country_code}"
