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

Working = Callable[..., AbstractAsyncContextManager[None]]


@pytest.fixture(autouse=True)
async def no_jobs(request: pytest.FixtureRequest) -> None:
    """Workers take anybody's jobs, so what other tests left is removed first."""
    if "database" in request.fixturenames:
        request.getfixturevalue("database")
        admin = await asyncpg.connect(request.getfixturevalue("admin_url"))
        await admin.execute("truncate jobs, job_queues, schedules")
        await admin.close()


@pytest.fixture
def working(database: Database) -> Working:
    """Runs a worker for as long as a block lasts."""

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
