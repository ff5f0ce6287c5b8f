"""Quotas, ledger and pace: reserve, settle and record beside a bare INSERT of as many rows, and leave for a key beside a bare row lock.

On an embedded server of its own with the product's settings, so that each commit is on the disk. ``--quick`` is a smoke run.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from uuid import UUID

import asyncpg

from batikrfm.db.keys import uuid7
from batikrfm.settings import Settings
from batikrfm.tenancy import create_tenant, open_database, tenant_scope
from batikrfm.testkit.database import superuser_url
from batikrfm.usage import GENERATIONS, Call, CallOutcome, KeyLimiter, Limits, check_budget, key_id, record, reserve, set_quota, settle

QUICK = "--quick" in sys.argv
COUNT = 100 if QUICK else 2_000
ROUNDS = 1 if QUICK else 3
AT_ONCE = 8  # callers side by side, as the requests of a web process
TENANTS = 10
BARE = "create table bare (id uuid primary key, tenant_id uuid not null, words text)"
INSERT = "insert into bare (id, tenant_id, words) values ($1, $2, $3)"
ROW = "create table bare_row (id integer primary key, n bigint not null); insert into bare_row values (1, 0)"
LOCK = "update bare_row set n = n + 1 where id = 1"
PROMPT = "Tulis sebuah pesan untuk pelanggan yang mulai jarang datang. " * 40
LIMITS = Limits(requests=100_000_000, tokens=100_000_000_000)


async def side_by_side(one: Callable[[int], Awaitable[object]]) -> tuple[float, float]:
    """How many of ``COUNT`` calls by ``AT_ONCE`` callers there were in a second, and the median of milliseconds that one took."""
    taken: list[float] = []

    async def caller(first: int) -> None:
        for n in range(first, COUNT, AT_ONCE):
            started = time.perf_counter()
            await one(n)
            taken.append(time.perf_counter() - started)

    started = time.perf_counter()
    await asyncio.gather(*(asyncio.create_task(caller(first)) for first in range(AT_ONCE)))
    return COUNT / (time.perf_counter() - started), statistics.median(taken) * 1_000


class Bench:
    """The open database, and a look at it from outside."""

    def __init__(self, admin: asyncpg.Pool, tenants: list[UUID]) -> None:
        self.admin, self.tenants, self.limiter = admin, tenants, KeyLimiter()
        self.key = key_id("bench", "no key")

    def tenant(self, n: int) -> UUID:
        return self.tenants[n % len(self.tenants)]

    async def bare(self, n: int) -> None:
        """Two rows in two transactions, as many as a generation writes."""
        await self.admin.execute(INSERT, uuid7(), self.tenant(n), PROMPT)
        await self.admin.execute(INSERT, uuid7(), self.tenant(n), PROMPT)

    async def generation(self, n: int) -> None:
        """All that a generation asks of this room but the pace."""
        async with tenant_scope(self.tenant(n)):
            held = await reserve(GENERATIONS)
            await check_budget()
        async with tenant_scope(self.tenant(n)):
            await settle(held.id)
            await record(
                Call(
                    provider="openai",
                    model="gpt-6-luna",
                    purpose="copy",
                    outcome=CallOutcome.COMPLETE,
                    input_tokens=1_000,
                    output_tokens=500,
                    prompt=PROMPT,
                    answer=PROMPT,
                )
            )

    async def of_one_tenant(self, _n: int) -> None:
        await self.generation(0)

    async def leave(self, n: int) -> None:
        await self.limiter.acquire(self.key, tokens=1_500, tenant_id=self.tenant(n), per_minute=LIMITS)

    async def leave_without_limits(self, n: int) -> None:
        await self.limiter.acquire(self.key, tokens=1_500, tenant_id=self.tenant(n), per_minute=Limits())

    async def bare_lock(self, _n: int) -> None:
        await self.admin.execute(LOCK)


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder))
        async with open_database(settings) as database:
            admin = await asyncpg.create_pool(superuser_url(settings.data_dir, database.urls), min_size=0, max_size=AT_ONCE)
            await admin.execute(BARE)
            await admin.execute(ROW)
            tenants = [(await create_tenant(f"Toko {n}")).id for n in range(TENANTS)]
            for tenant in tenants:
                async with tenant_scope(tenant):
                    await set_quota(GENERATIONS, 1_000_000)
            bench = Bench(admin, tenants)
            await compare(
                "two INSERTs, a transaction each (floor)", bench.bare, [("10 tenants", bench.generation), ("1 tenant", bench.of_one_tenant)]
            )
            pace = [("leave for a key", bench.leave), ("leave for a key without limits", bench.leave_without_limits)]
            await compare("one UPDATE of one row (floor)", bench.bare_lock, pace)
            await bench.limiter.close()
            await admin.close()


Work = Callable[[int], Awaitable[object]]


async def compare(name: str, floor: Work, ours: Sequence[tuple[str, Work]]) -> None:
    """Print a table of ``ours`` beside their floor, in turn."""
    print("| | a second (median) | ms (median) | x floor |\n|---|---|---|---|")
    rounds = [[await side_by_side(one) for one in (floor, *(work for _, work in ours))] for _ in range(ROUNDS)]
    medians = [tuple(map(statistics.median, zip(*column, strict=True))) for column in zip(*rounds, strict=True)]
    for title, (rate, ms) in zip([name, *(title for title, _ in ours)], medians, strict=True):
        print(f"| {title} | {rate:,.0f} | {ms:.2f} | {rate / medians[0][0]:.2f} |")
    print()


if __name__ == "__main__":
    asyncio.run(main())
