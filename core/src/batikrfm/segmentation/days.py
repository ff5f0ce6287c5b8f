"""Calendar days as the shop lives them."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo


def today(timezone: str, now: dt.datetime | None = None) -> dt.date:
    """Today's date in ``timezone``."""
    return (now or dt.datetime.now(dt.UTC)).astimezone(ZoneInfo(timezone)).date()


def day_after(last_sale: dt.datetime, timezone: str) -> dt.date:
    """The day after the last sale: the as-of date of a file, whenever it is read. ``last_sale`` is aware (UTC)."""
    return last_sale.astimezone(ZoneInfo(timezone)).date() + dt.timedelta(days=1)


def start_of(day: dt.date, timezone: str) -> dt.datetime:
    """The first moment of ``day`` in ``timezone``, as an instant in UTC."""
    return dt.datetime.combine(day, dt.time.min, ZoneInfo(timezone)).astimezone(dt.UTC)
