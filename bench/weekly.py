"""The weekly batch of many shops at once, against a provider that answers at once: contents a second, memory, and who waits.

Usage: python bench/weekly.py [SHOPS]. 10,000 shops of 75 customers and five segments each, all due at the same minute, two workers. A shop
is imported once, as the tests' shop is; the others are copies of its rows. The floor is what one process takes for the bare rows of a
content: reserve and settle, see generating.py. Run from a checkout.

Shops that are served one after the other wait twice the mean at most if the speed stays as it is, so the machine's own speed is measured
beside them: a fixed piece of work, twice a second. *At an even speed* is the same on a clock that goes as fast as the machine did. If shops
became slower with their number, that would still show.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import asyncpg
from cryptography.fernet import Fernet

sys.path.insert(0, str(Path(__file__).parents[1] / "core/tests/content/support"))

from measuring import fixed_work

from batikrfm.cli import SELDOM
from batikrfm.content.chain import Providers, open_chain, opened_providers
from batikrfm.content.chain.providers import Means
from batikrfm.content.chain.watching import check_lists
from batikrfm.content.weekly import begin, tasks, write_due
from batikrfm.db import database as databases
from batikrfm.db.urls import Urls
from batikrfm.jobs import enqueue
from batikrfm.jobs.cores import leave_cores
from batikrfm.jobs.running import WorkerOptions, run_worker
from batikrfm.plugins.http import open_http
from batikrfm.plugins.settings import PluginSettings
from batikrfm.plugins.vault import Vault
from batikrfm.sdk import PluginContext
from batikrfm.settings import Settings
from batikrfm.tenancy import create_tenant, open_database, tenant_scope
from batikrfm.testkit.database import superuser_url
from chain_stage import FreeLimiter, Stage
from content_stage import fill_shop, settle_on, writers

WORKERS = 2
CUSTOMERS = 75  # so many that none of rfm5's five segments has fewer than five of them
COPIED = (
    *("imports", "customers", "customer_totals", "orders", "order_items", "content_settings", "quotas", "ai_prompts", "schedules"),
    *("segmentation_runs", "segment_results", "segment_assignments", "segment_cells", "segment_products"),
    *(
        "weekly_batches",
        "weekly_items",
        "contents",
        "content_versions",
        "generated_contents_cache",
        "quota_reservations",
        "ai_interactions",
    ),
)
A_WEEK_AGO = (
    "update weekly_batches set week = week - 7, created_at = created_at - interval '7 days', told_at = told_at - interval '7 days'",
    "update weekly_items set due = due - 7",
    "update generated_contents_cache set created_at = created_at - interval '8 days', expires_at = expires_at - interval '8 days'",
    "update quota_reservations set day = day - 7",
    "delete from jobs",
)
COLUMNS = """
select string_agg(quote_ident(column_name), ', ') from information_schema.columns
where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER' and column_name <> 'tenant_id'
"""
OPEN = "select count(*) from jobs where task = 'content.weekly' and state in ('queued', 'running')"
WRITTEN = "select count(*) from weekly_items where state = 'written' and due >= $1::timestamptz::date"
WAITS = "select extract(epoch from finished_at - $1)::float8 as seconds from jobs where task = 'content.weekly' and state = 'done'"


async def work(app: str, platform: str) -> None:
    """A worker whose vendors answer at once."""
    gc.set_threshold(SELDOM)  # as every command of ours does
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with databases.opened(Urls(app=app, platform=platform, owner=None)) as database, opened_providers(vendors()):
        await run_worker(database, stop, WorkerOptions(slots=4))


def vendors() -> Providers:
    """Vendors that answer at once."""
    settings = PluginSettings(writers(_Forgetful()), Vault([Fernet.generate_key().decode()]), {"FAKE_FIRST_KEY": "sk-house"})
    context = PluginContext(language="id", log=logging.getLogger("vendor"), http=open_http)
    return Providers(settings, context, {}, means=Means(limiter=FreeLimiter()))


class _Forgetful(Stage):
    """The tests' stage remembers every request, which would look like a leak of ours."""

    async def perform(self, provider: str, what: str, otherwise: object) -> object:
        self.asked.clear()
        self.requests.clear()
        return await super().perform(provider, what, otherwise)


