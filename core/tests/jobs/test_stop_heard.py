"""Somebody stops a job at a moment at which its worker hears nothing of it, or does not know the job yet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from batikrfm.jobs import JobState, cancel_job, current_job, enqueue, job
from batikrfm.jobs.broker import JobBroker
from batikrfm.jobs.context import JobContext, in_job
from batikrfm.jobs.outcomes import GivenUp, attempt
from batikrfm.jobs.queries import STOPPED
from batikrfm.jobs.trying import wait_for_job
from batikrfm.tenancy import tenant_scope

pytestmark = pytest.mark.usefixtures("clean_queue")
Working = Callable[..., AbstractAsyncContextManager[None]]

EAR = "select pid from pg_stat_activity where application_name = 'batikrfm ear' and datname = current_database() and query ilike 'listen%'"


@job("test.silent")
async def silent() -> None:
    """Never says how far it got, so that it never looks up."""
    await asyncio.Event().wait()


begun: list[UUID] = []


@job("test.begins")
async def begins() -> None:
    begun.append(current_job().job_id)


async def put(tenant: UUID) -> UUID:
    async with tenant_scope(tenant):
        return await enqueue(silent)


async def deafen(admin_url: str) -> None:
    """Cut the line on which the worker listens, once it is there; it calls again after half a second."""
    admin = await asyncpg.connect(admin_url)
    while not (pids := await admin.fetch(EAR)):  # noqa: ASYNC110 - what is waited for is in the database
        await asyncio.sleep(0.01)
    for row in pids:
        await admin.execute("select pg_terminate_backend($1, 5000)", row["pid"])
    await admin.close()


async def test_what_was_said_while_a_worker_was_deaf_is_looked_for(tenant: UUID, working: Working, admin_url: str) -> None:
    job_id = await put(tenant)
    async with working(lease=600):  # no heartbeat will tell it
        await wait_for_job(tenant, job_id, JobState.RUNNING)
        await deafen(admin_url)
        async with tenant_scope(tenant):
            await cancel_job(job_id)
        assert (await wait_for_job(tenant, job_id)).state == JobState.CANCELLED


async def test_a_stop_that_comes_while_a_claim_is_under_way_may_be_for_what_it_brings(tenant: UUID) -> None:
    await put(tenant)
    broker = JobBroker("here", slots=1, lease=timedelta(seconds=30))
    coming = broker.listen()
    message = asyncio.create_task(anext(coming))
    for _ in range(3):  # it has begun, and asked nobody yet
        await asyncio.sleep(0)
    broker.heard(STOPPED)
    broker.pulse.clear()  # the heart beat, and found nothing
    await message
    assert broker.pulse.is_set()
    await coming.aclose()


async def test_what_is_stopped_before_it_began_does_not_begin(tenant: UUID) -> None:
    context = JobContext(tenant, uuid4(), attempt=1, cancel_asked=True)
    with in_job(context):
        assert await attempt(begins, context, {}, asyncio.Event()) == GivenUp("cancelled", None)
    assert context.job_id not in begun
