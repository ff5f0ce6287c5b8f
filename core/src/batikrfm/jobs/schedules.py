"""What comes again by the clock: a tenant's schedules, in the tenant's time zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from batikrfm.db.engine import Scope, current_scope
from batikrfm.db.keys import uuid7
from batikrfm.jobs import queries
from batikrfm.jobs.cron import parse_cron
from batikrfm.jobs.enqueuing import encoded
from batikrfm.jobs.errors import ScheduleNotFoundError
from batikrfm.jobs.model import Arguments, Schedule
from batikrfm.jobs.registry import Task
from batikrfm.tenancy.profile import after_moving


async def create_schedule(task: Task[...], cron: str, arguments: Arguments | None = None, *, enabled: bool = True) -> Schedule:
    """Have ``task`` come again whenever ``cron`` says so on the shop's clock: ``0 7 * * 1`` is every Monday at 7:00.

    Only one run of a schedule is queued or running: a time that comes while the last one still runs is passed over. Times that come
    while no scheduler is up are made good by one run, not by many.

    Raises:
        CronError: the text cannot be read, or its time never comes.
    """
    scope = current_scope()
    next_at = await _next(scope, cron)
    schedule_id = uuid7()
    given = encoded(arguments or {})
    row = await scope.fetch(queries.CREATE_SCHEDULE, schedule_id, task.name, given, " ".join(cron.split()), enabled, next_at)
    return _schedule(row[0])


async def list_schedules() -> list[Schedule]:
    """The schedules of the scope's tenant, the oldest first."""
    return [_schedule(row) for row in await current_scope().fetch(queries.LIST_SCHEDULES)]


async def change_schedule(schedule_id: UUID, *, cron: str | None = None, enabled: bool | None = None) -> Schedule:
    """Set another time, or switch it on or off; None leaves a thing as it is.

    The time that is due next is counted anew from now: so this also follows a shop that moved to another time zone.

    Raises:
        CronError: the text cannot be read, or its time never comes.
        ScheduleNotFoundError: the tenant has none of this ID.
    """
    scope = current_scope()
    before = await scope.fetchval(queries.CRON, schedule_id)
    if before is None:
        raise ScheduleNotFoundError
    text = cron or before
    rows = await scope.fetch(queries.CHANGE_SCHEDULE, schedule_id, " ".join(text.split()), enabled, await _next(scope, text))
    return _schedule(rows[0])


@after_moving
async def follow_time_zone() -> None:
    """Count anew when each of the tenant's schedules is due next. One that is due by now stays so: it has yet to run."""
    for schedule in await list_schedules():
        if schedule.next_at > datetime.now(UTC):
            await change_schedule(schedule.id)


async def delete_schedule(schedule_id: UUID) -> None:
    """End a schedule. Jobs that it made stay.

    Raises:
        ScheduleNotFoundError: the tenant has none of this ID.
    """
    if await current_scope().execute(queries.DELETE_SCHEDULE, schedule_id) != "DELETE 1":
        raise ScheduleNotFoundError


async def _next(scope: Scope, cron: str) -> datetime:
    row = (await scope.fetch(queries.CLOCK))[0]
    return parse_cron(cron).next_after(row["now"], ZoneInfo(row["time_zone"]))


def _schedule(row: Mapping[str, Any]) -> Schedule:
    return Schedule(**{**row, "arguments": msgspec.json.decode(row["arguments"])})
