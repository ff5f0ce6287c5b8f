"""When a schedule is due: cron's five fields on the clock of a time zone.

Fields are numbers, ``*``, lists, ranges and steps (``1,15``, ``8-17``, ``*/10``), weekdays and months also by their English names
(``mon``, ``jan``); Sunday is 0 or 7. Where day of the month and weekday are both restricted, either is enough, as cron has it.

When clocks change: a time that the change leaves out comes as much later as the clocks were put forward; a time that comes twice is due
once, the first time. A schedule for every hour keeps its beat instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

from batikrfm.jobs.errors import CronError

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
LOOK_AHEAD = 366 * 8 + 2  # days: 29 February may be eight years away
PIECE = re.compile(r"(?:(?P<all>\*)|(?P<first>\w+)(?:-(?P<last>\w+))?)(?:/(?P<step>\d{1,2}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cron:
    """The times that a text means."""

    text: str
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]  # Sunday is 0
    either_day: bool  # day of the month and weekday are both restricted
    every_hour: bool

    def next_after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The first due time after ``moment``, in UTC.

        Raises:
            CronError: it never comes, as 31 February.
        """
        start = moment.astimezone(zone).date() - timedelta(days=1)  # a time that clocks left out belongs to the day before
        for ahead in range(LOOK_AHEAD):
            day = start + timedelta(days=ahead)
            if self._on(day) and (later := [due for due in self._times(day, zone) if due > moment]):
                return min(later)
        raise CronError(cron=self.text)

    def _on(self, day: date) -> bool:
        of_month, of_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return day.month in self.months and (of_month or of_week if self.either_day else of_month and of_week)

    def _times(self, day: date, zone: ZoneInfo) -> Iterator[datetime]:
        for hour, minute in product(self.hours, self.minutes):
            wall = datetime.combine(day, time(hour, minute), zone)
            first, second = wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC)
            if first == second or not self.every_hour:
                yield first
            elif first < second:  # the hour comes twice
                yield first
                yield second
            # else clocks leave this time out, and the hours beside it are due anyway


def parse_cron(text: str) -> Cron:
    """Read five fields.

    Raises:
        CronError: this is no cron text.
    """
    fields = text.lower().split()
    if len(fields) != 5:  # noqa: PLR2004 - see the docstring
        raise CronError(cron=text)
    minute, hour, day, month, weekday = fields
    return Cron(
        text=text,
        minutes=tuple(sorted(_values(text, minute, 0, 59))),
        hours=tuple(sorted(_values(text, hour, 0, 23))),
        days=frozenset(_values(text, day, 1, 31)),
        months=frozenset(_values(text, month, 1, 12, MONTHS)),
        weekdays=frozenset(value % 7 for value in _values(text, weekday, 0, 7, WEEKDAYS)),
        either_day="*" not in day and "*" not in weekday,
        every_hour=hour == "*",
    )


def _values(text: str, field: str, lowest: int, highest: int, names: tuple[str, ...] = ()) -> set[int]:
    values: set[int] = set()
    for piece in field.split(","):
        match = PIECE.fullmatch(piece)
        if match is None:
            raise CronError(cron=text)
        first = lowest if match["all"] else _number(text, match["first"], lowest, names)
        last = (
            highest
            if match["all"] or (match["step"] and not match["last"])
            else _number(text, match["last"] or match["first"], lowest, names)
        )
        step = int(match["step"] or 1)
        if not (lowest <= first <= last <= highest and step):
            raise CronError(cron=text)
        values.update(range(first, last + 1, step))
    return values


def _number(text: str, word: str, lowest: int, names: tuple[str, ...]) -> int:
    if word in names:
        return names.index(word) + lowest
    if not word.isdecimal():
        raise CronError(cron=text)
    return int(word)
