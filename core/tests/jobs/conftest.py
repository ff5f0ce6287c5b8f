from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import asyncpg
import pytest

from batikrfm.db.database import Database
from batikrfm.jobs.metrics import JobMetrics
from batikrfm.jobs.running import WorkerOptions, run_worker

INVARIANT = """
select tenant_id, running, there from job_queues
join lateral (select count(*) as there from jobs where jobs.tenant_id = job_queues.tenant_id and state = 'running') counted on true
where running <> there
"""


@pytest.fixture
async def clean_queue(database: Database, admin_url: str) -> AsyncIterator[None]:  # noqa: ARG001 - it is open
    """Workers take anybody's jobs, so what other tests left is removed first; and afterwards the queues' counts must be right."""
    admin = await asyncpg.connect(admin_url)
    await admin.execute("truncate jobs, job_queues, schedules")
    yield
    assert await admin.fetch(INVARIANT) == []
    await admin.close()


@pytest.fixture
def working(database: Database) -> Callable[..., AbstractAsyncContextManager[None]]:
    """``working(slots=4)`` runs a worker for as long as the block lasts."""

    @contextlib.asynccontextmanager
    async def work(*, slots: int = 4, lease: float = 30.0, grace: float = 5.0, metrics: JobMetrics | None = None) -> AsyncIterator[None]:
        stop = asyncio.Event()
        options = WorkerOptions(slots=slots, lease=lease, poll=0.2, grace=grace)
        worker = asyncio.create_task(run_worker(database, stop, options, metrics=metrics))
        try:
            yield
        finally:
            stop.set()
            await worker

    return work
