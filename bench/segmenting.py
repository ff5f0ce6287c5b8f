"""Segment a tenant of 1,000,000 customers in PostgreSQL, under row-level security. Usage: python bench/segmenting.py [RUNS [CUSTOMERS]].

Scoring from kept totals is compared with the same scoring in polars on the same columns, in memory already. Writing who is in which
segment is compared with a plain COPY of the same rows into a table with the same key, foreign key and fill factor, without row-level
security. All in one process and on one embedded server, each once to warm up and then in turn; emptying tables is not timed. Last comes
what the cost grows with: half the customers, and three times the orders of the same customers.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import asyncpg
import numpy as np
import polars as pl

from batikrfm.builtin.rfm.config import RfmConfig
from batikrfm.builtin.rfm.strategies import Rfm5
from batikrfm.db.bulk import encoded  # the floor's rows are encoded as the product's are
from batikrfm.db.database import open_database  # without the guard, which would rightly stop at the tables without walls
from batikrfm.db.keys import uuid7
from batikrfm.sales.keys import uuid7 as uuid7s
from batikrfm.segmentation.asking import Question
from batikrfm.segmentation.changes import assigned
from batikrfm.segmentation.days import today
from batikrfm.segmentation.running import read_totals, score_tenant
from batikrfm.segmentation.scoring import Scored, score
from batikrfm.segmentation.store import store
from batikrfm.settings import Settings
from batikrfm.tenancy import create_tenant, tenant_scope

ZONE = "Asia/Jakarta"
QUESTION = Question(Rfm5(), as_of=today(ZONE), timezone=ZONE)
CONFIG = RfmConfig()
STAGE = {
    "customers": "create temp table staged (id uuid, key text) on commit drop",
    "customer_totals": """
        create temp table staged (id uuid, purchases bigint, net_e4 bigint, sales bigint, gross_e4 bigint, first_purchase_at timestamptz,
            last_purchase_at timestamptz, first_sale_at timestamptz, last_sale_at timestamptz) on commit drop
    """,
}
FILL = {
    "customers": "insert into customers (tenant_id, id, contact_at, key) select $1, id, now(), key from staged order by id",
    "customer_totals": """
        insert into customer_totals (tenant_id, id, purchases, net_e4, sales, gross_e4, first_purchase_at, last_purchase_at,
            first_sale_at, last_sale_at)
        select $1, id, purchases, net_e4, sales, gross_e4, first_purchase_at, last_purchase_at, first_sale_at, last_sale_at
        from staged order by id
    """,
}
ADD_IMPORT = """
    insert into imports (tenant_id, id, files, rows, imported, cancelled, refund, without_customer, rejected)
    values ($1, $2, '{}', 0, 0, 0, 0, 0, 0)
"""
ADD_ORDERS = """
    insert into orders (tenant_id, id, import_id, customer_id, ordered_at, net_e4, gross_e4, key)
    select $1, uuidv7(), $2, id, last_purchase_at, net_e4, net_e4, id::text || $3 from customer_totals order by id
