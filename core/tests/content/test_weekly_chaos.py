"""Twenty workers are killed while they write the weeks of several shops: every segment has its words once, and the books agree.

Sabotage that turns it red: in ``writing._write``, give ``generate`` ``key=None`` instead of the item's id. What the dead had reserved then
stays reserved, and no item has its quota.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
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

HERE = Path(__file__).parent
KILLS = 20
SHOPS = 4
OPEN = "select count(*) from jobs where state in ('queued', 'running') and task like 'content.weekly%'"
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


@contextlib.contextmanager
def nursery_of(urls: Urls) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(HERE / "weekly_process.py"), urls.app, urls.platform]
    paths = os.pathsep.join([str(HERE / "support"), os.environ.get("PYTHONPATH", "")])
    pipe, environ = subprocess.PIPE, {**os.environ, "PYTHONPATH": paths}
    with subprocess.Popen(command, text=True, env=environ, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as nursery:
        try:
            yield nursery
        finally:
            nursery.kill()


def born(nursery: subprocess.Popen[str]) -> int:
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    print(file=nursery.stdin, flush=True)
    return int(nursery.stdout.readline())


async def fill(urls: Urls) -> None:
    async with databases.opened(urls):
        for number in range(SHOPS):
            tenant: UUID = (await create_tenant(f"Toko {number}")).id
            await fill_shop(tenant, name=f"Batik {number}", customers=80)
            await settle_on(tenant, batch=number % 2 == 0)
            async with tenant_scope(tenant):
                await enqueue(tasks.write_week, {}, dedup_key="content.weekly")


async def torment(nursery: subprocess.Popen[str], admin: asyncpg.Connection, dice: random.Random) -> None:
    """Twenty die, each after working for a moment; then two bring it to its end."""
    alive: list[int] = []
    try:
        await come_early(admin)
        for _ in range(KILLS):
            alive.append(born(nursery))
            await asyncio.sleep(dice.uniform(0.15, 0.6))
            os.kill(alive.pop(), signal.SIGKILL)
            await come_early(admin)
        alive += [born(nursery), born(nursery)]
        while await admin.fetchval(OPEN):
            await come_early(admin)
            await asyncio.sleep(0.1)
    finally:
        for one in alive:
            os.kill(one, signal.SIGKILL)


async def come_early(admin: asyncpg.Connection) -> None:
    """Nobody here waits ten minutes for a vendor, or backs off; and nobody gives a job up whose fifth worker in a row was killed."""
    await admin.execute("update jobs set max_attempts = 1000 where task like 'content.weekly%'")
    await admin.execute("update jobs set run_at = now() where state = 'queued' and run_at > now() and task like 'content.weekly%'")


@pytest.mark.timeout(300)
async def test_twenty_killed_workers_double_and_lose_nothing(spare_database: Urls, embedded_dir: Path) -> None:
    await fill(spare_database)
    admin = await asyncpg.connect(superuser_url(embedded_dir, spare_database))
    with nursery_of(spare_database) as nursery:
        dice = random.Random(3)  # noqa: S311 - chaos that can be repeated
        await torment(nursery, admin, dice)
    books = await admin.fetch(BOOKS)
    used, held = await admin.fetchval(USED), await admin.fetchval(STILL_HELD)
    await admin.close()
    assert len(books) >= SHOPS * 3
    whole = all((row["drafts"], row["settled"]) == (row["named"], 1) and row["named"] > 0 for row in books)
    assert whole, [dict(row) for row in books]
    assert (used, held) == (len(books), 0)
    assert sum(row["paid"] for row in books) <= len(books) + KILLS, "what was asked by those who died is not in the books, or once"
