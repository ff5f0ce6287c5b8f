"""Everyone's sort name stands with their scores, and is theirs at any time: after a run, a new name, both at once, and the migration."""

from __future__ import annotations

import asyncio
from contextvars import Context
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg

from batikrfm.builtin.rfm.strategies import Rfm5
from batikrfm.db import database as databases
from batikrfm.segmentation.asking import Question
from batikrfm.segmentation.customers import CustomerFilter, Sort, list_customers
from batikrfm.segmentation.running import Run, run_segmentation
from batikrfm.tenancy import create_tenant, tenant_scope
from batikrfm.tenancy.guard import require_walls
from batikrfm_migrations.core import core_2026_11_25t140000_assignments_by_name as migration

if TYPE_CHECKING:
    from core.tests.segmentation.conftest import Sale as MadeSale
    from core.tests.segmentation.conftest import Stock

    from batikrfm.db.urls import Urls

APART = "select count(*) from segment_assignments a join customers c on c.id = a.id where a.sort_name is distinct from c.sort_name"


async def apart(tenant: UUID) -> tuple[int, int]:
    """How many are placed, and how many of those by a name that is not theirs."""
    async with tenant_scope(tenant) as scope:
        return await scope.fetchval("select count(*) from segment_assignments"), await scope.fetchval(APART)


async def named(tenant: UUID, segment: str) -> list[str | None]:
    async with tenant_scope(tenant):
        return [row.name for row in (await list_customers(CustomerFilter(segment=segment), sort=Sort.NAME)).rows]


async def test_a_new_name_moves_its_customer_at_once(tenant: UUID, other_tenant: UUID, stock: Stock, sale: type[MadeSale]) -> None:
    for shop in (tenant, other_tenant):
        await stock(shop, [sale(key, "2026-01-05", 50_000, name) for key, name in (("a", "Ani"), ("b", "Budi"), ("c", None))])
        await run_segmentation(shop, Question(Rfm5()))
    run = await run_segmentation(tenant, Question(Rfm5()))
    (segment,) = [one.segment.key for one in run.scored.segments if one.customers]
    assert await named(tenant, segment) == ["Ani", "Budi", None]
    await stock(tenant, [sale("a", "2026-01-06", 50_000, "Zul"), sale("c", "2026-01-06", 50_000, "Ayu")])
    assert await named(tenant, segment) == ["Ayu", "Budi", "Zul"]
    assert await apart(tenant) == (3, 0)
    assert await named(other_tenant, segment) == ["Ani", "Budi", None]


async def test_a_new_name_while_a_run_is_under_way(tenant: UUID, stock: Stock, sale: type[MadeSale]) -> None:
    """The import finds none of the rows that the run is about to show, and the run has read the old name."""
    await stock(tenant, [sale("a", "2026-01-05", 50_000, "Ani"), sale("b", "2026-01-05", 50_000, "Budi")])
    importing: list[asyncio.Task[UUID]] = []

    async def rename() -> UUID:
        return await stock(tenant, [sale("a", "2026-01-06", 50_000, "Zul")])

    async def import_beside(_: Run) -> None:
        importing.append(asyncio.create_task(rename(), context=Context()))
        done = (await asyncio.wait(importing, timeout=0.5))[0]
        assert not done  # it waits for the run

    await run_segmentation(tenant, Question(Rfm5()), also=import_beside)
    await importing[0]
    assert await apart(tenant) == (2, 0)


async def test_a_run_waits_for_an_import_that_brings_new_names(tenant: UUID, stock: Stock, sale: type[MadeSale]) -> None:
    await stock(tenant, [sale("a", "2026-01-05", 50_000, "Ani"), sale("b", "2026-01-05", 50_000, "Budi")])
    await run_segmentation(tenant, Question(Rfm5()))
    async with tenant_scope(tenant) as scope:
        await scope.execute("update customers set name = 'Zul' where key = 'a'")
        question = Question(Rfm5(), settings={"mode": "rules"})
        running = asyncio.create_task(run_segmentation(tenant, question), context=Context())
        done, _ = await asyncio.wait([running], timeout=0.5)
        assert not done
    await running
    assert await apart(tenant) == (2, 0)


async def test_shops_that_were_segmented_before_get_their_names(spare_database: Urls, stock: Stock, sale: type[MadeSale]) -> None:
    owner = await asyncpg.connect(spare_database.owner)
    async with databases.opened(spare_database):
        shops = [(await create_tenant(f"Toko {n}")).id for n in range(2)]
        for number, shop in enumerate(shops):
            await stock(shop, [sale(f"k{n}", f"2026-01-{n % 28 + 1:02d}", 9_000, f"Orang {n}") for n in range(number * 30 + 20)])
            await run_segmentation(shop, Question(Rfm5()))
        await owner.execute("alter table segment_assignments alter column sort_name drop not null")
        for shop in shops:
            async with tenant_scope(shop) as scope:
                await scope.execute("update segment_assignments set sort_name = null")
        async with owner.transaction():
            for statement in migration.FILL:
                await owner.execute(statement)
        assert [await apart(shop) for shop in shops] == [(20, 0), (50, 0)]
        await require_walls()
    await owner.close()
