"""Jobs without a worker: tests and one-shot commands run what is queued here and now, or wait for what a worker does."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextvars import Context
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from batikrfm.jobs import queries
from batikrfm.jobs.context import JobContext, enter_job
from batikrfm.jobs.model import Arguments, Job, JobState
from batikrfm.jobs.outcomes import attempt, settle
from batikrfm.jobs.registry import TASKS, Task
from batikrfm.jobs.steering import find_job
from batikrfm.tenancy import tenant_scope

LEASE = timedelta(minutes=5)
LOOK_EVERY = 0.02  # seconds


async def run_queued(tenant_id: UUID, *, only_due: bool = False) -> list[Job]:
    """Run the tenant's queued jobs one after the other, their times notwithstanding, until none is left; what became of each.

    ``only_due``: those whose time has not come stay queued, as with a worker.

    Jobs that these jobs enqueue are run, too; so are attempts after one that went wrong. For the processes of tests and demos: no
    lease is renewed and no limit is kept.
    """
    over: dict[UUID, Job] = {}
    while row := await _take(tenant_id, only_due=only_due):
        context = JobContext(tenant_id, row["id"], row["attempts"], row["max_attempts"], row["claim"])
        # In a task and a context of its own, as a worker runs it.
        await asyncio.create_task(_run(TASKS[row["task"]], context, msgspec.json.decode(row["arguments"])), context=Context())
        over[context.job_id] = await _seen(tenant_id, context.job_id)
    return list(over.values())


async def wait_for_job(tenant_id: UUID, job_id: UUID, *states: JobState, timeout: float = 30.0) -> Job:  # noqa: ASYNC109 - it looks, it does not run
    """The job once it is in one of ``states``, or over where none is given. Called outside of any scope.

    Raises:
        TimeoutError: it did not get there.
        JobNotFoundError: the tenant has none of this ID.
    """
    async with asyncio.timeout(timeout):
        while True:
            job = await _seen(tenant_id, job_id)
            if job.state in states or (not states and job.state.over):
                return job
            await asyncio.sleep(LOOK_EVERY)


async def _seen(tenant_id: UUID, job_id: UUID) -> Job:
    async with tenant_scope(tenant_id):
        return await find_job(job_id)


async def _take(tenant_id: UUID, *, only_due: bool) -> Mapping[str, Any] | None:
    async with tenant_scope(tenant_id) as scope:
        rows = await scope.fetch(queries.TAKE, list(TASKS), LEASE, only_due)
    return rows[0] if rows else None


async def _run(task: Task[...], context: JobContext, arguments: Arguments) -> None:
    enter_job(context)
    await settle(context, await attempt(task, context, dict(arguments), asyncio.Event()))
