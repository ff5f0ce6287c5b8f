"""kill -9 at random moments while 300 customers are written down, and while they are taken back: everybody has one entry for each.

Somebody opts out between any two deaths, and stays out. A worker that forgets how far the one before it got is found out.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from declarations import CLAIM, bring, by, people

from batikrfm.db import database as databases
from batikrfm.db.urls import Urls
from batikrfm.delivery.consent import Means, Recipient, Said, opt_out
from batikrfm.delivery.consent import declaring as declarations
from batikrfm.delivery.consent.declaring import declare, find_declaration, withdraw
from batikrfm.delivery.model import Medium
from batikrfm.tenancy import create_tenant, tenant_scope
from batikrfm.testkit.database import superuser_url

PROGRAM = Path(__file__).with_name("declaring_process.py")
MANY, KILLS = 300, 5
CLICK = Said("tautan", "BatikRFM", Means.RECIPIENT)
DONE = "select done from consent_declarations"
LEFT = "select count(*) from consent_declarations where working is not null"
TIMES = "select count(*) as many from customer_consents where means = $1 group by customer_id"
STATES = "select state, count(*) as many from consent_states group by 1"


@contextlib.contextmanager
def nursery_of(urls: Urls, *kind: str) -> Iterator[subprocess.Popen[str]]:
    command, pipe = [sys.executable, str(PROGRAM), urls.app, urls.platform, *kind], subprocess.PIPE
    with subprocess.Popen(command, text=True, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as nursery:
        try:
            yield nursery
        finally:
            nursery.kill()


def born(nursery: subprocess.Popen[str]) -> int:
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    print(file=nursery.stdin, flush=True)
    return int(nursery.stdout.readline())


async def torment(nursery: subprocess.Popen[str], admin: asyncpg.Connection, tenant: UUID, leaving: Sequence[UUID]) -> None:
    """One works and dies when it has done some more; the last one brings it to its end."""
    dice, alive = random.Random(7), born(nursery)  # noqa: S311 - chaos that can be repeated
    try:
        for kill, customer in enumerate(leaving, start=1):
            until = kill * MANY // (KILLS + 1) + dice.randint(-10, 10)
            while await admin.fetchval(DONE) < until and await admin.fetchval(LEFT):  # noqa: ASYNC110 - of another process
                await asyncio.sleep(0.01)
            os.kill(alive, signal.SIGKILL)
            async with tenant_scope(tenant):
                await opt_out(Recipient(Medium.EMAIL, customer), CLICK)
            alive = born(nursery)
        while await admin.fetchval(LEFT):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.05)
    finally:
        os.kill(alive, signal.SIGKILL)


async def times(admin: asyncpg.Connection, means: Means) -> list[int]:
    return [row["many"] for row in await admin.fetch(TIMES, means)]


@pytest.mark.timeout(300)
async def test_killed_workers_write_everybody_once_and_take_everybody_back_once(
    spare_database: Urls, embedded_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Resumable and idempotent under kill -9; an opt-out that comes meanwhile always wins."""
    monkeypatch.setattr(declarations, "MANY", 10)
    async with databases.opened(spare_database):
        tenant = (await create_tenant("Toko")).id
        customers = await people(tenant, MANY)
        brought = await bring(tenant, *customers)
        admin = await asyncpg.connect(superuser_url(embedded_dir, spare_database))
        leaving = random.Random(3).sample(customers, 2 * KILLS)  # noqa: S311 - chaos that can be repeated
        async with tenant_scope(tenant):
            waiting = await declare(brought, CLAIM, by(tenant))
        with nursery_of(spare_database) as nursery:
            await torment(nursery, admin, tenant, leaving[:KILLS])
            async with tenant_scope(tenant):
                done = await find_declaration(waiting.id)
            assert done.work is None
            assert done.customers + done.refused == MANY
            assert await times(admin, Means.IMPORT) == [1] * done.customers
            assert {row["state"]: row["many"] for row in await admin.fetch(STATES)} == {"granted": MANY - KILLS, "refused": KILLS}
            async with tenant_scope(tenant):
                await withdraw(waiting.id, by(tenant))
            await torment(nursery, admin, tenant, leaving[KILLS:])
        taken_back = await times(admin, Means.WITHDRAWN)
        assert set(taken_back) == {1}
        assert MANY - 2 * KILLS <= len(taken_back) <= MANY - KILLS
        assert {row["state"]: row["many"] for row in await admin.fetch(STATES)} == {"unknown": MANY - 2 * KILLS, "refused": 2 * KILLS}
        await admin.close()


@pytest.mark.timeout(300)
async def test_a_worker_that_forgets_how_far_it_got_is_found_out(
    spare_database: Urls, embedded_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test above can fail."""
    monkeypatch.setattr(declarations, "MANY", 10)
    async with databases.opened(spare_database):
        tenant = (await create_tenant("Toko")).id
        customers = await people(tenant, MANY)
        brought = await bring(tenant, *customers)
        admin = await asyncpg.connect(superuser_url(embedded_dir, spare_database))
        async with tenant_scope(tenant):
            await declare(brought, CLAIM, by(tenant))
        with nursery_of(spare_database, "forgetful") as nursery:
            await torment(nursery, admin, tenant, customers[:1])
        assert max(await times(admin, Means.IMPORT)) > 1
        await admin.close()