"""
SAME_TABLES_WITHOUT_WALLS = (
    "create schema plain",
    "create table plain.customers (like customers including all)",
    "create table plain.segment_assignments (like segment_assignments including all) with (fillfactor = 50)",
    "alter table plain.segment_assignments add foreign key (tenant_id, id) references plain.customers on delete cascade",
)


@dataclass(frozen=True)
class Shop:
    """A tenant with made-up customers, and what they bought in all."""

    tenant: UUID
    customers: pl.DataFrame
    totals: pl.DataFrame


def made_up(size: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Customers and their totals: purchases as shops have them, money log-normal, the last purchase within two years."""
    dice = np.random.default_rng(11)
    ids = uuid7s(size)
    purchases = dice.geometric(0.4, size)
    net = (dice.lognormal(12.5, 1.0, size).astype(np.int64) // 100) * 1_000_000 * purchases
    now = int(dt.datetime.combine(today(ZONE), dt.time(), dt.UTC).timestamp() * 1_000_000)
    last = pl.Series(now - dice.integers(1, 730 * 86_400, size) * 1_000_000).cast(pl.Datetime("us", "UTC"))
    customers = pl.DataFrame({"id": ids, "key": pl.Series(range(size)).cast(pl.String)})
    totals = pl.DataFrame({"id": ids, "purchases": purchases, "net_e4": net, "sales": purchases, "gross_e4": net})
    return customers, totals.with_columns(last.alias(f"{end}_{what}_at") for what in ("purchase", "sale") for end in ("first", "last"))


async def open_shop(size: int) -> Shop:
    """A tenant of ``size`` customers whose totals are kept."""
    tenant = (await create_tenant(f"Toko {size}")).id
    customers, totals = made_up(size)
    for table, frame in (("customers", customers), ("customer_totals", totals)):
        async with tenant_scope(tenant) as scope:
            await scope.execute(STAGE[table])
            await scope.copy_in("staged", frame)
            await scope.execute(FILL[table], tenant)
    return Shop(tenant, customers, totals)


async def add_orders(shop: Shop, times: int) -> None:
    """``times`` more orders for every customer; their totals stay, for this is about cost."""
    async with tenant_scope(shop.tenant) as scope:
        import_id = uuid7()
        await scope.execute(ADD_IMPORT, shop.tenant, import_id)
        for number in range(times):
            await scope.execute(ADD_ORDERS, shop.tenant, import_id, f"/{import_id}/{number}")


async def from_totals(shop: Shop) -> Scored:
    """The product: read kept totals under row-level security, score, sum up."""
    async with tenant_scope(shop.tenant) as scope:
        return await score_tenant(scope, QUESTION, CONFIG)


async def reading(shop: Shop) -> pl.DataFrame:
    async with tenant_scope(shop.tenant) as scope:
        return await read_totals(scope, QUESTION, today(ZONE))


async def from_orders(shop: Shop) -> Scored:
    """The same with a look-back window that holds everything: counted from the orders."""
    async with tenant_scope(shop.tenant) as scope:
        return await score_tenant(scope, replace(QUESTION, since_days=5_000), CONFIG)


async def in_memory(totals: pl.DataFrame) -> Scored:
    return score(totals, QUESTION.strategy, as_of=today(ZONE), timezone=ZONE)


async def written(shop: Shop, scored: Scored) -> None:
    """The product: store the run, its results, everyone's segment, and who moved."""
    async with tenant_scope(shop.tenant) as scope:
        await store(scope, scored, QUESTION, CONFIG)


def changed(scored: Scored, one_in: int) -> Scored:
    """One customer in so many bought again, for one more unit, and every tenth of those is in another segment."""
    number = pl.int_range(pl.len())
    bought, moved = number % one_in == 0, number % (10 * one_in) == 0
    later = scored.segmentation.customers.with_columns(
        pl.when(bought).then(pl.col("monetary") + 10_000).otherwise("monetary").alias("monetary"),
        pl.when(moved).then(pl.lit("lost")).otherwise("segment").alias("segment"),
    )
    return replace(scored, segmentation=replace(scored.segmentation, customers=later))


async def plain_copy(admin: asyncpg.Connection, shop: Shop, rows: pl.DataFrame) -> None:
    frame = rows.select(pl.lit(shop.tenant.bytes, pl.Binary).alias("tenant_id"), pl.all())
    async with admin.transaction():
        await admin.copy_to_table("segment_assignments", schema_name="plain", source=encoded(frame), columns=frame.columns, format="binary")


Step = tuple[str, Callable[[], Awaitable[object]], Callable[[], Awaitable[object]] | None]
"""What it is called, what is timed, and what is made ready before (not timed)."""


async def in_turn(steps: list[Step], times: int) -> dict[str, list[float]]:
    """Seconds of each step: once to warm up, then ``times`` rounds of all of them."""
    taken: dict[str, list[float]] = {name: [] for name, _, _ in steps}
    for round_ in range(times + 1):
        for name, timed, ready in steps:
            if ready:
                await ready()
            gc.collect()
            started = time.perf_counter()
            await timed()
            if round_:
                taken[name].append(time.perf_counter() - started)
    return taken


def table(taken: dict[str, list[float]], floor: str) -> str:
    """A markdown table with the ratio of each row to the row ``floor``."""
    lines = ["| | seconds (median) | min-max | x floor |", "|---|---|---|---|"]
    for name, seconds in taken.items():
        ratio = "" if name == floor else f"{statistics.median(seconds) / statistics.median(taken[floor]):.2f}"
        lines.append(f"| {name} | {statistics.median(seconds):.3f} | {min(seconds):.3f}-{max(seconds):.3f} | {ratio} |")
    return "\n".join(lines) + "\n"


async def scoring(shop: Shop, times: int) -> None:
    columns = await reading(shop)
    floor = "polars: the same columns in memory (floor)"
    steps: list[Step] = [
        (floor, lambda: in_memory(columns), None),
        ("batikrfm: from kept totals, under RLS", lambda: from_totals(shop), None),
        ("- of which reading the totals", lambda: reading(shop), None),
    ]
    print(table(await in_turn(steps, times), floor))


async def writing(shop: Shop, admin: asyncpg.Connection, times: int) -> None:
    scored = await from_totals(shop)
    everyone, some = changed(scored, one_in=1), changed(scored, one_in=33)
    names = shop.customers.select("id", pl.col("key").alias("sort_name"))
    rows = assigned(scored.segmentation.customers, scored.as_of).join(names, on="id", maintain_order="left")

    async def clear(*tables: str) -> None:
        await admin.execute(f"truncate {', '.join(tables)} cascade")

    everything = ("segmentation_runs", "segment_assignments")
    floor = "plain COPY, ready frame, no RLS (floor)"
    steps: list[Step] = [
        (floor, lambda: plain_copy(admin, shop, rows), lambda: clear("plain.segment_assignments")),
        ("batikrfm: the first run", lambda: written(shop, scored), lambda: clear(*everything)),
        ("batikrfm: a run for which everyone changed and a tenth moved", lambda: written(shop, everyone), None),
        ("batikrfm: the same run again", lambda: written(shop, everyone), None),
        ("batikrfm: a run for which 3 in 100 changed", lambda: written(shop, some), lambda: written(shop, scored)),
    ]
    print(table(await in_turn(steps, times), floor))


async def growing(shop: Shop, times: int) -> None:
    half = await open_shop(len(shop.customers) // 2)
    whole = f"{len(shop.customers):,} customers, no orders in the way"
    taken = await in_turn([(whole, lambda: from_totals(shop), None), ("half the customers", lambda: from_totals(half), None)], times)
    for orders in (1, 3):
        await add_orders(shop, orders - (orders > 1))
        steps: list[Step] = [
            (f"{orders} x as many orders as customers", lambda: from_totals(shop), None),
            (f"{orders} x as many, counted from the orders (--since-days)", lambda: from_orders(shop), None),
        ]
        taken |= await in_turn(steps, times)
    print(table(taken, whole))


async def main(times: int, size: int) -> None:
    """Print the three tables."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_database(Settings(data_dir=Path(folder))) as database:
            admin = await asyncpg.connect(database.urls.owner)
            for statement in SAME_TABLES_WITHOUT_WALLS:
                await admin.execute(statement)
            shop = await open_shop(size)
            frame = shop.customers.select(pl.lit(shop.tenant.bytes, pl.Binary).alias("tenant_id"), "id", "key")
            contact = pl.lit(dt.datetime.now(dt.UTC)).cast(pl.Datetime("us", "UTC")).alias("contact_at")
            plain = frame.with_columns(contact)
            await admin.copy_to_table("customers", schema_name="plain", source=encoded(plain), columns=plain.columns, format="binary")
            await admin.execute("analyze")
            await scoring(shop, times)
            await writing(shop, admin, times)
            await growing(shop, times)
            await admin.close()


if __name__ == "__main__":
    given = [int(number) for number in sys.argv[1:]]
    asyncio.run(main(*[*given, *(5, 1_000_000)[len(given) :]]))
