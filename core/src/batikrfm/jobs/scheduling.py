"""The scheduler: enqueues what is due by the clock. Any number of them may run; each due time is acted on once."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from batikrfm.jobs import queries
from batikrfm.jobs.cron import parse_cron
from batikrfm.jobs.enqueuing import enqueue
from batikrfm.jobs.errors import CronError
from batikrfm.jobs.registry import task_called
from batikrfm.tenancy import system_scope, tenant_scope

logger = logging.getLogger(__name__)

AT_ONCE = 200
LOOK_EVERY = 10.0  # seconds; a schedule that was just made is seen that much later at most
PAUSE = 1.0


async def run_scheduler(stop: asyncio.Event) -> None:
    """Enqueue what is due, until ``stop`` is set. A time that came while nobody looked is made good once."""
    while not stop.is_set():
        try:
            pause = await tick()
        except Exception as error:  # noqa: BLE001 - the database may be back in a moment; its error's words may hold anything
            logger.warning("schedules cannot be read: %s", type(error).__name__)
            pause = PAUSE
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await stop.wait()


async def tick() -> float:
    """Enqueue what is due now; how many seconds nothing more will be."""
    async with system_scope(reason="find schedules that are due", routine=True) as scope:
        due = [(row["tenant_id"], row["id"]) for row in await scope.fetch(queries.DUE_SCHEDULES, AT_ONCE)]
        pause = await scope.fetchval(queries.NEXT_SCHEDULE)
    for tenant_id, schedule_id in due:
        await _turn(tenant_id, schedule_id)
    return 0.0 if due else min(LOOK_EVERY, max(0.05, LOOK_EVERY if pause is None else float(pause)))


async def _turn(tenant_id: UUID, schedule_id: UUID) -> None:
    """Enqueue one schedule's job and set its next time, in one transaction of its tenant."""
    async with tenant_scope(tenant_id) as scope:
        rows = await scope.fetch(queries.DUE, schedule_id)
        if not rows:
            return
        name, arguments, cron, due_at, time_zone, now = rows[0]
        try:
            next_at, goes_on = parse_cron(cron).next_after(now, ZoneInfo(time_zone)), True
        except CronError:  # it came for the last time, or an older version knew more than this one
            next_at, goes_on = due_at, False
        job_id = await enqueue(task_called(name), msgspec.json.decode(arguments), dedup_key=f"schedule/{schedule_id}")
        await scope.execute(queries.TURN_SCHEDULE, schedule_id, next_at, due_at, job_id, goes_on)