async def fill(admin: asyncpg.Connection, shops: int) -> None:
    """Shops that have had a week before."""
    first = (await create_tenant("Toko 0")).id
    await fill_shop(first, customers=CUSTOMERS)
    await settle_on(first, batch=False)
    async with opened_providers(vendors()), open_chain(first) as chain:
        await check_lists(chain)  # as the daily job does, once for all who use the installation's key
        await write_due(first, (await begin(first)).batch_id)
    for statement in A_WEEK_AGO:
        await admin.execute(statement)
    await admin.execute(
        "insert into tenants (id, slug, name) select uuidv7(), 'toko-bench-' || n, 'Toko ' || n from generate_series(1, $1) n", shops - 1
    )
    await admin.execute("set session_replication_role = replica")  # rows that were checked once
    for table in COPIED:
        columns = await admin.fetchval(COLUMNS, table)
        await admin.execute(
            f"insert into {table} (tenant_id, {columns}) "
            f"select other, {columns} from {table}, (select id as other from tenants where id <> $1) t where tenant_id = $1",
            first,
        )
    await admin.execute("set session_replication_role = origin")
    await admin.execute("vacuum analyze")
    for row in await admin.fetch("select id from tenants"):
        async with tenant_scope(UUID(str(row["id"]))):
            await enqueue(tasks.write_week, {}, dedup_key="content.weekly")


@dataclass
class Machine:
    """How fast the machine was: what a fixed piece of work took, milliseconds, at so many seconds from the start."""

    looks: list[tuple[float, float]] = field(default_factory=list)

    def look(self, at: float) -> None:
        self.looks.append((at, fixed_work()))

    def even(self, moment: float) -> float:
        """``moment`` on a clock that goes as fast as the machine does."""
        usual, passed, last, pace = statistics.mean(took for _, took in self.looks), 0.0, 0.0, 1.0
        for at, took in self.looks:
            if at >= moment:
                break
            pace = usual / took
            passed, last = passed + (at - last) * pace, at
        return passed + (moment - last) * pace


def memory(process: subprocess.Popen[bytes]) -> float:
    """Resident MiB."""
    pages = int(Path(f"/proc/{process.pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


async def measure(admin: asyncpg.Connection, urls: Urls, shops: int) -> None:
    started, at = time.perf_counter(), await admin.fetchval("select clock_timestamp()")
    command = [sys.executable, __file__, "work", urls.app, urls.platform]
    leave_cores()  # as a worker does; for this process it is too late
    workers = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for _ in range(WORKERS)]  # noqa: ASYNC220 - it only starts them
    sizes: list[float] = []
    machine = Machine()
    try:
        while left := await admin.fetchval(OPEN):
            await asyncio.sleep(0.5)
            machine.look(time.perf_counter() - started)
            if left < shops * 0.9:
                sizes.append(max(map(memory, workers)))
        seconds = time.perf_counter() - started
    finally:
        for worker in workers:
            worker.terminate()
            worker.wait()
    contents = await admin.fetchval(WRITTEN, at)
    waits = sorted(row["seconds"] for row in await admin.fetch(WAITS, at))
    even = [machine.even(wait) for wait in waits]
    tenth = max(1, len(sizes) // 10)
    print("| shops | contents | seconds | contents a second | longest wait / mean | at an even speed | MiB, first tenth | last tenth |")
    print("|---|---|---|---|---|---|---|---|")
    print(
        f"| {shops:,} | {contents:,} | {seconds:.0f} | {contents / seconds:.0f} | {max(waits) / statistics.mean(waits):.2f} | "
        f"{max(even) / statistics.mean(even):.2f} | {statistics.median(sizes[:tenth]):.0f} | {statistics.median(sizes[-tenth:]):.0f} |"
    )
    print("\n| shops a second | as it was | at an even speed | the fixed work (ms) |\n|---|---|---|---|")
    for name, first, last in (("first third", 0, shops // 3), ("second", shops // 3, 2 * shops // 3), ("last", 2 * shops // 3, shops - 1)):
        took = statistics.mean(ms for second, ms in machine.looks if waits[first] <= second <= waits[last])
        rates = [(last - first) / (clock[last] - clock[first]) for clock in (waits, even)]
        print(f"| {name} | {rates[0]:.1f} | {rates[1]:.1f} | {took:.2f} |")


async def main(shops: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with open_database(Settings(Path(folder))) as database:
            admin = await asyncpg.connect(superuser_url(Path(folder), database.urls))
            try:
                await fill(admin, shops)
                await measure(admin, database.urls, shops)
            finally:
                await admin.close()


if __name__ == "__main__":
    if sys.argv[1:2] == ["work"]:
        asyncio.run(work(*sys.argv[2:4]))
    else:
        asyncio.run(main(int(sys.argv[1]) if sys.argv[1:] else 10_000))
