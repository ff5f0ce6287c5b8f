"""What a generation takes beside its provider, which answers at once: the floor is the bare rows of it. ``--quick`` is a smoke run.

On an embedded server of its own with the product's settings. Run from a checkout: the shop is the one that the tests use.
"""

from __future__ import annotations

import asyncio
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from uuid import UUID

from cryptography.fernet import Fernet

sys.path.insert(0, str(Path(__file__).parents[1] / "core/tests/content/support"))

from batikrfm.content.chain import Providers, opened_providers
from batikrfm.content.chain.providers import Means
from batikrfm.content.generating import generate
from batikrfm.content.model import Generated, Order
from batikrfm.content.review import keep_all_drafts, keep_drafts
from batikrfm.content.together import generate_together
from batikrfm.db.keys import uuid7
from batikrfm.plugins.http import open_http
from batikrfm.plugins.settings import PluginSettings
from batikrfm.plugins.vault import Vault
from batikrfm.sdk import PluginContext
from batikrfm.settings import Settings
from batikrfm.tenancy import create_tenant, open_database, tenant_scope
from batikrfm.usage import GENERATIONS, reserve, set_quota, settle
from chain_stage import FreeLimiter, Stage
from content_stage import fill_shop, writers

QUICK = "--quick" in sys.argv
COUNT = 50 if QUICK else 2_000
SHOPS = 4 if QUICK else 40  # a shop has 50 a scenario then: real ones have 10 a day
AT_ONCE = 8
SEGMENTS = ("champions", "loyal", "promising", "at_risk")


def stage_providers() -> Providers:
    """Vendors that answer at once."""
    settings = PluginSettings(writers(Stage()), Vault([Fernet.generate_key().decode()]), {"FAKE_FIRST_KEY": "sk-house"})
    context = PluginContext(language="id", log=logging.getLogger("bench"), http=open_http)
    return Providers(settings, context, {}, means=Means(limiter=FreeLimiter()))


async def keep(generated: Generated) -> None:
    await keep_drafts(generated)


async def keep_together(generated: Mapping[UUID, Generated]) -> None:
    await keep_all_drafts(list(generated.values()))


async def measured(title: str, one: Callable[[int], Awaitable[object]], at_once: int = AT_ONCE, *, each: int = 1) -> None:
    """Print how many there were in a second, and what one call took, which comes to ``each`` of them."""
    taken: list[float] = []

    async def caller(first: int) -> None:
        for n in range(first, COUNT // each, at_once):
            started = time.perf_counter()
            await one(n)
            taken.append((time.perf_counter() - started) * 1_000)

    started = time.perf_counter()
    await asyncio.gather(*(asyncio.create_task(caller(first)) for first in range(at_once)))
    rate = COUNT // each * each / (time.perf_counter() - started)
    print(f"| {title} | {rate:,.0f} | {statistics.median(taken):.1f} | {statistics.quantiles(taken, n=100)[98]:.1f} |")


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with open_database(Settings(Path(folder))), opened_providers(stage_providers()):
            shops: list[UUID] = []
            for number in range(SHOPS):
                shops.append((await create_tenant(f"Toko {number}")).id)
                await fill_shop(shops[-1])
                async with tenant_scope(shops[-1]):
                    await set_quota(GENERATIONS, 1_000_000)

            async def bare(n: int) -> None:
                async with tenant_scope(shops[n % SHOPS]):
                    held = await reserve(GENERATIONS)
                async with tenant_scope(shops[n % SHOPS]):
                    await settle(held.id)

            async def fresh(n: int) -> None:
                await generate(shops[n % SHOPS], Order(SEGMENTS[n // SHOPS % 4], offer=f"Gratis ongkir minggu {n}"), keep=keep)

            async def together(n: int) -> None:
                offer = f"Gratis ongkir bersama {n}"
                await generate_together(shops[n % SHOPS], {uuid7(): Order(segment, offer=offer) for segment in SEGMENTS}, keep_together)

            async def cached(n: int) -> None:
                await generate(shops[n % SHOPS], Order(SEGMENTS[n // SHOPS % 4]), keep=keep)

            print("| | a second | ms (p50) | ms (p99) |\n|---|---|---|---|")
            await measured("reserve and settle (floor)", bare)
            await measured("a generation", fresh)
            await measured("a generation, one caller", fresh_again(fresh), 1)
            await measured("four of a shop together (ms: all four)", together, 4, each=len(SEGMENTS))
            await measured("from the cache", cached)
            await measured("from the cache, one caller", cached, 1)


def fresh_again(fresh: Callable[[int], Awaitable[object]]) -> Callable[[int], Awaitable[object]]:
    """The same with offers that nobody has asked for yet."""
    return lambda n: fresh(n + 1_000_000)


if __name__ == "__main__":
    asyncio.run(main())
