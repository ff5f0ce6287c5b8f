"""The weekly words: once for a week, by value, as far as the quota goes; whatever happens in between."""

from __future__ import annotations

import asyncio
import datetime as dt
from uuid import UUID

import asyncpg
import pytest

from batikrfm.content.chain import Providers
from batikrfm.content.settings import ContentSettings, save_settings
from batikrfm.content.weekly import ItemState, Week, begin, cron_of, keep_schedule, queries, this_week
from batikrfm.content.weekly import tasks as weekly_tasks
from batikrfm.db.reaching import connection
from batikrfm.jobs import JobState, list_jobs, list_schedules
from batikrfm.jobs.trying import run_queued
from batikrfm.segmentation import keeping
from batikrfm.segmentation.overview import overview
from batikrfm.tenancy import tenant_scope
from batikrfm.usage import GENERATIONS, set_quota, standing


async def week_of(tenant: UUID) -> Week:
    async with tenant_scope(tenant):
        week = await this_week()
    assert week is not None
    return week


async def write(tenant: UUID) -> None:
    """A person presses the button, and a worker comes by."""
    async with tenant_scope(tenant):
        await weekly_tasks.order_week(started_by="Bu Sri")
    for one in await run_queued(tenant, only_due=True):
        assert one.state is JobState.DONE, one.error


async def used(tenant: UUID) -> tuple[int, int]:
    async with tenant_scope(tenant):
        now = await standing(GENERATIONS)
    return now.used, now.reserved


async def drafts(tenant: UUID) -> dict[str, int]:
    async with tenant_scope(tenant) as scope:
        rows = await scope.fetch("select segment, count(*) as drafts from contents group by segment")
    return {row["segment"]: row["drafts"] for row in rows}


async def test_every_segment_with_people_gets_its_words_once(shop: UUID, writing: Providers) -> None:
    assert writing.settings.environ
    await write(shop)
    week = await week_of(shop)
    written = [item for item in week.items if item.state is ItemState.WRITTEN]
    assert written
    assert week.over
    assert week.started_by == "Bu Sri"
    assert week.told_at is not None
    assert [item.revenue for item in week.items] == sorted((item.revenue for item in week.items), reverse=True)
    assert await drafts(shop) == {item.segment: len(item.contents) for item in written}
    assert await used(shop) == (len(written), 0)
    before = await drafts(shop)
    await write(shop)
    assert (await week_of(shop), await drafts(shop), await used(shop)) == (week, before, (len(written), 0))


async def test_what_the_quota_has_no_room_for_follows_by_value_on_a_day_that_is_said(shop: UUID, writing: Providers) -> None:
    assert writing.settings.environ
    async with tenant_scope(shop):
        await set_quota(GENERATIONS, 1)
    await write(shop)
    week = await week_of(shop)
    first, *rest = [item for item in week.items if item.state is not ItemState.LEFT_OUT]
    assert first.state is ItemState.WRITTEN, "the one with the most at stake"
    assert rest
    assert {item.state for item in rest} == {ItemState.WAITING}
    assert {item.due for item in rest} == {first.due + dt.timedelta(days=1)}
    assert all(item.reason is not None and "Kuota" in item.reason.id for item in rest)
    async with tenant_scope(shop):
        (rest_of_it,) = [one for one in await list_jobs(10) if one.task == "content.weekly_rest"]
        await set_quota(GENERATIONS, 100)
    assert dt.timedelta() < rest_of_it.run_at - dt.datetime.now(dt.UTC) < dt.timedelta(hours=25)
    await write(shop)  # the quota was raised, and somebody asks for the rest now
    assert (await week_of(shop)).over
    assert await drafts(shop) == {item.segment: len(item.contents) for item in (await week_of(shop)).items if item.contents}


async def test_a_segment_that_cannot_be_written_says_why_and_holds_up_nobody(shop: UUID, writing: Providers) -> None:
    assert writing.settings.environ
    async with tenant_scope(shop):
        await save_settings(ContentSettings(offer="Tanya saja lewat siti.rahayu@example.com"))
    await write(shop)
    week = await week_of(shop)
    assert week.over
    assert {item.state for item in week.items} <= {ItemState.FAILED, ItemState.LEFT_OUT}
    assert all(item.reason is not None and "siti" not in item.reason.id for item in week.items)
    assert await used(shop) == (0, 0)
    assert week.told_at is None, "there is nothing to read"


