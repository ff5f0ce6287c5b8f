"""What a generation takes beside its provider, which answers at once: the floor is the bare rows of it. ``--quick`` is a smoke run.

What the cache costs over the API is its own row less that of a request that reads one row. *Ordered for all four* is what
``POST /api/ai/batch-generate`` leaves to do, *ordered for one* what ``POST /api/ai/generate-content`` does, done by a worker of eight
slots: its jobs wait when the clock starts, and a job's time is from its beginning.

On an embedded server of its own with the product's settings. Run from a checkout: the shop is the one that the tests use.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import asyncpg
from cryptography.fernet import Fernet

sys.path.insert(0, str(Path(__file__).parents[1] / "core/tests/content/support"))

from measuring import fixed_work

from batikrfm.cli import SELDOM
from batikrfm.cli.services import TASKS
from batikrfm.content.chain import Providers, opened_providers
from batikrfm.content.chain.providers import Means
from batikrfm.content.generating import generate
from batikrfm.content.model import Generated, Order
from batikrfm.content.ordering import order, order_many
from batikrfm.content.review import keep_drafts, keep_each
from batikrfm.content.settings import read_settings
from batikrfm.content.together import generate_together
from batikrfm.db.database import Database
from batikrfm.db.keys import uuid7
from batikrfm.jobs.running import WorkerOptions, import_tasks, run_worker
from batikrfm.plugins.http import open_http
from batikrfm.plugins.settings import PluginSettings
from batikrfm.plugins.vault import Vault
from batikrfm.sdk import PluginContext
from batikrfm.sdk.extension import Principal
from batikrfm.settings import Settings
from batikrfm.tenancy import create_tenant, open_database, tenant_scope
from batikrfm.testkit.database import superuser_url
from batikrfm.usage import GENERATIONS, reserve, set_quota, settle
from chain_stage import FreeLimiter, Stage
from content_stage import fill_shop, writers

QUICK = "--quick" in sys.argv
ROUNDS = 1 if QUICK else 5
COUNT = 50 if QUICK else 400
SHOPS = 4 if QUICK else 40  # a shop has 10 in each round of each then, which is what a real one has in a day
AT_ONCE = 8
SEGMENTS = ("champions", "loyal", "promising", "at_risk")
OWNER = Principal("user", uuid7(), "Bu Sri", uuid7(), frozenset())
TAKEN = """
select 1000 * extract(epoch from finished_at - started_at)::float8 as taken
from jobs where task in ('content.generate', 'content.generate_each') order by created_at desc limit $1
"""
LEFT = "select count(*) from jobs where task in ('content.generate', 'content.generate_each') and state in ('queued', 'running')"


def stage_providers() -> Providers:
    """Vendors that answer at once."""
    settings = PluginSettings(writers(Stage()), Vault([Fernet.generate_key().decode()]), {"FAKE_FIRST_KEY": "sk-house"})
    context = PluginContext(language="id", log=logging.getLogger("bench"), http=open_http)
    return Providers(settings, context, {}, means=Means(limiter=FreeLimiter()))


async def keep(generated: Generated) -> None:
    await keep_drafts(generated)


async def keep_together(generated: Mapping[UUID, Generated]) -> None:
    await keep_each([(one, None) for one in generated.values()])


@dataclass
class Scenario:
    """Something that is done ``COUNT`` times in a round by so many callers; one call comes to ``each`` of them."""

    title: str
    one: Callable[[int], Awaitable[object]]
    callers: int = AT_ONCE
    each: int = 1
    rates: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    async def measure(self, number: int) -> None:
        """A round."""
        taken: list[float] = []

        async def caller(first: int) -> None:
            for n in range(first, COUNT // self.each, self.callers):
                started = time.perf_counter()
                await self.one(number * COUNT + n)
                taken.append((time.perf_counter() - started) * 1_000)

        started, used = time.perf_counter(), time.process_time()
        await asyncio.gather(*(asyncio.create_task(caller(first)) for first in range(self.callers)))
        self.done(COUNT // self.each, taken, started, used)

    def done(self, works: int, taken: Sequence[float], started: float, used: float) -> None:
        """Write down a round: so many, each so many milliseconds, begun at these readings of the clock and the processor."""
        self.rates.append(works * self.each / (time.perf_counter() - started))
        self.processor.append((time.process_time() - used) * 1_000 / (works * self.each))
        self.p50.append(statistics.median(taken))
        self.p99.append(statistics.quantiles(taken, n=100)[98])

    def row(self) -> str:
        """The medians of the rounds, and the best and the worst of them."""
        spread = f"{min(self.p50):.1f} to {max(self.p50):.1f}"
        rate, p50, p99, own = (statistics.median(values) for values in (self.rates, self.p50, self.p99, self.processor))
        return f"| {self.title} | {rate:,.0f} | {p50:.1f} ({spread}) | {p99:.1f} | {own:.1f} |"


@dataclass
class Worked(Scenario):
    """The same for jobs: ``one`` puts one into the queue, and a worker does them all, as many at a time as there are callers elsewhere."""

    database: Database | None = None
    admin: asyncpg.Connection | None = None

    async def measure(self, number: int) -> None:
        """A round."""
        assert self.database  # noqa: S101 - they were given
        assert self.admin  # noqa: S101 - as above
        works, stop = COUNT // self.each, asyncio.Event()
        for n in range(works):
            await self.one(number * COUNT + n)
        started, used = time.perf_counter(), time.process_time()
        worker = asyncio.create_task(run_worker(self.database, stop, WorkerOptions(slots=AT_ONCE)))
        while await self.admin.fetchval(LEFT):  # noqa: ASYNC110 - what is waited for is in the database
            await asyncio.sleep(0.05)
        self.done(works, [row["taken"] for row in await self.admin.fetch(TAKEN, works)], started, used)
        stop.set()
        await worker


async def shop(number: int) -> UUID:
    """A shop that has sold, with a quota that nobody reaches."""
    made = (await create_tenant(f"Toko {number}")).id
    await fill_shop(made)
    async with tenant_scope(made):
        await set_quota(GENERATIONS, 1_000_000)
    return made


async def main() -> None:
    gc.set_threshold(SELDOM)  # as every command of ours does
    import_tasks(TASKS)
    with tempfile.TemporaryDirectory() as folder:
        async with open_database(Settings(Path(folder))) as database, opened_providers(stage_providers()):
            admin = await asyncpg.connect(superuser_url(Path(folder), database.urls))
            shops = [await shop(number) for number in range(SHOPS)]

            async def bare(n: int) -> None:
                async with tenant_scope(shops[n % SHOPS]):
                    held = await reserve(GENERATIONS)
                async with tenant_scope(shops[n % SHOPS]):
                    await settle(held.id)

            async def request(n: int) -> None:
                async with tenant_scope(shops[n % SHOPS]):
                    await read_settings()

            async def fresh(n: int) -> None:
                await generate(shops[n % SHOPS], Order(SEGMENTS[n // SHOPS % 4], offer=f"Gratis ongkir minggu {n}"), keep=keep)

            async def together(n: int) -> None:
                offer = f"Gratis ongkir bersama {n}"
                await generate_together(shops[n % SHOPS], {uuid7(): Order(segment, offer=offer) for segment in SEGMENTS}, keep_together)

            async def ordered(n: int) -> None:
                async with tenant_scope(shops[n % SHOPS]):
                    await order_many(SEGMENTS, Order("", offer=f"Gratis ongkir semua {n}"), by=OWNER)

            async def ordered_alone(n: int) -> None:
                async with tenant_scope(shops[n % SHOPS]):
                    await order(Order(SEGMENTS[n // SHOPS % 4], offer=f"Gratis ongkir pesanan {n}"), by=OWNER)

            async def cached(n: int) -> None:
                await generate(shops[n % SHOPS], Order(SEGMENTS[n // SHOPS % 4]), keep=keep)

            scenarios = (
                Scenario("a request that reads one row, one caller", request, 1),
                Scenario("reserve and settle (floor)", bare),
                Scenario("reserve and settle, one caller", bare, 1),
                Scenario("a generation", fresh),
                Scenario("a generation, one caller", fresh_again(fresh), 1),
                Scenario("four of a shop together (ms: all four)", together, 4, len(SEGMENTS)),
                Worked("ordered for all four, one worker (ms: the job)", ordered, 1, len(SEGMENTS), database=database, admin=admin),
                Worked("ordered for one each, one worker (ms: the job)", ordered_alone, 1, database=database, admin=admin),
                Scenario("from the cache", cached),
                Scenario("from the cache, one caller", cached, 1),
            )
            machine: list[float] = []
            for number in range(ROUNDS):
                for scenario in scenarios:
                    machine.append(fixed_work())
                    await scenario.measure(number)
            print("| | a second | ms (p50, of the rounds) | ms (p99) | ms of our processor |\n|---|---|---|---|---|")
            print("\n".join(scenario.row() for scenario in scenarios))
            print(f"\nThe fixed work, before each: {statistics.median(machine):.1f} ms ({min(machine):.1f} to {max(machine):.1f}).")
            await admin.close()


def fresh_again(fresh: Callable[[int], Awaitable[object]]) -> Callable[[int], Awaitable[object]]:
    """The same with offers that nobody has asked for yet."""
    return lambda n: fresh(n + 1_000_000)


if __name__ == "__main__":
    asyncio.run(main())
