"""A shop that was segmented before cells were kept has them after the migration, and the walls stand as before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import asyncpg

from batikrfm.builtin.rfm.strategies import Rfm5
from batikrfm.db import database as databases
from batikrfm.segmentation.asking import Question
from batikrfm.segmentation.running import run_segmentation
from batikrfm.tenancy import create_tenant, tenant_scope
from batikrfm.tenancy.guard import require_walls
from batikrfm_migrations.core import core_2026_11_25t101000_customers_seen as migration

if TYPE_CHECKING:
    from core.tests.segmentation.conftest import Sale as MadeSale
    from core.tests.segmentation.conftest import Stock

    from batikrfm.db.urls import Urls

KEPT = {
    "segment_cells": "select segment, r, f, m, customers, monetary_e4, run_id from segment_cells order by segment, r, f, m",
    "segment_flows": "select from_segment, to_segment, customers, run_id from segment_flows order by run_id, from_segment, to_segment",
}


async def test_cells_and_flows_are_counted(spare_database: Urls, stock: Stock, sale: type[MadeSale]) -> None:
    owner = await asyncpg.connect(spare_database.owner)
    async with databases.opened(spare_database):
        shops = [(await create_tenant(f"Toko {n}")).id for n in range(2)]
        for number, shop in enumerate(shops):
            await stock(shop, [sale(f"k{n}", f"2026-01-{n % 28 + 1:02d}", n * 1_000 - 4_000) for n in range(number * 30 + 20)])
            question = Question(Rfm5())
            await run_segmentation(shop, question)
            await run_segmentation(shop, replace(question, settings={"mode": "rules", "recency_days": [400, 500, 600, 700]}))
        before = {}
        for shop in shops:
            async with tenant_scope(shop) as scope:
                latest = await scope.fetchval("select max(id::text)::uuid from segmentation_runs")
                await scope.execute("delete from segment_cells where run_id <> $1", latest)
                before[shop] = {table: await scope.fetch(sql) for table, sql in KEPT.items()}
                for table in KEPT:
                    assert before[shop][table], table
                    await scope.execute(f"delete from {table}")
        walled = [f"alter table {table} no force row level security" for table in KEPT]  # they have no walls yet when it runs
        async with owner.transaction():
            for statement in (*walled, *migration.BACKFILL, *(text.replace("no force", "force") for text in walled)):
                await owner.execute(statement)
        for shop in shops:
            async with tenant_scope(shop) as scope:
                assert {table: await scope.fetch(sql) for table, sql in KEPT.items()} == before[shop]
        await require_walls()
    await owner.close()
