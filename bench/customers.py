"""A page of 50 customers in shops of 1,000, 100,000 and 1,000,000. Usage: python bench/customers.py [TIMES [SIZE ...]].

The first, the middle and the last page of each sort, of one segment, of one cell of the heat map, and of searches; then the overview and
one customer. All under row-level security on one embedded server, each page once to warm up and then TIMES times. What counts is that a
row's figures do not grow from left to right.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import UUID

import numpy as np
import polars as pl
from segmenting import ADD_IMPORT, ADD_ORDERS, FILL, STAGE, made_up

from batikrfm.builtin.rfm.config import RfmConfig
from batikrfm.builtin.rfm.strategies import Rfm5
from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.segmentation.asking import Question
from batikrfm.segmentation.customers import CustomerFilter, Sort, _Place, list_customers
from batikrfm.segmentation.days import today
from batikrfm.segmentation.figures import PERIODS, keep_figures
from batikrfm.segmentation.overview import overview
from batikrfm.segmentation.paging import write_cursor
from batikrfm.segmentation.profile import customer_profile
from batikrfm.segmentation.running import run_segmentation
from batikrfm.segmentation.tracing import traced_customers, traced_orders
from batikrfm.settings import Settings
from batikrfm.tenancy import create_tenant, open_database, tenant_scope

ZONE = "Asia/Jakarta"
FIRST_NAMES = ("Sari", "Budi", "Dewi", "Agus", "Rina", "Joko", "Ayu", "Tono", "Wati", "Eko")
PEOPLE = {
    "customers": """
        create temp table staged (id uuid, key text collate "C", name text, phone text collate "C", email text collate "C") on commit drop
    """,
    "customer_totals": STAGE["customer_totals"],
}
FILL_PEOPLE = {
    "customers": """
        insert into customers (tenant_id, id, contact_at, key, name, phone, email)
        select $1, id, now(), key, name, phone, email from staged order by id
    """,
    "customer_totals": FILL["customer_totals"],
}
AT = {
    Sort.MONETARY: "select id, monetary_e4 from segment_assignments order by monetary_e4 desc, id desc offset $1 limit 1",
    Sort.FREQUENCY: "select id, frequency from segment_assignments order by frequency desc, id desc offset $1 limit 1",
    Sort.RECENCY: "select id, last_day from segment_assignments order by last_day desc, id desc offset $1 limit 1",
    Sort.NAME: "select id, null from customers order by sort_name, id offset $1 limit 1",
}
Page = Callable[[], Awaitable[object]]


def people(customers: pl.DataFrame) -> pl.DataFrame:
    """Names, phones and e-mails for made-up customers."""
    dice = np.random.default_rng(5)
    number = pl.Series(range(len(customers))).cast(pl.String)
    first = pl.Series(dice.choice(FIRST_NAMES, len(customers)).tolist())
    return customers.with_columns(
        (first + " " + number).alias("name"),
        ("+62812" + number.str.zfill(8)).alias("phone"),
        (first.str.to_lowercase() + number + "@example.com").alias("email"),
    )


async def open_shop(size: int) -> UUID:
    """A shop of ``size`` customers with an order each (and some more), segmented."""
    tenant = (await create_tenant(f"Toko {size}")).id
    customers, totals = made_up(size)
    for name, frame in (("customers", people(customers)), ("customer_totals", totals)):
        async with tenant_scope(tenant) as scope:
            await scope.execute(PEOPLE[name])
            await scope.copy_in("staged", frame)
            await scope.execute(FILL_PEOPLE[name], tenant)
    async with tenant_scope(tenant) as scope:
        await scope.execute(ADD_IMPORT, tenant, import_id := uuid7())
        await scope.execute(ADD_ORDERS, tenant, import_id, "/1")
        for table in ("customers", "orders"):
            await scope.execute(f"analyze {table}")  # what an import does
    question = Question(Rfm5(), as_of=today(ZONE), timezone=ZONE, settings=RfmConfig().model_dump())
    await run_segmentation(tenant, question)
    await run_segmentation(tenant, replace(question, settings={"mode": "rules"}))
    return tenant


async def cursor(tenant: UUID, sort: Sort, skip: int) -> str:
    async with tenant_scope(tenant) as scope:
        (row,) = await scope.fetch(AT[sort], skip)
    return write_cursor(_Place(sort, row[0], row[1]))


async def pages(tenant: UUID, size: int) -> dict[str, Page]:
    """Every page that is measured, by what the table calls it."""
    found: dict[str, Page] = {}
    for sort in Sort:
        places = {"first": None, "middle": await cursor(tenant, sort, size // 2), "last": await cursor(tenant, sort, size - 60)}
        for name, after in places.items():
            found[f"by {sort}: {name} page"] = partial(list_customers, sort=sort, after=after)
    for name, wanted in {
        "of one segment": CustomerFilter(segment="loyal"),
        "of one cell, R 3 x FM 2": CustomerFilter(r=3, fm=2),
    }.items():
        for sort in (Sort.MONETARY, Sort.NAME):
            found[f"{name}, by {sort}"] = partial(list_customers, wanted, sort=sort)
    for name, text in {"a name that one has": "budi 77", "a name that a tenth has": "budi", "a phone": "0812000001"}.items():
        found[f"search: {name}"] = partial(list_customers, CustomerFilter(text))
    async with tenant_scope(tenant):
        one = (await list_customers()).rows[0].id
        seen = await overview(30)
        for days in PERIODS:
            await keep_figures(days)
    found["the overview, figures kept"] = overview
    found["one customer"] = lambda: customer_profile(one)
    found["orders behind the revenue"] = lambda: traced_orders(seen.revenue.trace)
    found["customers behind a segment"] = lambda: traced_customers(seen.segments[1].trace)
    return found


async def timed(tenant: UUID, page: Page, times: int) -> float:
    """Milliseconds of a page in a scope that is open already, the median."""
    taken = []
    for number in range(times + 1):
        async with tenant_scope(tenant):
            await current_scope().fetchval("select 1")
            started = time.perf_counter()
            await page()
            if number:
                taken.append((time.perf_counter() - started) * 1_000)
    return statistics.median(taken)


async def main(times: int, sizes: list[int]) -> None:
    """Print the table."""
    figures: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        async with open_database(Settings(data_dir=Path(folder))):
            for size in sizes:
                tenant = await open_shop(size)
                for name, page in (await pages(tenant, size)).items():
                    figures.setdefault(name, []).append(await timed(tenant, page, times))
    print(f"| ms, median of {times} | " + " | ".join(f"{size:,}" for size in sizes) + " |")
    print("|---|" + "---|" * len(sizes))
    for name, row in figures.items():
        print(f"| {name} | " + " | ".join(f"{value:.1f}" for value in row) + " |")


if __name__ == "__main__":
    given = [int(number) for number in sys.argv[1:]]
    asyncio.run(main(given[0] if given else 20, given[1:] or [1_000, 100_000, 1_000_000]))