async def test_a_week_is_begun_once_however_many_begin_it(shop: UUID) -> None:
    assert (await begin(shop)).batch_id == (await begin(shop, started_by="Pak Budi")).batch_id
    assert (await week_of(shop)).started_by == ""


async def test_a_week_is_begun_once_by_several_at_the_same_moment(shop: UUID) -> None:
    looks = await asyncio.gather(*(begin(shop) for _ in range(4)))
    assert len({look.batch_id for look in looks}) == 1
    assert len({tuple(row["id"] for row in look.waiting) for look in looks}) == 1
    async with tenant_scope(shop) as scope:
        runs = await scope.fetchval("select count(*) from segmentation_runs")
    assert runs == 2, "the shop's first, and the week's"


async def test_a_small_shops_figures_are_left_to_the_first_look_and_a_large_ones_are_not(
    shop: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def counted() -> int:
        async with tenant_scope(shop) as scope:
            return int(await scope.fetchval("select count(*) from period_figures"))

    await begin(shop)
    assert await counted() == 0
    async with tenant_scope(shop) as scope:
        seen = await overview(30)
        assert seen.run.id == await scope.fetchval("select run_id from weekly_batches")
        await scope.execute("delete from weekly_batches")
    assert await counted() == 2
    monkeypatch.setattr(keeping, "QUICKLY_COUNTED", 10)
    await begin(shop)
    assert await counted() == 2 + 8


async def test_a_week_is_planned_with_its_run_or_not_at_all(shop: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed between the two, the run is undone; the next attempt has both."""
    with monkeypatch.context() as patched:
        patched.setattr(queries, "ADD_ITEMS", "select 1 / 0, $1, $2, $3, $4, $5, $6, $7, $8")
        with pytest.raises(asyncpg.PostgresError):
            await begin(shop)
    async with tenant_scope(shop):
        assert await this_week() is None
    await begin(shop)
    week = await week_of(shop)
    assert week.run_id is not None
    assert week.items


async def test_a_week_whose_run_has_no_plan_is_planned_by_that_run(shop: UUID) -> None:
    """An earlier version of this program may have died between run and plan."""
    await begin(shop)
    before = await week_of(shop)
    async with tenant_scope(shop) as scope:
        await scope.execute("delete from weekly_items")
    await begin(shop)
    after = await week_of(shop)
    assert after.run_id == before.run_id
    assert [(one.segment, one.state, one.due, one.revenue, one.reason) for one in after.items] == [
        (one.segment, one.state, one.due, one.revenue, one.reason) for one in before.items
    ]


async def test_two_shops_know_nothing_of_each_other(shop: UUID, other_tenant: UUID, writing: Providers) -> None:
    assert writing.settings.environ
    await write(shop)
    async with tenant_scope(other_tenant):
        assert await this_week() is None


async def test_the_clock_follows_the_settings(shop: UUID) -> None:
    async with tenant_scope(shop):
        first = await keep_schedule()
        assert (first.cron, first.enabled) == ("0 6 * * 1", True)
        assert await keep_schedule() == first
        await save_settings(ContentSettings(weekly_day=7, weekly_minute=8 * 60 + 30))
        (changed,) = [one for one in await list_schedules() if one.task == "content.weekly_due"]
        assert (changed.id, changed.cron) == (first.id, "30 8 * * 0")
        await save_settings(ContentSettings(weekly=False))
        assert not (await keep_schedule()).enabled
    assert cron_of(ContentSettings(weekly_day=3, weekly_minute=0)) == "0 0 * * 3"


async def test_the_database_keeps_a_week_apart_from_another_days(shop: UUID, admin_url: str) -> None:
    async with connection(admin_url) as admin:
        with pytest.raises(asyncpg.CheckViolationError):
            await admin.execute("insert into weekly_batches (tenant_id, id, week) values ($1, uuidv7(), '2026-11-24')", shop)
