"""Quotas are exact among many who ask at the same moment, in one process and in several, also while these are killed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from batikrfm.db.database import Database
from batikrfm.tenancy import tenant_scope
from batikrfm.usage import GENERATIONS, QuotaUsedUpError, reserve, set_quota, standing

PROGRAM = Path(__file__).with_name("quota_process.py")
KILLS = 20
LIMIT = 40
EFFECTS = """
select state, effects, count(*) from (
    select state, count(ai_interactions.id) as effects from quota_reservations r
    left join ai_interactions on ai_interactions.tenant_id = r.tenant_id and job_id = r.id
    where r.tenant_id = $1 group by r.id, state
) each group by state, effects
"""
STILL_AT_IT = """
select exists (select from pg_stat_activity where usename = 'batikrfm_app' and datname = current_database() and state <> 'idle')
    or exists (select from quota_reservations where state = 'held' and lease_until > now() and lease_until < now() + interval '1 minute')
"""

Start = Callable[[str], int]


@pytest.fixture
def nursery(database: Database, tenant: UUID) -> Iterator[Start]:
    """Starts processes that work for the tenant; all are dead afterwards."""
    urls, started = database.urls, []
    command = [sys.executable, str(PROGRAM), urls.app, urls.platform, str(tenant)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        orders, answers = parent.stdin, parent.stdout

        def start(order: str) -> int:
            print(order, file=orders, flush=True)
            started.append(int(answers.readline()))
            return started[-1]

        try:
            yield start
        finally:
            for child in started:
                kill(child)
            orders.close()


def kill(process: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


async def ended(process: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        while True:
            os.kill(process, 0)
            await asyncio.sleep(0.02)


async def set_limit(tenant: UUID, amount: int) -> None:
    async with tenant_scope(tenant):
        await set_quota(GENERATIONS, amount)


async def take_all_that_is_left(tenant: UUID) -> int:
    taken = 0
    with contextlib.suppress(QuotaUsedUpError):
        while True:
            async with tenant_scope(tenant):
                taken += (await reserve(GENERATIONS)).amount
    return taken


async def test_two_hundred_at_once(tenant: UUID) -> None:
    await set_limit(tenant, 37)

    async def one() -> int:
        async with tenant_scope(tenant):
            return (await reserve(GENERATIONS)).amount

    outcomes = await asyncio.gather(*(asyncio.create_task(one()) for _ in range(200)), return_exceptions=True)
    assert sum(outcome == 1 for outcome in outcomes) == 37
    assert sum(isinstance(outcome, QuotaUsedUpError) for outcome in outcomes) == 163


async def test_two_hundred_at_once_in_four_processes(tenant: UUID, nursery: Start) -> None:
    await set_limit(tenant, 37)
    await asyncio.gather(*(ended(nursery("rush 50")) for _ in range(4)))
    async with tenant_scope(tenant):
        now = await standing(GENERATIONS)
    assert (now.reserved, now.left) == (37, 0)


async def test_processes_that_are_killed_lose_and_double_nothing(tenant: UUID, nursery: Start, admin_url: str) -> None:
    """Whatever moment they die at: what is settled has its effect once, nothing exceeds the quota, and every other place comes back."""
    await set_limit(tenant, LIMIT)
    admin = await asyncpg.connect(admin_url)
    alive = [nursery("work") for _ in range(4)]
    for _ in range(KILLS):
        await something_happens(admin, tenant)
        await asyncio.sleep(0.02 * random.random())  # noqa: S311 - any moment will do
        kill(alive.pop(0))
        alive.append(nursery("work"))
        await check(admin, tenant)
    for process in alive:
        kill(process)
        await ended(process)
    while await admin.fetchval(STILL_AT_IT):  # noqa: ASYNC110 - the server learns of their deaths in its own time
        await asyncio.sleep(0.02)
    settled = await check(admin, tenant)
    assert settled > 0
    assert settled + await take_all_that_is_left(tenant) == LIMIT
    await admin.close()


async def test_a_process_that_stalls_in_the_middle_holds_nobody_up_for_long(tenant: UUID, nursery: Start, admin_url: str) -> None:
    admin = await asyncpg.connect(admin_url)
    await set_limit(tenant, 1)
    nursery("stall")
    while not await admin.fetchval("select count(*) from pg_stat_activity where state = 'idle in transaction' and query ~ 'quota_res'"):  # noqa: ASYNC110 - as below
        await asyncio.sleep(0.02)
    assert await take_all_that_is_left(tenant) == 1  # what the stalled one had reserved was never committed
    await admin.close()


async def test_sabotage_work_that_is_settled_apart_is_lost(tenant: UUID, nursery: Start, admin_url: str) -> None:
    admin = await asyncpg.connect(admin_url)
    process = nursery("careless")
    while not await admin.fetchval("select count(*) from quota_reservations where tenant_id = $1 and state = 'settled'", tenant):  # noqa: ASYNC110 - it looks from outside
        await asyncio.sleep(0.02)
    kill(process)
    with pytest.raises(AssertionError):
        await check(admin, tenant)
    await admin.close()


async def something_happens(admin: asyncpg.Connection, tenant: UUID) -> None:
    """Wait until somebody has reserved, settled or refunded; or a second, if nothing is left to be reserved."""
    before = await admin.fetch(EFFECTS, tenant)
    for _ in range(50):
        if await admin.fetch(EFFECTS, tenant) != before:
            return
        await asyncio.sleep(0.02)


async def check(admin: asyncpg.Connection, tenant: UUID) -> int:
    """How many are settled; each has one effect, no other has any, and the quota holds."""
    rows = await admin.fetch(EFFECTS, tenant)
    assert {(state, effects) for state, effects, _ in rows} <= {("settled", 1), ("held", 0), ("refunded", 0), ("expired", 0)}
    taken = {state: number for state, _, number in rows}
    assert taken.get("settled", 0) + taken.get("held", 0) <= LIMIT
    return int(taken.get("settled", 0))
