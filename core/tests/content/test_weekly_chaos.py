"""Twenty workers are killed while they write the weeks of several shops: every segment has its words once, and the books agree.

Sabotage that turns it red: in ``writing._write``, give ``generate`` ``key=None`` instead of the item's id. What the dead had reserved then
stays reserved, and no item has its quota.
"""

from __future__ import annotations

import random
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from batikrfm.content.weekly import tasks
from batikrfm.db import database as databases
from batikrfm.db.urls import Urls
from batikrfm.jobs import enqueue
from batikrfm.tenancy import create_tenant, tenant_scope
from batikrfm.testkit.database import superuser_url
from content_stage import fill_shop, settle_on
from killing import KILLS, Torment, nursery_of

SHOPS = 4
BOOKS = """
select item.tenant_id, item.segment, cardinality(item.contents) as named,
    (select count(*) from contents where contents.tenant_id = item.tenant_id and contents.segment = item.segment) as drafts,
    (select count(*) from quota_reservations held where held.tenant_id = item.tenant_id and held.key = item.id and held.state = 'settled')
        as settled,
    (select count(*) from ai_interactions call where call.tenant_id = item.tenant_id and call.segment = item.segment
        and call.outcome = 'complete' and call.purpose = 'weekly') as paid
from weekly_items item where state <> 'left_out'
"""
STILL_HELD = "select count(*) from quota_reservations where state = 'held'"
USED = "select count(*) from quota_reservations where state = 'settled'"


async def fill(urls: Urls) -> None:
    async with databases.opened(urls):
        for number in range(SHOPS):
            tenant: UUID = (await create_tenant(f"Toko {number}")).id
            await fill_shop(tenant, name=f"Batik {number}", customers=80)
            await settle_on(tenant, batch=number % 2 == 0)
            async with tenant_scope(tenant):
                await enqueue(tasks.write_week, {}, dedup_key="content.weekly")


@pytest.mark.timeout(300)
async def test_twenty_killed_workers_double_and_lose_nothing(spare_database: Urls, embedded_dir: Path) -> None:
    await fill(spare_database)
    admin = await asyncpg.connect(superuser_url(embedded_dir, spare_database))
    with nursery_of(spare_database) as nursery:
        dice = random.Random(3)  # noqa: S311 - chaos that can be repeated
        await Torment(admin, "content.weekly%").inflict(nursery, dice)
    books = await admin.fetch(BOOKS)
    used, held = await admin.fetchval(USED), await admin.fetchval(STILL_HELD)
    await admin.close()
    assert len(books) >= SHOPS * 3
    whole = all((row["drafts"], row["settled"]) == (row["named"], 1) and row["named"] > 0 for row in books)
    assert whole, [dict(row) for row in books]
    assert (used, held) == (len(books), 0)
    assert sum(row["paid"] for row in books) <= len(books) + KILLS, "what was asked by those who died is not in the books, or once"
