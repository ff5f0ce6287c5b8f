"""The demonstration's shop has a past, and is made once."""

from __future__ import annotations

from itertools import pairwise

import pytest

from batikrfm.cli.demo_shop import SLUG, WEEKS, open_demo_shop
from batikrfm.segmentation.history import past_runs
from batikrfm.tenancy import find_tenant, tenant_scope

pytestmark = pytest.mark.usefixtures("demo_database")


async def counts() -> tuple[int, int, int]:
    shop = await find_tenant(SLUG)
    async with tenant_scope(shop.id) as scope:
        return (
            await scope.fetchval("select count(*) from imports"),
            await scope.fetchval("select count(*) from orders"),
            await scope.fetchval("select count(*) from segmentation_runs"),
        )


async def test_it_has_weeks_behind_it_in_which_people_moved_and_a_second_start_changes_nothing() -> None:
    shop = await open_demo_shop(customers=300)
    before = await counts()
    async with tenant_scope(shop.id):
        runs = await past_runs(WEEKS + 1)
    days = [run.as_of for run in runs]
    assert [(later - earlier).days for later, earlier in pairwise(days)] == [7] * WEEKS
    assert all(run.customers > 100 for run in runs)
    assert await open_demo_shop(customers=300) == shop
    assert await counts() == before


async def test_one_that_was_killed_between_two_weeks_is_taken_up_where_it_was() -> None:
    shop = await open_demo_shop(customers=300)
    async with tenant_scope(shop.id) as scope:
        await scope.execute("delete from segmentation_runs where as_of > (select min(as_of) + 14 from segmentation_runs)")
    assert (await counts())[2] == 3
    await open_demo_shop(customers=300)
    assert (await counts())[2] == WEEKS + 1
