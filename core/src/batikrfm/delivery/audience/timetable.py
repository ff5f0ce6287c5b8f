"""When each person of an audience gets the message: the chosen time on the clock that is theirs, around their quiet hours, spread."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from batikrfm.delivery.options import Clock, Options
from batikrfm.delivery.timing import stretches
from batikrfm.delivery.zones import ZONES

SHOP: Final = ""
"""The zone of everybody of whom nothing else is known, as the statements name it."""
_NOBODY: Final[Mapping[str, str]] = {}


@dataclass(frozen=True)
class Timetable:
    """Arrays for the statements: country codes and their zones, and for each zone which second of the spread is when."""

    codes: tuple[list[str], list[str]]
    stretches: tuple[list[str], list[float], list[float], list[dt.datetime]]
    seconds: float


def timetable(starts_at: dt.datetime, now: dt.datetime, options: Options, shop: ZoneInfo) -> Timetable:
    """The times of a campaign that was set to ``starts_at`` on the shop's clock; nobody's is before ``now``."""
    codes = _codes(options)
    rows = [row for zone in (SHOP, *sorted(set(codes.values()))) for row in _rows(zone, starts_at, now, options, shop)]
    names, begins, ends, moments = (list(column) for column in zip(*rows, strict=True))
    return Timetable((list(codes), list(codes.values())), (names, begins, ends, moments), options.spread * 60.0)


def earliest(starts_at: dt.datetime, options: Options, shop: ZoneInfo) -> dt.datetime:
    """When the first of them could be due: the audience is frozen by then. Before ``starts_at`` where clocks in the east count."""
    zones = {shop, *(ZoneInfo(name) for name in _codes(options).values())}
    return min(_there(starts_at, shop, zone) for zone in zones)


def _codes(options: Options) -> Mapping[str, str]:
    return ZONES if options.clock is Clock.RECIPIENT else _NOBODY


def _rows(
    name: str, starts_at: dt.datetime, now: dt.datetime, options: Options, shop: ZoneInfo
) -> list[tuple[str, float, float, dt.datetime]]:
    zone = shop if name == SHOP else ZoneInfo(name)
    parts = list(stretches(max(now, _there(starts_at, shop, zone)), options, zone))
    ends = [part.offset.total_seconds() for part in parts[1:]] + [math.inf]
    return [(name, part.offset.total_seconds(), end, part.at) for part, end in zip(parts, ends, strict=True)]


def _there(starts_at: dt.datetime, shop: ZoneInfo, zone: ZoneInfo) -> dt.datetime:
    """When the clock in ``zone`` shows what the shop's shows at ``starts_at``."""
    return starts_at.astimezone(shop).replace(tzinfo=zone).astimezone(dt.UTC)
