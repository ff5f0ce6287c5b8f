"""Jobs: enqueuing, running and claiming, each beside what PostgreSQL and asyncpg take for the bare minimum of it.

On an embedded server of its own with the product's settings, so that each commit is on the disk.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import asyncpg

from batikrfm.db.database import Database
from batikrfm.db.keys import uuid7
from batikrfm.jobs import enqueue, job
from batikrfm.jobs.claiming import claim
from batikrfm.jobs.context import JobContext
from batikrfm.jobs.outcomes import Done, settle
from batikrfm.jobs.running import WorkerOptions, run_worker
from batikrfm.jobs.tending import limit_queue
from batikrfm.settings import Settings
from batikrfm.tenancy import create_tenant, open_database, tenant_scope
from batikrfm.testkit.database import superuser_url

ENQUEUED = 2_000
AT_ONCE = 8  # callers that enqueue side by side, as the requests of a web process
RUN = 2_000
CLAIMS = 300
ROUNDS = 3
LEASE = timedelta(seconds=60)
BARE = """
create table bare (id uuid primary key, task text not null, arguments jsonb not null, state text not null default 'queued');
create index on bare (id) where state = 'queued'
"""
BARE_INSERT = "insert into bare (id, task, arguments) values ($1, $2, $3)"
BARE_CLAIM = """
update bare set state = 'running' where id = (select id from bare where state = 'queued' order by id limit 1 for update skip locked)
returning id, arguments
"""


@job("bench.nothing")
async def nothing(n: int) -> None: ...


async def side_by_side(count: int, one: Callable[[int], Awaitable[object]]) -> float:
    """Seconds for ``count`` calls by ``AT_ONCE`` callers."""

    async def caller(first: int) -> None:
        for n in range(first, count, AT_ONCE):
            await one(n)

    started = time.perf_counter()
    await asyncio.gather(*(asyncio.create_task(caller(first)) for first in range(AT_ONCE)))
    return time.perf_counter() - started


class Bench:
    """The open database, and a look at it from outside."""

    def __init__(self, database: Database, admin: asyncpg.Pool, tenants: list[UUID]) -> None:
        self.database, self.admin, self.tenants = database, admin, tenants

    async def clear(self) -> None:
        await self.admin.execute("truncate jobs, job_queues; truncate bare")
        await self.admin.execute("vacuum (analyze) jobs; ")

    async def enqueue(self, n: int) -> None:
        async with tenant_scope(self.tenants[n % len(self.tenants)]):
            await enqueue(nothing, {"n": n})

    async def bare_insert(self, n: int) -> None:
        await self.admin.execute(BARE_INSERT, uuid7(), "bench.nothing", f'{{"n": {n}}}')

    async def enqueuing(self) -> tuple[float, float]:
        """Jobs a second: ours, each in a transaction of its own, and the bare INSERT."""
        await self.clear()
        ours = ENQUEUED / await side_by_side(ENQUEUED, self.enqueue)
        return ours, ENQUEUED / await side_by_side(ENQUEUED, self.bare_insert)

    async def in_one_transaction(self) -> float:
        """Jobs a second, all of one tenant in one transaction, as a campaign enqueues them."""
        await self.clear()
        started = time.perf_counter()
        async with tenant_scope(self.tenants[0]):
            for n in range(ENQUEUED):
                await enqueue(nothing, {"n": n})
        return ENQUEUED / (time.perf_counter() - started)

    async def running(self) -> float:
        """Empty jobs a second, from the first claim to the last being done, in one worker process."""
        await self.clear()
        for tenant in self.tenants:
            await limit_queue(tenant, max_running=8)
            async with tenant_scope(tenant):
                for n in range(RUN // len(self.tenants)):
                    await enqueue(nothing, {"n": n})
        stop = asyncio.Event()
        started = time.perf_counter()
        worker = asyncio.create_task(run_worker(self.database, stop, WorkerOptions(slots=16)))
        while await self.admin.fetchval("select exists (select from jobs where state in ('queued', 'running'))"):  # noqa: ASYNC110 - others do them
            await asyncio.sleep(0.05)
        seconds = time.perf_counter() - started
        stop.set()
        await worker
        return RUN / seconds

    async def bare_claims(self) -> float:
        """Milliseconds of the bare claim."""
        await self.clear()
        await self.admin.executemany(BARE_INSERT, [(uuid7(), "bench.nothing", "{}") for _ in range(CLAIMS)])
        return await self._median(lambda: self.admin.fetchrow(BARE_CLAIM))

    async def claims(self, tenants: int, finished: int = 0) -> float:
        """Milliseconds of a claim where three of ``tenants`` that once had jobs have some now, behind ``finished`` jobs that are over."""
        await self.clear()
        await self.admin.execute("insert into job_queues (tenant_id, id) select id, id from tenants order by id limit $1", tenants)
        await self.admin.execute(
            """
            insert into jobs (tenant_id, id, task, state, finished_at)
            select $1, gen_random_uuid(), 'bench.nothing', 'done', now() from generate_series(1, $2)
            """,
            self.tenants[0],
            finished,
        )
        await self.admin.execute("analyze job_queues")
        await self.admin.execute("analyze jobs")
        for tenant in self.tenants[:3]:
            async with tenant_scope(tenant):
                for n in range(CLAIMS // 3 + 1):
                    await enqueue(nothing, {"n": n})
        await claim("bench", LEASE, 0)  # files what is due
        return await self._median(self._claim_and_end)

    async def _claim_and_end(self) -> None:
        (one,) = (await claim("bench", LEASE, 1)).jobs
        self.pending = JobContext(one.tenant_id, one.id, one.attempt, one.max_attempts, one.claim)

    async def _median(self, one: Callable[[], Awaitable[object]]) -> float:
        taken = []
        for _ in range(CLAIMS):
            started = time.perf_counter()
            await one()
            taken.append(time.perf_counter() - started)
            if one == self._claim_and_end:
                await settle(self.pending, Done(None))  # apart: it is the claim that is measured
        return statistics.median(taken) * 1_000


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder))
        async with open_database(settings) as database:
            admin = await asyncpg.create_pool(superuser_url(settings.data_dir, database.urls), min_size=0, max_size=AT_ONCE)
            await admin.execute(BARE)
            bench = Bench(database, admin, [(await create_tenant(f"Toko {n}")).id for n in range(10)])
            await throughput(bench)
            await latency(bench)
            await admin.close()


async def throughput(bench: Bench) -> None:
    enqueued = [await bench.enqueuing() for _ in range(ROUNDS)]
    ours, bare = (statistics.median(side) for side in zip(*enqueued, strict=True))
    together = statistics.median([await bench.in_one_transaction() for _ in range(ROUNDS)])
    ran = [await bench.running() for _ in range(ROUNDS)]
    print("| | a second (median) | min-max | x floor |\n|---|---|---|---|")
    print(f"| bare INSERT, {AT_ONCE} connections (floor) | {bare:,.0f} | {spread([b for _, b in enqueued])} | |")
    print(f"| enqueue, a transaction each, {AT_ONCE} callers | {ours:,.0f} | {spread([o for o, _ in enqueued])} | {ours / bare:.2f} |")
    print(f"| enqueue, one transaction | {together:,.0f} | | |")
    print(f"| empty jobs run, one worker process | {statistics.median(ran):,.0f} | {spread(ran)} | |")


async def latency(bench: Bench) -> None:
    bare = await bench.bare_claims()
    print("\n| claim | ms (median) | x 10 tenants |\n|---|---|---|")
    print(f"| bare SKIP LOCKED, one statement (floor) | {bare:.2f} | |")
    ten = await bench.claims(10)
    print(f"| 3 tenants with work of 10 | {ten:.2f} | 1.00 |")
    await bench.admin.execute(
        "insert into tenants (id, slug, name) select uuidv7(), 'bench-' || n, 'Bench' from generate_series(1, 100000) n"
    )
    for tenants, finished in ((100_000, 0), (100_000, 200_000)):
        taken = await bench.claims(tenants, finished)
        behind = f", behind {finished:,} finished jobs" if finished else ""
        print(f"| 3 tenants with work of {tenants:,}{behind} | {taken:.2f} | {taken / ten:.2f} |")


def spread(values: list[float]) -> str:
    return f"{min(values):,.0f}-{max(values):,.0f}"


if __name__ == "__main__":
    asyncio.run(main())
