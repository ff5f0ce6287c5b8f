from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from batikrfm.jobs import (
    CronError,
    JobState,
    Schedule,
    ScheduleNotFoundError,
    change_schedule,
    create_schedule,
    delete_schedule,
    job,
    list_jobs,
    list_schedules,
)
from batikrfm.jobs.registry import Result
from batikrfm.jobs.scheduling import run_scheduler, tick
from batikrfm.jobs.trying import run_queued
from batikrfm.tenancy import tenant_scope
from batikrfm.tenancy.profile import Profile, change_profile

pytestmark = pytest.mark.usefixtures("clean_queue")
PROFILE = Profile("Toko", "Asia/Jakarta", "IDR", "id")


@job("test.weekly", max_attempts=2)
async def weekly(**said: object) -> Result:
    return said


async def make(tenant: UUID, cron: str = "0 7 * * 1", *, enabled: bool = True) -> Schedule:
    async with tenant_scope(tenant):
        return await create_schedule(weekly, cron, {"n": 1}, enabled=enabled)


async def come_due(tenant: UUID, schedule: Schedule, ago: timedelta = timedelta(seconds=1)) -> datetime:
    due_at = datetime.now(UTC) - ago
    async with tenant_scope(tenant) as scope:
        await scope.execute("update schedules set next_at = $2 where id = $1", schedule.id, due_at)
    return due_at


async def states(tenant: UUID) -> list[JobState]:
    async with tenant_scope(tenant):
        return [one.state for one in await list_jobs()]


async def test_it_is_due_on_the_clock_of_the_shop(tenant: UUID, other_tenant: UUID) -> None:
    async with tenant_scope(other_tenant) as scope:
        await scope.execute("update tenants set time_zone = 'Asia/Jayapura'")
    here, there = await make(tenant, "30 7 * * *"), await make(other_tenant, "30 7 * * *")
    assert (here.next_at.astimezone(UTC).hour, there.next_at.astimezone(UTC).hour) == (0, 22)
    assert here.next_at > datetime.now(UTC)


async def test_it_follows_the_shop_into_another_time_zone(tenant: UUID, other_tenant: UUID) -> None:
    here, off = await make(tenant, "30 7 * * *"), await make(tenant, "0 9 * * *", enabled=False)
    due, there = await make(tenant), await make(other_tenant)
    due_at = await come_due(tenant, due)
    async with tenant_scope(tenant):
        await change_profile(replace(PROFILE, time_zone="Asia/Jayapura"))
        moved = {one.id: one for one in await list_schedules()}
    at = {one.id: one.next_at.astimezone(UTC).hour for one in moved.values()}
    assert (at[here.id], at[off.id]) == (22, 0)
    assert not moved[off.id].enabled
    assert moved[due.id].next_at == due_at  # it has yet to run
    async with tenant_scope(other_tenant):
        assert await list_schedules() == [there]


async def test_a_change_that_is_no_move_leaves_it(tenant: UUID) -> None:
    made = await make(tenant)
    async with tenant_scope(tenant) as scope:
        early = made.next_at - timedelta(minutes=1)
        await scope.execute("update schedules set next_at = $1", early)
        await change_profile(replace(PROFILE, name="Lain", time_zone="Asia/Jakarta"))
        (same,) = await list_schedules()
    assert same.next_at == early


async def test_what_is_due_is_enqueued_and_turned_on(tenant: UUID) -> None:
    due_at = await come_due(tenant, await make(tenant))
    await tick()
    async with tenant_scope(tenant):
        (schedule,) = await list_schedules()
        (queued,) = await list_jobs()
    assert (schedule.last_at, schedule.last_job_id) == (due_at, queued.id)
    assert schedule.next_at > datetime.now(UTC)
    assert (queued.task, queued.max_attempts) == ("test.weekly", 2)
    assert [one.result for one in await run_queued(tenant)] == [{"n": 1}]


async def test_many_schedulers_do_a_thing_once(tenant: UUID, other_tenant: UUID) -> None:
    for whose in (tenant, other_tenant):
        for _ in range(5):
            await come_due(whose, await make(whose))
    await asyncio.gather(*(asyncio.create_task(tick()) for _ in range(8)))
    assert len(await states(tenant)) == len(await states(other_tenant)) == 5


async def test_what_was_missed_for_weeks_comes_once(tenant: UUID) -> None:
    await come_due(tenant, await make(tenant), timedelta(days=100))
    for _ in range(3):
        await tick()
    assert len(await states(tenant)) == 1


async def test_it_does_not_pile_up_behind_itself(tenant: UUID) -> None:
    schedule = await make(tenant, "* * * * *")
    for _ in range(3):
        await come_due(tenant, schedule)
        await tick()
    assert await states(tenant) == [JobState.QUEUED]


async def test_what_is_off_is_not_due(tenant: UUID) -> None:
    schedule = await make(tenant, enabled=False)
    await come_due(tenant, schedule)
    await tick()
    assert await states(tenant) == []
    async with tenant_scope(tenant):
        await change_schedule(schedule.id, enabled=True)  # and what was due meanwhile is not made good
    await tick()
    assert await states(tenant) == []


async def test_it_can_be_changed_and_removed(tenant: UUID) -> None:
    schedule = await make(tenant)
    async with tenant_scope(tenant):
        changed = await change_schedule(schedule.id, cron="15  8 * * *")
        assert (changed.cron, changed.enabled, changed.next_at.minute) == ("15 8 * * *", True, 15)
        await delete_schedule(schedule.id)
        assert await list_schedules() == []


async def test_another_tenants_schedule_is_not_found(tenant: UUID, other_tenant: UUID) -> None:
    schedule = await make(tenant)
    async with tenant_scope(other_tenant):
        assert await list_schedules() == []
        with pytest.raises(ScheduleNotFoundError):
            await change_schedule(schedule.id, enabled=False)
        with pytest.raises(ScheduleNotFoundError):
            await delete_schedule(schedule.id)


async def test_a_time_that_cannot_be_read_is_refused(tenant: UUID) -> None:
    with pytest.raises(CronError):
        await make(tenant, "every monday")


async def test_a_schedule_that_another_version_wrote_stops_instead_of_the_scheduler(tenant: UUID, admin_url: str) -> None:
    schedule = await make(tenant)
    admin = await asyncpg.connect(admin_url)
    await admin.execute("update schedules set cron = '@lunar'")
    await admin.close()
    await come_due(tenant, schedule)
    await tick()
    async with tenant_scope(tenant):
        assert [one.enabled for one in await list_schedules()] == [False]


async def test_the_scheduler_runs_until_it_is_told_to_stop(tenant: UUID) -> None:
    await come_due(tenant, await make(tenant))
    stop = asyncio.Event()
    scheduler = asyncio.create_task(run_scheduler(stop))
    async with asyncio.timeout(10):
        while not await states(tenant):  # noqa: ASYNC110 - what is waited for is a row
            await asyncio.sleep(0.01)
    stop.set()
    await scheduler
