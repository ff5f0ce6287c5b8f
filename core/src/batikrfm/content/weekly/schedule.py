"""When the weekly words are written: by the shop's settings, each shop some minutes apart. Runs in the tenant's scope."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final
from uuid import UUID

from batikrfm.content.settings import ContentSettings, read_settings
from batikrfm.jobs import change_schedule, create_schedule, list_schedules

if TYPE_CHECKING:
    from batikrfm.jobs import Schedule

SPREAD: Final = dt.timedelta(minutes=20)
"""Shops that are due at the same minute begin within this time, each always at the same place in it."""


async def keep_schedule() -> Schedule:
    """Have the week begin when the settings say; off where the shop wants none. Doing so again changes nothing."""
    from batikrfm.content.weekly.tasks import weekly_due

    settings = await read_settings()
    cron = cron_of(settings)
    for schedule in await list_schedules():
        if schedule.task == weekly_due.name:
            if (schedule.cron, schedule.enabled) == (cron, settings.weekly):
                return schedule
            return await change_schedule(schedule.id, cron=cron, enabled=settings.weekly)
    return await create_schedule(weekly_due, cron, enabled=settings.weekly)


def cron_of(settings: ContentSettings) -> str:
    """``0 6 * * 1``: Monday at six."""
    return f"{settings.weekly_minute % 60} {settings.weekly_minute // 60} * * {settings.weekly_day % 7}"


def place_of(tenant_id: UUID) -> dt.timedelta:
    """How long after the hour a shop begins: spread evenly, and the same each week."""
    return SPREAD * (tenant_id.int % 10_007) / 10_007
