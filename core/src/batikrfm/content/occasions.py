"""What is near on an Indonesian shop's calendar: feasts, shopping days, payday, the season of the year.

The moving feasts are dated until 2030. The government settles each of them only weeks before, so a date may be off by a day: words are
written for the days before it, where that changes nothing.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from batikrfm.sdk.text import Text


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something that people buy for. It is near from ``lead`` days before its first day until its last one."""

    key: str
    name: Text
    first: dt.date
    last: dt.date
    lead: int

    def near(self, day: dt.date) -> bool:
        """Whether ``day`` is close enough to speak of it."""
        return self.first - dt.timedelta(days=self.lead) <= day <= self.last


def _dates(*texts: str) -> tuple[dt.date, ...]:
    return tuple(dt.date.fromisoformat(text) for text in texts)


IDULFITRI: Final = _dates("2025-03-31", "2026-03-21", "2027-03-10", "2028-02-26", "2029-02-14", "2030-02-04")
RAMADAN: Final = _dates("2025-03-01", "2026-02-19", "2027-02-08", "2028-01-28", "2029-01-16", "2030-01-05", "2030-12-26")
IDULADHA: Final = _dates("2025-06-06", "2026-05-27", "2027-05-16", "2028-05-05", "2029-04-24", "2030-04-13")
IMLEK: Final = _dates("2025-01-29", "2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13", "2030-02-03")
NYEPI: Final = _dates("2025-03-29", "2026-03-19", "2027-03-08", "2028-03-26", "2029-03-15", "2030-03-05")
KNOWN_UNTIL: Final = 2030

_MOVING: Final = (
    ("lebaran", Text(id="Lebaran (Idulfitri)", en="Lebaran (Eid al-Fitr)"), IDULFITRI, 7, 30),
    ("ramadan", Text(id="Ramadan", en="Ramadan"), RAMADAN, 28, 14),
    ("iduladha", Text(id="Iduladha", en="Eid al-Adha"), IDULADHA, 1, 14),
    ("imlek", Text(id="Imlek", en="Lunar New Year"), IMLEK, 1, 14),
    ("nyepi", Text(id="Nyepi", en="Nyepi, the Balinese day of silence"), NYEPI, 0, 7),
)
"""Key, name, first days, how many more days it lasts, lead."""

_FIXED: Final = (
    ("new_year", Text(id="Tahun Baru", en="New Year"), (1, 1), 7),
    ("kartini", Text(id="Hari Kartini", en="Kartini Day"), (4, 21), 10),
    ("independence", Text(id="Hari Kemerdekaan 17 Agustus", en="Independence Day, 17 August"), (8, 17), 14),
    ("harbolnas_9", Text(id="Harbolnas 9.9", en="the 9.9 shopping day"), (9, 9), 5),
    ("batik_day", Text(id="Hari Batik Nasional", en="National Batik Day"), (10, 2), 14),
    ("harbolnas_10", Text(id="Harbolnas 10.10", en="the 10.10 shopping day"), (10, 10), 5),
    ("harbolnas_11", Text(id="Harbolnas 11.11", en="the 11.11 shopping day"), (11, 11), 7),
    ("harbolnas_12", Text(id="Harbolnas 12.12", en="the 12.12 shopping day"), (12, 12), 10),
    ("mothers_day", Text(id="Hari Ibu", en="Mother's Day (22 December)"), (12, 22), 10),
    ("christmas", Text(id="Natal", en="Christmas"), (12, 25), 21),
)
"""Key, name, month and day, lead."""

PAYDAY: Final = Text(id="musim gajian", en="payday week")
PAYDAY_FROM, PAYDAY_UNTIL = 25, 5
RAIN: Final = Text(id="musim hujan", en="the rainy season")
DRY: Final = Text(id="musim kemarau", en="the dry season")
NAMES: Final = (*(one[1] for one in _MOVING), *(one[1] for one in _FIXED), PAYDAY)
"""What every occasion is called."""

_RAINY_MONTHS: Final = (11, 12, 1, 2, 3, 4)


@functools.lru_cache(maxsize=8)
def occasions(day: dt.date) -> tuple[Occasion, ...]:
    """What is near on ``day`` (where the shop is), the nearest first. Payday comes last: it comes every month."""
    near = sorted((one for one in _around(day) if one.near(day)), key=lambda one: (max(one.first - day, dt.timedelta(0)), one.key))
    return (*near, *_payday(day))


def season(day: dt.date) -> Text:
    """The season in most of Indonesia."""
    return RAIN if day.month in _RAINY_MONTHS else DRY


def _around(day: dt.date) -> Iterator[Occasion]:
    for key, name, firsts, more, lead in _MOVING:
        yield from (Occasion(key, name, first, first + dt.timedelta(days=more), lead) for first in firsts)
    for key, name, (month, date), lead in _FIXED:
        for year in (day.year, day.year + 1):
            first = dt.date(year, month, date)
            yield Occasion(key, name, first, first, lead)


def _payday(day: dt.date) -> tuple[Occasion, ...]:
    """The turn of the month that ``day`` is in."""
    if day.day >= PAYDAY_FROM:
        first = day.replace(day=PAYDAY_FROM)
    elif day.day <= PAYDAY_UNTIL:
        first = (day.replace(day=1) - dt.timedelta(days=1)).replace(day=PAYDAY_FROM)
    else:
        return ()
    month_after = (first.replace(day=1) + dt.timedelta(days=32)).replace(day=PAYDAY_UNTIL)
    return (Occasion("payday", PAYDAY, first, month_after, 0),)
