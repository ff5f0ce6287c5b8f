"""Days and months on a tenant's clock. The database's time decides, and the tenant's zone says which day that is."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo


def day_of(now: dt.datetime, zone: str) -> dt.date:
    """The tenant's day at ``now``."""
    return now.astimezone(ZoneInfo(zone)).date()


def start_of(day: dt.date, zone: str) -> dt.datetime:
    """The first moment of ``day``, on the tenant's clock.

    Where clocks go forward at midnight that is the moment at which they do; where midnight comes twice it is the first one.
    """
    clock = ZoneInfo(zone)
    return dt.datetime.combine(day, dt.time(), clock).astimezone(dt.UTC).astimezone(clock)


def day_after(day: dt.date, zone: str) -> dt.datetime:
    """When ``day`` is over."""
    return start_of(day + dt.timedelta(days=1), zone)


def month_around(day: dt.date, zone: str) -> tuple[dt.datetime, dt.datetime]:
    """The first moment of the month that ``day`` is in, and of the next one."""
    first = day.replace(day=1)
    return start_of(first, zone), start_of(next_month(first), zone)


def next_month(day: dt.date) -> dt.date:
    """The first day of the month after the one that ``day`` is in."""
    return (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
