"""What tests of jobs share."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from batikrfm.db.engine import Scope
from batikrfm.jobs import Job, JobState, Task, enqueue, find_job
from batikrfm.tenancy import tenant_scope

PATIENCE = 20.0  # seconds; no test waits that long unless it is red

INVARIANTS = """
select q.tenant_id, q.running, count(j.*) from job_queues q left join jobs j on j.tenant_id = q.tenant_id and j.state = 'running'
group by q.tenant_id, q.running having q.running <> count(j.*)
"""


async def put(tenant: UUID, task: Task[...], arguments: Mapping[str, Any] | None = None, **how: Any) -> UUID:
    async with tenant_scope(tenant):
        return await enqueue(task, arguments, **how)


async def see(tenant: UUID, job_id: UUID) -> Job:
    async with tenant_scope(tenant):
        return await find_job(job_id)


async def until(tenant: UUID, job_id: UUID, *states: JobState) -> Job:
    """The job once it is in one of ``states``, or over where none is given."""
    async with asyncio.timeout(PATIENCE):
        while True:
            job = await see(tenant, job_id)
            if job.state in states or (not states and job.state.over):
                return job
            await asyncio.sleep(0.02)


async def counts_are_right(scope: Scope) -> bool:
    return await scope.fetch(INVARIANTS) == []
