from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from uuid import UUID

import httpx
import pytest

from batikrfm.jobs import enqueue, job
from batikrfm.jobs.trying import wait_for_job
from batikrfm.tenancy import tenant_scope
from batikrfm.web.job_metrics import MetricsPortError, QueuePage, WorkerMetrics

pytestmark = pytest.mark.usefixtures("clean_queue")
Working = Callable[..., AbstractAsyncContextManager[None]]


@job("test.figured")
async def figured(name: str) -> None: ...


@job("test.figured_broken", max_attempts=1)
async def figured_broken(name: str) -> None:
    raise ValueError(name)


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


async def done(tenant: UUID, name: str) -> None:
    async with tenant_scope(tenant):
        fine = await enqueue(figured, {"name": name})
        broken = await enqueue(figured_broken, {"name": name})
    for one in (fine, broken):
        await wait_for_job(tenant, one)


async def test_a_worker_shows_what_it_did_and_nobody_by_name(tenant: UUID, working: Working) -> None:
    metrics, port = WorkerMetrics(), free_port()
    async with httpx.AsyncClient() as client:
        with metrics.served("127.0.0.1", port):
            async with working(metrics=metrics):
                await done(tenant, "Ibu Sri 0812")
            page = (await client.get(f"http://127.0.0.1:{port}/metrics")).text
        with pytest.raises(httpx.ConnectError):
            await client.get(f"http://127.0.0.1:{port}/metrics")
    assert 'batikrfm_job_seconds_count{outcome="done",task="test.figured"} 1.0' in page
    assert 'batikrfm_job_seconds_count{outcome="dead",task="test.figured_broken"} 1.0' in page
    assert 'batikrfm_job_waited_seconds_count{task="test.figured"} 1.0' in page
    assert "batikrfm_jobs_here 0.0" in page
    assert "Sri" not in page
    assert str(tenant) not in page


def test_a_port_that_is_taken_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(MetricsPortError, match=f"127.0.0.1:{port} "), WorkerMetrics().served("127.0.0.1", port):
            pass


async def test_how_the_queue_stands_is_counted_and_kept_for_some_seconds(tenant: UUID) -> None:
    async with tenant_scope(tenant):
        await enqueue(figured, {"name": "Siti"})
    page = QueuePage()
    first = (await page.text()).decode()
    assert 'batikrfm_jobs{state="queued"} 1.0' in first
    assert 'batikrfm_jobs{state="running"} 0.0' in first
    async with tenant_scope(tenant):
        await enqueue(figured, {"name": "Siti"})
    assert (await page.text()).decode() == first
    assert 'batikrfm_jobs{state="queued"} 2.0' in (await QueuePage().text()).decode()
