"""Whose job is next: fairness between tenants, limits under racing workers, times, leases, claims that are not good any more."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from contextvars import Context
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from batikrfm.db.database import Database
from batikrfm.db.engine import DB
from batikrfm.jobs import JobState, cancel_job, complete, current_job, enqueue, find_job, job, list_jobs, progress
from batikrfm.jobs.broker import JobBroker
from batikrfm.jobs.claiming import BRIEFLY, Claimed, claim
from batikrfm.jobs.context import JobContext, in_job
from batikrfm.jobs.errors import JobLost
from batikrfm.jobs.model import Job
from batikrfm.jobs.outcomes import Again, Done, GivenUp, settle
from batikrfm.jobs.tending import figures, forget, limit_queue, reap, renew
from batikrfm.jobs.trying import wait_for_job
from batikrfm.tenancy import create_tenant, delete_tenant, tenant_scope

pytestmark = pytest.mark.usefixtures("clean_queue")

Working = Callable[..., AbstractAsyncContextManager[None]]
LEASE = timedelta(seconds=30)
DEAD_LEASE = timedelta(seconds=-1)


@job("test.nothing")
async def nothing() -> None: ...


@job("test.patient", max_attempts=2)
async def patient() -> None:
    await asyncio.sleep(60)


async def put(tenant: UUID, count: int = 1, **how: Any) -> list[UUID]:  # noqa: ANN401 - enqueue's own
    async with tenant_scope(tenant):
        return [await enqueue(nothing, **how) for _ in range(count)]


async def take(wanted: int = 1, *, lease: timedelta = LEASE, worker: str = "w") -> list[Claimed]:
    return (await claim(worker, lease, wanted)).jobs


def held(one: Claimed) -> JobContext:
    return JobContext(one.tenant_id, one.id, one.attempt, one.max_attempts, one.claim)


async def see(one: Claimed) -> Job:
    async with tenant_scope(one.tenant_id):
        return await find_job(one.id)


async def end(jobs: list[Claimed]) -> None:
    for one in jobs:
        assert await settle(held(one), Done(None))


async def test_a_tenant_with_much_to_do_does_not_hold_up_another(tenant: UUID, other_tenant: UUID) -> None:
    await put(tenant, 50)
    first = await take()
    await put(other_tenant, 2)
    order = [one.tenant_id for one in first]
    for _ in range(4):
        taken = await take()
        order += [one.tenant_id for one in taken]
        await end(taken)
    assert order[:3] == [tenant, other_tenant, other_tenant]  # the other had nothing running, so it is first as long as it has work


async def test_turns_go_round(tenant: UUID, other_tenant: UUID) -> None:
    third = (await create_tenant("Toko Tiga")).id
    for whose in (tenant, other_tenant, third):
        await put(whose, 10)
    turns = []
    for _ in range(9):
        taken = await take()
        turns.append(taken[0].tenant_id)
        await end(taken)
    assert turns[:3] == turns[3:6] == turns[6:]
    assert len(set(turns)) == 3


async def test_shares_follow_weights(tenant: UUID, other_tenant: UUID) -> None:
    await limit_queue(tenant, weight=3, max_running=100)
    await limit_queue(other_tenant, max_running=100)
    await put(tenant, 40)
    await put(other_tenant, 40)
    running = [job.tenant_id for _ in range(24) for job in await take()]
    assert Counter(running) == {tenant: 18, other_tenant: 6}


async def test_one_claim_shares_its_slots_among_who_waits(tenant: UUID, other_tenant: UUID) -> None:
    await put(tenant, 10)
    await put(other_tenant, 10)
    assert Counter(one.tenant_id for one in await take(6)) == {tenant: 3, other_tenant: 3}
    assert Counter(one.tenant_id for one in await take(6)) == {tenant: 1, other_tenant: 1}  # four at once, unless told otherwise
    assert await take(6) == []


async def test_queues_that_came_to_their_end_hold_up_nobody_behind_them(tenant: UUID) -> None:
    """A worker that looks at a few at a time would rest after each few, as if nothing were to be done."""
    shops = [(await create_tenant(f"Toko {number}")).id for number in range(30)]
    for shop in shops:
        await put(shop)
    await end(await take(30))
    await put(tenant, 2)
    await end(await take())  # whose turn was last
    pauses = []
    while not (haul := await claim("w", LEASE, 2)).jobs:
        pauses.append(haul.pause)
    assert [one.tenant_id for one in haul.jobs] == [tenant]
    assert pauses == [BRIEFLY] * len(pauses)
    assert len(pauses) <= 2


@pytest.fixture
async def twenty_connections(database: Database) -> None:
    await DB.close()
    await DB.open(app_url=database.urls.app, platform_url=database.urls.platform, max_size=40)


@pytest.mark.parametrize("limit", [1, 3])
@pytest.mark.usefixtures("twenty_connections")
async def test_the_limit_is_exact_under_racing_claims(tenant: UUID, limit: int) -> None:
    await limit_queue(tenant, max_running=limit)
    await put(tenant, 10 * limit)
    done = 0
    while done < 10 * limit:
        hauls = await asyncio.gather(*(asyncio.create_task(take(2, worker=f"w{n}")) for n in range(20)))
        taken = [one for haul in hauls for one in haul]
        async with tenant_scope(tenant) as scope:
            assert await scope.fetchval("select count(*) from jobs where state = 'running'") == len(taken) <= limit
        await end(taken)
        done += len(taken)


@pytest.mark.usefixtures("twenty_connections")
async def test_racing_claims_take_each_job_once(tenant: UUID, other_tenant: UUID) -> None:
    for whose in (tenant, other_tenant):
        await limit_queue(whose, max_running=1_000)
        await put(whose, 100)
    taken: list[Claimed] = []
    while len(taken) < 200:
        hauls = await asyncio.gather(*(asyncio.create_task(take(7, worker=f"w{n}")) for n in range(20)))
        taken += [one for haul in hauls for one in haul]
    assert len({one.id for one in taken}) == 200
    assert await take() == []


async def test_enqueuing_races_with_a_queue_that_runs_dry(tenant: UUID) -> None:
    """A queue that was found empty is marked as resting; no job that comes at that moment is forgotten."""
    left = 200

    async def take_all() -> None:
        nonlocal left
        while left > 0:
            taken = await take(3)
            await end(taken)
            left -= len(taken)

    async def put_all() -> None:
        for _ in range(100):
            await put(tenant)

    async with asyncio.timeout(60):
        await asyncio.gather(*(asyncio.create_task(work()) for work in (put_all, put_all, take_all, take_all, take_all)))
    assert left == 0


async def test_an_open_transaction_that_enqueues_holds_up_nobody(tenant: UUID) -> None:
    async with tenant_scope(tenant):
        await enqueue(nothing)
        await asyncio.create_task(_another(tenant), context=Context())
    assert len(await take(5)) == 1


async def _another(tenant: UUID) -> None:
    async with asyncio.timeout(5):
        (mine,) = await put(tenant)
        assert [one.id for one in await take(5)] == [mine]


async def test_higher_priority_goes_first_then_who_came_first(tenant: UUID) -> None:
    (first,) = await put(tenant)
    (urgent,) = await put(tenant, priority=5)
    (later,) = await put(tenant, priority=-1)
    (second,) = await put(tenant)
    assert [one.id for one in await take(4)] == [urgent, first, second, later]


async def test_a_job_does_not_start_before_its_time(tenant: UUID) -> None:
    await put(tenant, run_at=datetime.now(UTC) + timedelta(hours=1))
    haul = await claim("w", LEASE, 1)
    assert haul.jobs == []
    assert haul.pause is not None
    assert 3_500 < haul.pause <= 3_600
    (due,) = await put(tenant, run_at=datetime.now(UTC) - timedelta(hours=1))
    assert [one.id for one in await take(4)] == [due]


async def test_a_worker_wakes_when_a_jobs_time_comes(tenant: UUID, working: Working) -> None:
    async with working():
        (job_id,) = await put(tenant, run_at=datetime.now(UTC) + timedelta(seconds=0.3))
        done = await wait_for_job(tenant, job_id)
        assert done.started_at is not None
        assert done.started_at >= done.run_at


async def test_what_was_cancelled_is_not_taken(tenant: UUID) -> None:
    first, second = await put(tenant, 2)
    await claim("w", LEASE, 0)  # both are filed in the queue by now
    async with tenant_scope(tenant):
        await cancel_job(first)
    assert [one.id for one in await take(5)] == [second]


async def test_who_lost_its_lease_has_nothing_to_say(tenant: UUID) -> None:
    await put(tenant)
    (stale,) = await take(lease=DEAD_LEASE)
    assert await reap() == [("test.nothing", JobState.QUEUED)]
    (fresh,) = await take()
    assert (fresh.id, fresh.attempt) == (stale.id, 2)
    for outcome in (Done('{"by": "stale"}'), GivenUp("failed", None), Again(timedelta())):
        assert not await settle(held(stale), outcome)
    with in_job(held(stale)):
        with pytest.raises(JobLost):
            await progress(1)
        with pytest.raises(JobLost):
            async with tenant_scope(tenant):
                await complete()
    assert (await see(fresh)).state == JobState.RUNNING
    assert await settle(held(fresh), Done(None))
    assert not await settle(held(fresh), Done(None))
    assert (await see(fresh)).result is None


async def test_a_lease_that_is_renewed_is_not_reaped(tenant: UUID) -> None:
    await put(tenant, 2)
    kept, lost = await take(2, lease=DEAD_LEASE)
    assert await renew([held(kept)], LEASE) == {kept.id: False}
    assert len(await reap()) == 1
    assert await renew([held(kept), held(lost)], LEASE) == {kept.id: False}
    await end([kept])


async def test_a_job_that_kills_its_workers_is_dead_in_the_end(tenant: UUID) -> None:
    await put(tenant)
    for attempt in (1, 2, 3):
        assert [one.attempt for one in await take(lease=DEAD_LEASE)] == [attempt]
        await reap()
    async with tenant_scope(tenant):
        (dead,) = await list_jobs()
    assert (dead.state, dead.attempts) == (JobState.DEAD, 3)
    assert dead.error is not None
    assert await take() == []


async def test_a_job_that_should_stop_is_not_tried_again_when_its_worker_dies(tenant: UUID) -> None:
    (job_id,) = await put(tenant)
    await take(lease=DEAD_LEASE)
    async with tenant_scope(tenant):
        await cancel_job(job_id)
    assert await reap() == [("test.nothing", JobState.CANCELLED)]


async def test_the_heart_does_not_wait_for_a_job_that_is_ending(tenant: UUID) -> None:
    await put(tenant, 2)
    ending, other = await take(2)
    async with tenant_scope(tenant):
        with in_job(held(ending)):
            await complete()
        beat = asyncio.create_task(renew([held(ending), held(other)], LEASE), context=Context())
        async with asyncio.timeout(5):
            assert await beat == {ending.id: False, other.id: False}
    await end([other])


async def test_a_worker_that_lost_a_job_stops_working_on_it(tenant: UUID, working: Working) -> None:
    stopped = asyncio.Event()

    @job("test.taken_away")
    async def taken_away() -> None:
        if current_job().attempt == 2:
            return
        try:
            await asyncio.sleep(60)
        finally:
            stopped.set()

    async with tenant_scope(tenant):
        job_id = await enqueue(taken_away)
    async with working(lease=0.6):
        await wait_for_job(tenant, job_id, JobState.RUNNING)
        async with tenant_scope(tenant) as scope:  # as if this worker had been away for longer than its lease
            await scope.execute("update jobs set claim = gen_random_uuid(), lease_until = now() - interval '1 second'")
        async with asyncio.timeout(10):
            await stopped.wait()
        done = await wait_for_job(tenant, job_id)
    assert (done.state, done.attempts) == (JobState.DONE, 2)


async def test_a_worker_that_stops_gives_back_what_it_cannot_end(tenant: UUID, working: Working) -> None:
    async with tenant_scope(tenant):
        job_id = await enqueue(patient)
    async with working(grace=0.1):
        await wait_for_job(tenant, job_id, JobState.RUNNING)
    async with tenant_scope(tenant):
        waiting = await find_job(job_id)
    assert (waiting.state, waiting.attempts) == (JobState.QUEUED, 0)


async def test_a_worker_that_stops_lets_jobs_end(tenant: UUID, working: Working) -> None:
    @job("test.short")
    async def short() -> None:
        await asyncio.sleep(0.3)

    async with tenant_scope(tenant):
        job_id = await enqueue(short)
    async with working(grace=10):
        await wait_for_job(tenant, job_id, JobState.RUNNING)
    async with tenant_scope(tenant):
        assert (await find_job(job_id)).state == JobState.DONE


async def test_a_task_that_this_version_does_not_know_waits_for_one_that_does(tenant: UUID, working: Working) -> None:
    async with tenant_scope(tenant) as scope:
        unknown = await enqueue(nothing)
        await scope.execute("update jobs set task = 'test.of_tomorrow'")
        known = await enqueue(nothing)
    async with working(slots=1):
        await wait_for_job(tenant, known)
    async with tenant_scope(tenant):
        waiting = await find_job(unknown)
    assert (waiting.state, waiting.attempts) == (JobState.QUEUED, 0)
    assert waiting.run_at > datetime.now(UTC)


async def test_a_worker_does_not_rest_over_tasks_that_it_does_not_know(tenant: UUID) -> None:
    async with tenant_scope(tenant) as scope:
        for _ in range(3):
            await enqueue(nothing)
        await scope.execute("update jobs set task = 'test.of_tomorrow'")
        known = await enqueue(nothing)
    jobs = JobBroker("here", slots=1, lease=LEASE, poll=600).listen()
    async with asyncio.timeout(60):
        message = await anext(jobs)
    assert msgspec.json.decode(message.data)["task_id"] == str(known)
    await jobs.aclose()


async def test_what_is_over_is_forgotten_in_time(tenant: UUID) -> None:
    old, _fresh, _waiting, _running = await put(tenant, 4)
    taken = await take(3)
    await end(taken[:2])
    async with tenant_scope(tenant) as scope:
        await scope.execute("update jobs set finished_at = now() - interval '31 days' where id = $1", old)
        await scope.execute("update jobs set created_at = now() - interval '31 days'")
    assert await forget(timedelta(days=30)) == 1
    assert await forget(timedelta(days=30)) == 0
    async with tenant_scope(tenant):
        assert old not in {one.id for one in await list_jobs()}
        assert len(await list_jobs()) == 3


async def test_figures(tenant: UUID, other_tenant: UUID) -> None:
    await put(tenant, 5)
    await put(other_tenant, 1, run_at=datetime.now(UTC) + timedelta(hours=1))
    first, second, _ = await take(3)
    await settle(held(first), Done(None))
    await settle(held(second), GivenUp("dead", None))
    counted = await figures()
    assert counted.jobs == {**dict.fromkeys(JobState, 0), JobState.QUEUED: 3, JobState.RUNNING: 1, JobState.DONE: 1, JobState.DEAD: 1}
    assert counted.oldest_waiting_seconds is not None
    assert counted.longest_running_seconds is not None


async def test_a_deleted_tenant_takes_its_jobs_along() -> None:
    gone = (await create_tenant("Toko Pergi")).id
    await put(gone, 3)
    (taken,) = await take()
    await delete_tenant(gone)
    assert not await settle(held(taken), Done(None))
    assert (await figures()).jobs[JobState.QUEUED] == 0
