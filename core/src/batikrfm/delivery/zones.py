"""Where a phone number's country keeps its clock: only countries with one time zone say where somebody lives."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

ZONES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "20": "Africa/Cairo",
        "27": "Africa/Johannesburg",
        "30": "Europe/Athens",
        "31": "Europe/Amsterdam",
        "32": "Europe/Brussels",
        "33": "Europe/Paris",
        "36": "Europe/Budapest",
        "39": "Europe/Rome",
        "40": "Europe/Bucharest",
        "41": "Europe/Zurich",
        "43": "Europe/Vienna",
        "44": "Europe/London",
        "45": "Europe/Copenhagen",
        "46": "Europe/Stockholm",
        "47": "Europe/Oslo",
        "48": "Europe/Warsaw",
        "49": "Europe/Berlin",
        "60": "Asia/Kuala_Lumpur",
        "63": "Asia/Manila",
        "65": "Asia/Singapore",
        "66": "Asia/Bangkok",
        "81": "Asia/Tokyo",
        "82": "Asia/Seoul",
        "84": "Asia/Ho_Chi_Minh",
        "86": "Asia/Shanghai",
        "90": "Europe/Istanbul",
        "91": "Asia/Kolkata",
        "92": "Asia/Karachi",
        "94": "Asia/Colombo",
        "95": "Asia/Yangon",
        "353": "Europe/Dublin",
        "358": "Europe/Helsinki",
        "670": "Asia/Dili",
        "673": "Asia/Brunei",
        "852": "Asia/Hong_Kong",
        "853": "Asia/Macau",
        "855": "Asia/Phnom_Penh",
        "856": "Asia/Vientiane",
        "880": "Asia/Dhaka",
        "886": "Asia/Taipei",
        "960": "Indian/Maldives",
        "965": "Asia/Kuwait",
        "966": "Asia/Riyadh",
        "968": "Asia/Muscat",
        "971": "Asia/Dubai",
        "973": "Asia/Bahrain",
        "974": "Asia/Qatar",
    }
)
"""By country code. Not Indonesia (62), Australia (61), North America (1) or Russia (7): their numbers do not say where in them."""


def zone_of_phone(phone: str | None) -> str | None:
    """The zone that a number in E.164 says, None where it says none."""
    digits = (phone or "").removeprefix("+")
    return ZONES.get(digits[:3]) or ZONES.get(digits[:2])


def zone_for(phone: str | None, shop: ZoneInfo) -> ZoneInfo:
    """The clock that somebody with this number lives by, as far as anybody can say: the shop's where it says nothing."""
    found = zone_of_phone(phone)
    return shop if found is None else ZoneInfo(found)
