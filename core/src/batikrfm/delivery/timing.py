"""When a message may go out: quiet hours on somebody's clock, also where it is turned, and minutes to spread over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from batikrfm.delivery.options import MINUTES, Options, QuietHours

MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Minutes in which messages may go out: those from ``offset`` on, of ``length``, begin at ``at``."""

    offset: dt.timedelta
    length: dt.timedelta
    at: dt.datetime


def next_allowed(moment: dt.datetime, options: Options, zone: ZoneInfo) -> dt.datetime:
    """``moment`` itself if somebody in ``zone`` may get a message then, or else the end of the quiet hours. In UTC.

    Sending asks again just before each message: what was due before the quiet hours and is late waits for their end, too.
    """
    moment = moment.astimezone(dt.UTC)
    if options.quiet is None or not is_quiet(moment, options.quiet, zone):
        return moment
    return _end_of(moment, options.quiet, zone)


def is_quiet(moment: dt.datetime, quiet: QuietHours, zone: ZoneInfo) -> bool:
    """Whether it is a quiet hour for somebody in ``zone``."""
    local = moment.astimezone(zone)
    return local.hour * 60 + local.minute in quiet


def stretches(moment: dt.datetime, options: Options, zone: ZoneInfo) -> Iterator[Stretch]:
    """The minutes that are not quiet from ``moment`` on, until ``options.spread`` of them are there; one moment without a spread."""
    wanted, had = options.spread * MINUTE, dt.timedelta()
    while True:
        begins = next_allowed(moment, options, zone)
        ends = _next_quiet(begins, options.quiet, zone)
        length = wanted - had if ends is None else min(wanted - had, ends - begins)
        yield Stretch(had, length, begins)
        had += length
        if had >= wanted or ends is None:
            return
        moment = ends


def _next_quiet(moment: dt.datetime, quiet: QuietHours | None, zone: ZoneInfo) -> dt.datetime | None:
    """When quiet hours begin after ``moment``, which is in none."""
    if quiet is None:
        return None
    return next(at for at in _edges(moment, quiet.start, zone) if at > moment)


def _end_of(moment: dt.datetime, quiet: QuietHours, zone: ZoneInfo) -> dt.datetime:
    """The first moment after ``moment`` that is not quiet: the minute itself, or where the clock jumps over it, the jump."""
    return next(at for at in _edges(moment, quiet.end, zone) if at > moment and not is_quiet(at, quiet, zone))


def _edges(moment: dt.datetime, minute: int, zone: ZoneInfo) -> Iterator[dt.datetime]:
    """Each time, from the day before ``moment`` on, that the clock in ``zone`` shows ``minute``: twice where it is turned back."""
    day = moment.astimezone(zone).date() - dt.timedelta(days=1)
    while True:
        local = dt.datetime.combine(day, dt.time(minute % MINUTES // 60, minute % 60), zone)
        yield from sorted({local.astimezone(dt.UTC), local.replace(fold=1).astimezone(dt.UTC)})
        day += dt.timedelta(days=1)
