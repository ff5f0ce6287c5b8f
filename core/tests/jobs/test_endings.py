"""Jobs that end at the same moment: all of them are written, each by its own right."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from batikrfm.jobs import JobState, enqueue, job, list_jobs
from batikrfm.jobs.claiming import claim
from batikrfm.jobs.context import JobContext, Progress
from batikrfm.jobs.endings import Endings
from batikrfm.jobs.outcomes import Done
from batikrfm.jobs.tending import finish_many, limit_queue
from batikrfm.sdk.text import Text
from batikrfm.tenancy import tenant_scope

pytestmark = pytest.mark.usefixtures("clean_queue")

LEASE = timedelta(seconds=30)


@job("test.ends")
async def ends() -> None: ...


async def taken(tenant: UUID, count: int) -> list[JobContext]:
    await limit_queue(tenant, max_running=count)
    async with tenant_scope(tenant):
        for _ in range(count):
            await enqueue(ends)
    jobs = (await claim("w", LEASE, count)).jobs
    return [JobContext(one.tenant_id, one.id, one.attempt, one.max_attempts, one.claim) for one in jobs]


async def test_many_end_at_once(tenant: UUID, other_tenant: UUID) -> None:
    contexts = [*await taken(tenant, 60), *await taken(other_tenant, 60)]
    contexts[0].said = Progress(2, 3, Text(id="a", en="b"))
    endings = Endings()
    assert all(await asyncio.gather(*(endings.done(one, Done('{"n": 1}')) for one in contexts)))
    async with tenant_scope(tenant):
        jobs = {one.id: one for one in await list_jobs(100)}
    assert {one.state for one in jobs.values()} == {JobState.DONE}
    assert {str(one.result) for one in jobs.values()} == {"{'n': 1}"}
    first = jobs[contexts[0].job_id]
    assert (first.done, first.total, first.message) == (2, 3, Text(id="a", en="b"))


async def test_one_write_is_enough(tenant: UUID, other_tenant: UUID) -> None:
    contexts = [*await taken(tenant, 5), *await taken(other_tenant, 5)]
    assert await finish_many([(one, None) for one in contexts]) == {one.job_id for one in contexts}


async def test_who_has_not_the_claim_ends_nothing_and_holds_up_nobody(tenant: UUID) -> None:
    good, stale = await taken(tenant, 2)
    stale.claim = good.claim
    endings = Endings()
    assert tuple(await asyncio.gather(endings.done(good, Done(None)), endings.done(stale, Done(None)))) == (True, False)
    async with tenant_scope(tenant) as scope:
        assert await scope.fetchval("select running from job_queues") == 1
        await scope.execute("update jobs set state = 'queued', claim = null, lease_until = null where state = 'running'")
        await scope.execute("update job_queues set running = 0")


async def test_one_that_cannot_be_written_takes_no_other_along(tenant: UUID) -> None:
    good, bad = await taken(tenant, 2)
    endings = Endings()
    outcomes = await asyncio.gather(endings.done(good, Done(None)), endings.done(bad, Done("no json")), return_exceptions=True)
    assert outcomes[0] is True
    assert isinstance(outcomes[1], asyncpg.PostgresError)
    assert await endings.done(bad, Done(None))


async def test_a_queue_that_somebody_has_locked_is_waited_for_alone(tenant: UUID, other_tenant: UUID, admin_url: str) -> None:
    (locked,), (free,) = await taken(tenant, 1), await taken(other_tenant, 1)
    admin = await asyncpg.connect(admin_url)
    transaction = admin.transaction()
    await transaction.start()
    await admin.fetch("select from job_queues where tenant_id = $1 for update", tenant)
    endings = Endings()
    waiting = asyncio.create_task(endings.done(locked, Done(None)))
    assert await endings.done(free, Done(None))
    assert not waiting.done()
    await transaction.rollback()
    assert await waiting
    await admin.close()
