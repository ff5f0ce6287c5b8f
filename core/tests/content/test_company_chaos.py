"""Twenty workers are killed while they write orders of their own, some of a shop at a time: each has its words once, paid for once.

Sabotages that turn it red: in ``FINISH_EACH`` free no place in the queue; in ``tasks._generate`` give ``generate`` no ``key``.
"""

from __future__ import annotations

import random
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from batikrfm.content.model import Order
from batikrfm.content.ordering import order
from batikrfm.db import database as databases
from batikrfm.db.keys import uuid7
from batikrfm.db.urls import Urls
from batikrfm.sdk.extension import Principal
from batikrfm.tenancy import create_tenant, tenant_scope
from batikrfm.testkit.database import superuser_url
from content_stage import fill_shop
from killing import KILLS, Torment, nursery_of

SHOPS = 4
OFFERS = 12
SEGMENTS = ("champions", "loyal", "promising", "at_risk")
BY = Principal("user", uuid7(), "Bu Sri", uuid7(), frozenset())
BOOKS = """
select job.state, jsonb_array_length(job.result -> 'contents') as named,
    (select count(*) from contents where contents.tenant_id = job.tenant_id and job.result -> 'contents' ? contents.id::text) as drafts,
    (select count(*) from quota_reservations held where held.tenant_id = job.tenant_id and held.key = job.id and held.state = 'settled')
        as settled
from jobs job where task = 'content.generate'
"""
DRAFTS = "select count(*) from contents"
RESERVED = "select count(*) filter (where state = 'settled'), count(*) filter (where state = 'held') from quota_reservations"
PAID = "select count(*) from ai_interactions where outcome = 'complete' and purpose = 'content'"
WRONG = """
select tenant_id from job_queues
where running <> (select count(*) from jobs where jobs.tenant_id = job_queues.tenant_id and state = 'running')
"""


KEPT_TOGETHER = "select max(many) from (select count(*) as many from jobs where task = 'content.generate' group by xmin) kept"


async def fill(urls: Urls) -> None:
    async with databases.opened(urls):
        for number in range(SHOPS):
            tenant: UUID = (await create_tenant(f"Toko {number}")).id
            await fill_shop(tenant, name=f"Batik {number}", customers=80)
            async with tenant_scope(tenant):
                for offer in range(OFFERS):
                    await order(Order(SEGMENTS[offer % 4], offer=f"Gratis ongkir minggu {offer}"), by=BY)


@pytest.mark.timeout(300)
async def test_twenty_killed_workers_double_and_lose_nothing(spare_database: Urls, embedded_dir: Path) -> None:
    await fill(spare_database)
    admin = await asyncpg.connect(superuser_url(embedded_dir, spare_database))
    with nursery_of(spare_database, lease=30.0) as nursery:  # so that no busy machine takes a job from a worker that lives
        dice = random.Random(4)  # noqa: S311 - chaos that can be repeated
        await Torment(admin, "content.generate%", (0.3, 0.7), as_new=True).inflict(nursery, dice)
    books, drafts = await admin.fetch(BOOKS), await admin.fetchval(DRAFTS)
    (used, held), paid = await admin.fetchrow(RESERVED), await admin.fetchval(PAID)
    assert await admin.fetch(WRONG) == []
    assert await admin.fetchval(KEPT_TOGETHER) > 1
    await admin.close()
    assert len(books) == SHOPS * OFFERS
    whole = all((row["state"], row["drafts"], row["settled"]) == ("done", row["named"], 1) and row["named"] > 0 for row in books)
    assert whole, [dict(row) for row in books]
    assert drafts == sum(row["named"] for row in books)
    assert (used, held) == (len(books), 0)
    assert paid <= len(books) + KILLS, "what was asked by those who died is not in the books, or once"
