"""Jobs that share a place: a tenant's next ones of a task come along, each an attempt of its own, at nobody else's cost.

Sabotages that turn these red: in ``CLAIM_BEHIND`` leave out ``next.task = led.task``, or ``next.attempts = 0``, or the ``limit``; in
``in_places`` heed no ``attempt``; in ``complete_each`` let a lost one pass.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.db.database import Database
from batikrfm.jobs import Job, JobContext, JobState, Task, cancel_job, complete_each, current_job, enqueue, find_job, job
from batikrfm.jobs.claiming import Claimed, claim, in_places
from batikrfm.jobs.errors import JobLost
from batikrfm.jobs.outcomes import Again, Done, settle
from batikrfm.jobs.running import WorkerOptions, run_worker
from batikrfm.jobs.tending import limit_queue, renew
from batikrfm.jobs.trying import wait_for_job
from batikrfm.sdk.errors import InputError
from batikrfm.sdk.text import Text
from batikrfm.tenancy import tenant_scope

pytestmark = pytest.mark.usefixtures("clean_queue")
Working = Callable[..., AbstractAsyncContextManager[None]]
LEASE = timedelta(seconds=30)
AT_ONCE = {"test.along": 5}


class Refused(InputError):
    text = Text(id="Tidak bisa.", en="It cannot be done.")


@job("test.alone")
async def alone() -> None: ...


@job("test.along", at_once=5)
async def along() -> None: ...


going: Counter[UUID] = Counter()
go_on = asyncio.Event()


@job("test.waits", at_once=5, max_attempts=2, retry_after=0.01)
async def waits(ends: str = "done") -> dict[str, Any] | None:
    mine = current_job()
    going[mine.tenant_id] += 1
    if mine.attempt == 1:
        await go_on.wait()
    if ends == "refused":
        raise Refused
    if ends == "broken" and mine.attempt == 1:
        raise OSError
    return {"job": str(mine.job_id), "attempt": mine.attempt}


@pytest.fixture(autouse=True)
def _start() -> None:
    global go_on  # noqa: PLW0603 - an event belongs to its loop
    going.clear()
    go_on = asyncio.Event()


async def put(tenant: UUID, *tasks: Task[...], **arguments: object) -> list[UUID]:
    async with tenant_scope(tenant):
        return [await enqueue(task, arguments) for task in tasks]


async def take(wanted: int = 1) -> list[Claimed]:
    return (await claim("w", LEASE, wanted, at_once=AT_ONCE)).jobs


def held(one: Claimed) -> JobContext:
    return JobContext(one.tenant_id, one.id, one.attempt, one.max_attempts, one.claim)


async def end(jobs: list[Claimed]) -> None:
    for one in jobs:
        assert await settle(held(one), Done(None))


async def job_of(tenant: UUID, job_id: UUID) -> Job:
    async with tenant_scope(tenant):
        return await find_job(job_id)


async def all_going(tenant: UUID, many: int) -> None:
    async with asyncio.timeout(30):
        while going[tenant] < many:  # noqa: ASYNC110 - it looks at what jobs of this process do
            await asyncio.sleep(0.01)


async def test_the_next_ones_of_a_task_come_along_and_no_more_than_it_says(tenant: UUID) -> None:
    ids = await put(tenant, *[along] * 12)
    taken = await take()
    assert {one.id for one in taken} == set(ids[:5])
    assert len({one.claim for one in taken}) == 5
    assert set(await renew([held(one) for one in taken], LEASE)) == set(ids[:5])
    await end(taken)
    second, third = await take(), await take()
    assert {one.id for one in second} == set(ids[5:10])  # and with five of four running it was given no more
    assert third == []
    await end(second)
    assert {one.id for one in await take()} == set(ids[10:])


async def test_what_is_of_another_task_stands_between_them(tenant: UUID) -> None:
    """Each in its turn: nothing of the tenant is passed by."""
    ids = await put(tenant, along, along, alone, along)
    taken = await take()
    assert {one.id for one in taken} == {ids[0], ids[1], ids[3]}
    assert [one.id for one in await take()] == [ids[2]]


async def test_only_so_far_ahead_is_looked_for_them(tenant: UUID) -> None:
    ids = await put(tenant, along, *[alone] * 4, along)
    assert [one.id for one in await take()] == [ids[0]]


async def test_nobody_elses_come_along(tenant: UUID, other_tenant: UUID) -> None:
    await put(tenant, *[along] * 3)
    await put(other_tenant, *[along] * 3)
    first, second = await take(), await take()
    assert [Counter(one.tenant_id for one in taken) for taken in (first, second)] == [{first[0].tenant_id: 3}, {second[0].tenant_id: 3}]
    assert await take() == []


async def test_what_went_wrong_once_has_a_place_to_itself(tenant: UUID) -> None:
    await put(tenant, *[along] * 3)
    first = await take()
    for one in first:
        assert await settle(held(one), Again(timedelta()))
    await put(tenant, along)
    found = [await take() for _ in range(3)]
    assert [len(one) for one in found] == [1, 1, 1]
    assert {one[0].id for one in found} == {one.id for one in first}
    assert [one.attempt for one in await take()] == [1]


async def test_and_comes_along_with_nobody(tenant: UUID) -> None:
    await put(tenant, along)
    (tried,) = await take()
    (fresh,) = await put(tenant, along)
    assert await settle(held(tried), Again(timedelta()))
    assert [one.id for one in await take()] == [fresh]
    assert [one.id for one in await take()] == [tried.id]


async def test_a_claim_that_takes_several_of_a_tenant_fills_their_place(tenant: UUID) -> None:
    await put(tenant, *[along] * 20)
    taken = await take(3)
    assert [len(place) for place in in_places(taken, AT_ONCE)] == [5]


async def test_a_thousand_do_not_hold_up_anothers_first(tenant: UUID, other_tenant: UUID) -> None:
    await put(tenant, *[along] * 100)
    await take()
    await put(other_tenant, along)
    assert [one.tenant_id for one in await take()] == [other_tenant]


async def test_the_limit_says_when_another_place_is_given(tenant: UUID) -> None:
    await limit_queue(tenant, max_running=2)
    await put(tenant, *[along] * 6)
    first = await take()
    await end(first[:3])
    assert await take() == []  # two are left of it
    await end(first[3:4])
    assert len(await take()) == 1


CLAIMS = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["test.along", "test.alone"]), st.integers(1, 2)), max_size=30)
TENANTS = [uuid4() for _ in range(3)]


@given(CLAIMS, st.integers(1, 6))
def test_places_hold_each_job_once_and_never_two_tenants(claims: list[tuple[int, str, int]], most: int) -> None:
    jobs = [Claimed(TENANTS[whose], uuid4(), task, "{}", attempt, 3, uuid4(), 0.0) for whose, task, attempt in claims]
    places = in_places(jobs, {"test.along": most})
    assert Counter(one.id for place in places for one in place) == Counter(one.id for one in jobs)
    for place in places:
        assert len({(one.tenant_id, one.task) for one in place}) == 1
        assert len(place) <= (most if place[0].task == "test.along" else 1)
        assert len(place) == 1 or {one.attempt for one in place} == {1}
    firsts = Counter((one.tenant_id, one.task) for one in jobs if one.attempt == 1 and one.task == "test.along")
    fresh = Counter((place[0].tenant_id, place[0].task) for place in places if place[0].attempt == 1 and place[0].task == "test.along")
    assert fresh == {of: -(-many // most) for of, many in firsts.items()}  # no more places than needed


async def test_they_begin_together_in_one_slot_and_each_has_its_own_end(tenant: UUID, other_tenant: UUID, working: Working) -> None:
    done = await put(tenant, waits, waits)
    (refused,) = await put(tenant, waits, ends="refused")
    (broken,) = await put(tenant, waits, ends="broken")
    (stopped,) = await put(tenant, waits)
    other = await put(other_tenant, waits)
    async with working(slots=2, lease=600):
        await all_going(tenant, 5)
        await all_going(other_tenant, 1)  # the second slot is free for it
        async with tenant_scope(tenant):
            await cancel_job(stopped)
        assert (await wait_for_job(tenant, stopped)).state == JobState.CANCELLED
        assert {(await job_of(tenant, one)).state for one in (*done, refused, broken)} == {JobState.RUNNING}
        go_on.set()
        for whose, job_id in [(tenant, one) for one in done] + [(other_tenant, one) for one in other]:
            assert (await wait_for_job(whose, job_id)).result == {"job": str(job_id), "attempt": 1}
        assert (await wait_for_job(tenant, refused)).error == Refused.text
        assert (await wait_for_job(tenant, broken)).result == {"job": str(broken), "attempt": 2}


async def test_a_place_is_one_slot(tenant: UUID, other_tenant: UUID, working: Working) -> None:
    await put(tenant, *[waits] * 5)
    await put(other_tenant, *[waits] * 5)
    async with working(slots=1):
        async with asyncio.timeout(30):
            while not going:  # noqa: ASYNC110 - it looks at what jobs of this process do
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.3)
        assert sorted(going.values()) == [5]  # it has no second place, and their end makes one
        go_on.set()
        await all_going(tenant, 5)
        await all_going(other_tenant, 5)


async def test_a_worker_that_stops_gives_all_of_them_back(tenant: UUID, database: Database) -> None:
    ids = await put(tenant, *[waits] * 4)
    stop = asyncio.Event()
    worker = asyncio.create_task(run_worker(database, stop, WorkerOptions(slots=1, poll=0.2, grace=0.1)))
    await all_going(tenant, 4)
    stop.set()
    await worker
    assert {((one := await job_of(tenant, job_id)).state, one.attempts) for job_id in ids} == {(JobState.QUEUED, 0)}


async def test_several_end_with_the_work_that_keeps_them(tenant: UUID) -> None:
    await put(tenant, *[along] * 3)
    taken = [held(one) for one in await take()]
    async with tenant_scope(tenant) as scope:
        await scope.execute("update tenants set name = 'Toko Tiga'")
        await complete_each([(one, {"number": number} if number else None) for number, one in enumerate(taken)])
    assert all(one.completed for one in taken)
    jobs = [await job_of(tenant, one.job_id) for one in taken]
    assert [(one.state, one.result) for one in jobs] == [
        (JobState.DONE, None),
        (JobState.DONE, {"number": 1}),
        (JobState.DONE, {"number": 2}),
    ]


async def test_where_one_is_lost_nothing_of_it_is_kept(tenant: UUID) -> None:
    await put(tenant, *[along] * 2)
    mine, lost = [held(one) for one in await take()]
    lost.claim = uuid4()
    with contextlib.suppress(JobLost):
        async with tenant_scope(tenant) as scope:
            await scope.execute("update tenants set name = 'Toko Hilang'")
            await complete_each([(mine, None), (lost, None)])
    assert not mine.completed
    async with tenant_scope(tenant) as scope:
        assert await scope.fetchval("select name from tenants") != "Toko Hilang"
    assert {(await job_of(tenant, one.job_id)).state for one in (mine, lost)} == {JobState.RUNNING}
