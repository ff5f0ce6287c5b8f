"""Uploads, and jobs that run here and now, claimed as a worker claims them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from batikrfm.db.keys import uuid7
from batikrfm.jobs import JobContext
from batikrfm.jobs.context import in_job
from batikrfm.jobs.registry import TASKS

CLAIM = """
update jobs set state = 'running', due = false, claim = $3, lease_until = now() + interval '1 hour', attempts = attempts + 1
where tenant_id = $1 and id = $2 returning task, arguments::text, attempts
"""
DONE = "update jobs set state = 'done', claim = null, lease_until = null, finished_at = now() where id = $1"
QUEUE = """
insert into job_queues (tenant_id, id, running) values ($1, uuidv7(), 1)
on conflict (tenant_id) do update set running = job_queues.running + 1
"""
WAITING = """
select id from jobs where tenant_id = $1 and state in ('queued', 'running') and run_at <= now() order by priority desc, id
"""
Work = Callable[[UUID], Awaitable[int]]


@pytest.fixture
async def admin(admin_url: str) -> AsyncIterator[Any]:
    connected = await asyncpg.connect(admin_url)
    yield connected
    await connected.close()


async def claimed(admin: Any, tenant: UUID, job_id: UUID) -> tuple[UUID, str, str, int]:  # noqa: ANN401 - asyncpg ships no types
    """Take a job as a worker does: the claim, the task, its arguments, which attempt it is."""
    await admin.execute(QUEUE, tenant)
    task, arguments, attempt = await admin.fetchrow(CLAIM, tenant, job_id, claim := uuid7())
    return claim, task, arguments, attempt


@pytest.fixture
def claim(admin: Any) -> Callable[[UUID, UUID], Awaitable[JobContext]]:  # noqa: ANN401 - asyncpg ships no types
    """Take a job, to run it by hand."""

    async def take(tenant: UUID, job_id: UUID) -> JobContext:
        claim, _, _, attempt = await claimed(admin, tenant, job_id)
        return JobContext(tenant, job_id, attempt=attempt, max_attempts=3, claim=claim)

    return take


@pytest.fixture
def work(admin: Any) -> Work:  # noqa: ANN401 - asyncpg ships no types
    """Run the tenant's jobs that are due until there are none; how many there were. What a job raises, this raises."""
    import batikrfm.segmentation.tasks  # noqa: F401 - as workers do

    async def run(tenant: UUID) -> int:
        done = 0
        while (job_id := await admin.fetchval(WAITING, tenant)) is not None:
            claim, task, arguments, attempt = await claimed(admin, tenant, job_id)
            context = JobContext(tenant, job_id, attempt=attempt, max_attempts=3, claim=claim)
            with in_job(context):
                await TASKS[task](**json.loads(arguments))
            if not context.completed:
                await admin.execute(DONE, job_id)
                await admin.execute("update job_queues set running = running - 1 where tenant_id = $1", tenant)
            done += 1
        return done

    return run
