"""Words because somebody moved: off by default, and once for a run and a segment."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

import pytest

from batikrfm.content.chain import Providers
from batikrfm.content.model import Order
from batikrfm.content.tasks import generate_triggered
from batikrfm.content.weekly import begin
from batikrfm.content.weekly.triggers import PURPOSE, order_for_moves
from batikrfm.jobs import JobState, enqueue, find_job, list_jobs
from batikrfm.jobs.trying import run_queued
from batikrfm.segmentation.history import latest_run, moves_matrix
from batikrfm.segmentation.keeping import run_as_wanted
from batikrfm.tenancy import tenant_scope
from batikrfm.usage import GENERATIONS, set_quota, standing
from content_stage import Sale, import_sales, settle_on


class Undone(Exception):
    """The run's transaction did not commit."""


async def run_with_moves(shop: UUID) -> set[str]:
    """Twenty new customers, and a run: the segments that somebody came into, of five people or more."""
    await import_sales(shop, [Sale(f"baru{number}", number % 3, 90_000) for number in range(20)])
    await run_as_wanted(shop)
    async with tenant_scope(shop):
        run = await latest_run()
        entered = {flow.to_segment for flow in await moves_matrix(run.id)}
    return {result.segment for result in run.results if result.segment in entered and result.customers >= 5}


async def ordered(shop: UUID) -> Counter[str]:
    async with tenant_scope(shop) as scope:
        rows = await scope.fetch(
            "select arguments->'order'->>'segment' as segment from jobs where arguments->'order'->>'purpose' = $1", PURPOSE
        )
    return Counter(row["segment"] for row in rows)


async def test_nobody_asked_for_them(shop: UUID) -> None:
    assert await run_with_moves(shop)
    assert await ordered(shop) == {}


async def test_each_segment_that_somebody_came_into_gets_words_once(shop: UUID, writing: Providers) -> None:
    assert writing.settings.environ
    async with tenant_scope(shop):
        everywhere = tuple(result.segment for result in (await latest_run()).results)
    await settle_on(shop, triggers=(*everywhere, "no_such_segment"), weekly=False)
    entered = await run_with_moves(shop)
    assert entered
    assert await ordered(shop) == dict.fromkeys(entered, 1)
    async with tenant_scope(shop):
        await order_for_moves((await latest_run()).id)
    assert await ordered(shop) == dict.fromkeys(entered, 1)
    await run_queued(shop, only_due=True)
    async with tenant_scope(shop) as scope:
        assert {job.state for job in await list_jobs(50) if job.task == "content.triggered"} == {JobState.DONE}
        assert {row["segment"] for row in await scope.fetch("select distinct segment from contents")} == entered
        assert (await standing(GENERATIONS)).used == len(entered), "through the quota"
    await run_as_wanted(shop)  # nobody moves
    assert await ordered(shop) == dict.fromkeys(entered, 1)


async def test_what_todays_share_has_no_room_for_is_put_off_and_not_for_ever(shop: UUID, writing: Providers) -> None:
    assert writing.settings.environ
    async with tenant_scope(shop):
        everywhere = tuple(result.segment for result in (await latest_run()).results)
        await set_quota(GENERATIONS, 0)
        renews_at = (await standing(GENERATIONS)).renews_at
    await settle_on(shop, triggers=everywhere, weekly=False)
    entered = await run_with_moves(shop)
    await run_queued(shop, only_due=True)
    async with tenant_scope(shop) as scope:
        jobs = [job for job in await list_jobs(50) if job.task == "content.triggered"]
        assert Counter(job.state for job in jobs) == {JobState.DONE: len(entered), JobState.QUEUED: len(entered)}
        assert {job.run_at for job in jobs if job.state is JobState.QUEUED} == {renews_at}
        await set_quota(GENERATIONS, 100)
        await scope.execute("update jobs set run_at = now() where task = 'content.triggered' and state = 'queued'")
    await run_queued(shop)
    async with tenant_scope(shop) as scope:
        assert {row["segment"] for row in await scope.fetch("select distinct segment from contents")} == entered
        assert (await standing(GENERATIONS)).used == len(entered)
    over = {"order": Order("champions", purpose=PURPOSE, fresh=True).as_json(), "until": "2020-01-01T00:00:00+00:00"}
    async with tenant_scope(shop):
        await set_quota(GENERATIONS, 0)
        last = await enqueue(generate_triggered, over)
    await run_queued(shop)
    async with tenant_scope(shop):
        assert (await find_job(last)).state is JobState.FAILED, "a week later there are other words"


async def test_a_run_that_is_not_kept_orders_nothing(shop: UUID) -> None:
    async with tenant_scope(shop):
        everywhere = tuple(result.segment for result in (await latest_run()).results)
    await settle_on(shop, triggers=everywhere)
    await import_sales(shop, [Sale(f"baru{number}", number % 3, 90_000) for number in range(20)])

    async def fail(_run: object) -> None:
        raise Undone

    with pytest.raises(Undone):
        await run_as_wanted(shop, also=fail)
    assert await ordered(shop) == {}


async def test_a_weeks_own_run_orders_nothing_beside_it(shop: UUID) -> None:
    async with tenant_scope(shop):
        everywhere = tuple(result.segment for result in (await latest_run()).results)
    await settle_on(shop, triggers=everywhere)
    await import_sales(shop, [Sale(f"baru{number}", number % 3, 90_000) for number in range(20)])
    await begin(shop)
    assert await ordered(shop) == {}
