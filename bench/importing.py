"""Import 1,000,000 sales lines under row-level security against a plain COPY. Usage: python bench/importing.py [RUNS [LINES]].

The plain COPY writes the very rows that the product makes (customers, orders, items) from ready frames into tables with the same keys,
indexes and foreign keys, as their owner, without row-level security. Every run is a process of its own on an embedded server, whose tables
are emptied before; making the rows is not timed. Aggregates are timed apart.
"""

from __future__ import annotations

import asyncio
import gc
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import numpy as np
import polars as pl

from batikrfm.db.bulk import encoded  # the floor's rows are encoded as the product's are
from batikrfm.db.database import open_database  # without the guard, which would rightly stop at the tables without walls
from batikrfm.db.keys import uuid7
from batikrfm.sales import queries as sql
from batikrfm.sales.lines import LINES, SheetLines
from batikrfm.sales.loading import load, refresh_totals, take_turns
from batikrfm.sales.orders import Orders, orders_of
from batikrfm.sales.staging import Staged, stage
from batikrfm.settings import Settings
from batikrfm.tenancy import create_tenant, list_tenants, tenant_scope

WAYS = {
    "plain": "plain COPY, ready binary, no RLS (floor)",
    "records": "plain COPY, asyncpg copy_records, no RLS",
    "product": "batikrfm loading, under RLS",
}
IMPORT = """
insert into plain.imports (tenant_id, id, files, rows, imported, cancelled, refund, without_customer, rejected)
values ($1, $2, '{}', 0, 0, 0, 0, 0, 0)
"""
SAME_TABLES_WITHOUT_WALLS = (
    "create schema plain",
    *(f"create table plain.{table} (like {table} including all)" for table in ("imports", "customers", "orders", "order_items")),
    """
    alter table plain.orders
        add foreign key (tenant_id, import_id) references plain.imports on delete cascade,
        add foreign key (tenant_id, customer_id) references plain.customers on delete set null (customer_id)
    """,
    "alter table plain.order_items add foreign key (tenant_id, order_id) references plain.orders on delete cascade",
    # In the middle of a COPY autovacuum finds pages without a committed row, and foreign keys are then checked by the wrong index for
    # minutes. The product sees to that (sales.loading); here it would only be in the way, of both alike.
    *(
        f"alter table {schema}.{table} set (autovacuum_enabled = off)"
        for schema in ("plain", "public")
        for table in ("imports", "customers", "orders", "order_items", "customer_totals")
        if (schema, table) != ("plain", "customer_totals")
    ),
)


def sales(lines: int) -> Orders:
    """Made-up lines: orders of three lines on average, a tenth as many customers, each with a name and a phone."""
    dice = np.random.default_rng(7)
    order = np.sort(dice.integers(0, lines // 3, lines))
    customer = dice.integers(0, lines // 10, lines // 3)[order]
    minutes = pl.Series(order * 3, dtype=pl.Int64)
    known = pl.DataFrame(
        {
            "line": np.arange(2, lines + 2, dtype=np.uint32),
            "order_id": pl.Series(order).cast(pl.String).str.zfill(9),
            "customer": pl.Series(customer).cast(pl.String),
            "quantity_e4": dice.integers(1, 6, lines) * 10_000,
            "unit_price_e4": dice.integers(5, 500, lines) * 10_000_000,
            "product": pl.Series(dice.integers(0, 300, lines)).cast(pl.String),
        }
    )
    made = known.with_columns(
        (pl.lit(1_704_067_200_000_000) + minutes * 60_000_000).cast(pl.Datetime("us", "UTC")).alias("ordered_at"),
        pl.format("Batik tulis motif {}", "product").alias("product"),
        pl.format("Pelanggan {}", "customer").alias("name"),
        pl.format("+62812{}", pl.col("customer").str.zfill(8)).alias("phone"),
    )
    missing = [pl.lit(None, kind).alias(name) for name, kind in LINES.items() if name not in made.columns]
    return orders_of([SheetLines("sales.csv", None, "bench", made.with_columns(missing).select(*LINES))], keep_lines=True)


async def product(staged: Staged, data_dir: Path) -> dict[str, float]:
    """Load by the product's own functions: seconds of loading and committing, and of the aggregates."""
    async with open_database(Settings(data_dir=data_dir)):
        tenant = (await list_tenants())[0]
        before = _now_mib()
        started = time.perf_counter()
        async with tenant_scope(tenant.id) as scope:
            await take_turns(scope)
            import_id = uuid7()
            await scope.execute(sql.ADD_IMPORT, import_id, ["sales.csv"], 0, 0, 0, 0, 0, 0)
            await load(scope, staged, import_id)
            loaded = time.perf_counter()
            await refresh_totals(scope)
            totals = time.perf_counter() - loaded
        return {"seconds": time.perf_counter() - started - totals, "aggregates": totals, "grown": _peak_mib() - before}


async def plain(staged: Staged, url: str, *, records: bool) -> dict[str, float]:
    """COPY the same rows into the tables without row-level security, in one transaction."""
    ids = {"tenant_id": uuid7(), "import_id": uuid7()}
    frames = {
        "customers": staged.customers.select(_constant(ids, "tenant_id"), pl.all()),
        "orders": staged.orders.select(_constant(ids, "tenant_id"), _constant(ids, "import_id"), pl.all()),
        "order_items": staged.items.select(_constant(ids, "tenant_id"), pl.all()),
    }
    connection = await asyncpg.connect(url)
    before = _now_mib()
    started = time.perf_counter()
    async with connection.transaction():
        await connection.execute(IMPORT, *ids.values())
        for table, frame in frames.items():
            if records:
                rows = _records(frame)
                await connection.copy_records_to_table(table, schema_name="plain", records=rows, columns=frame.columns)
            else:
                await connection.copy_to_table(table, schema_name="plain", source=encoded(frame), columns=frame.columns, format="binary")
    taken = time.perf_counter() - started
    await connection.close()
    return {"seconds": taken, "aggregates": 0.0, "grown": _peak_mib() - before}


def _constant(ids: dict[str, UUID], name: str) -> pl.Expr:
    return pl.lit(ids[name].bytes, pl.Binary).alias(name)


def _records(frame: pl.DataFrame) -> Iterator[tuple[Any, ...]]:
    """The rows as Python values, made as they are asked for."""
    ids = [position for position, kind in enumerate(frame.dtypes) if kind == pl.Binary]
    for row in frame.iter_rows():
        values = list(row)
        for position in ids:
            values[position] = values[position] and UUID(bytes=values[position])
        yield tuple(values)


def _now_mib() -> float:
    """Resident memory, from which the peak is counted anew."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _peak_mib()


def _peak_mib() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


async def one(way: str, lines: int, data_dir: Path, url: str) -> None:
    """One run, in this process; prints what it took as JSON."""
    staged = stage(sales(lines))
    gc.collect()
    result = await (product(staged, data_dir) if way == "product" else plain(staged, url, records=way == "records"))
    print(json.dumps(result))


async def all_in_turn(times: int, lines: int) -> None:
    """Print the table: each way once to warm up, then ``times`` rounds of all of them."""
    taken: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory() as folder:
        async with open_database(Settings(data_dir=Path(folder))) as database:
            owner = database.urls.owner or ""
            admin = await asyncpg.connect(owner)
            for statement in SAME_TABLES_WITHOUT_WALLS:
                await admin.execute(statement)
            await create_tenant("Toko Bench")  # it stays: the tables are emptied, the tenants not
            for round_ in range(times + 1):
                for way in WAYS:
                    await admin.execute("truncate plain.imports, public.imports, plain.customers, public.customers cascade")
                    command = [sys.executable, __file__, "--one", way, str(lines), folder, owner]
                    result = json.loads(await asyncio.to_thread(subprocess.check_output, command))
                    print(f"round {round_}, {way}: {result['seconds']:.2f} s", file=sys.stderr)
                    if round_:
                        taken[way].append(result)
            await admin.close()
    print(_table(taken))


def _table(taken: dict[str, list[dict[str, float]]]) -> str:
    median = {way: {name: statistics.median(run[name] for run in runs) for name in runs[0]} for way, runs in taken.items()}
    floor = median["plain"]["seconds"]
    out = ["| | seconds (median) | min-max | x floor | aggregates, apart | peak MiB beyond the rows |", "|---|---|---|---|---|---|"]
    for way, name in WAYS.items():
        seconds = sorted(run["seconds"] for run in taken[way])
        found = median[way]
        cells = [name, f"{found['seconds']:.2f}", f"{seconds[0]:.2f}-{seconds[-1]:.2f}", f"{found['seconds'] / floor:.2f}"]
        out.append(f"| {' | '.join(cells)} | {found['aggregates']:.2f} | {found['grown']:.0f} |")
    return "\n".join(out)


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--one"]:
        way, lines, data_dir, url = arguments[1:]
        asyncio.run(one(way, int(lines), Path(data_dir), url))
    else:
        times, lines = arguments[0] if arguments else "5", arguments[1] if len(arguments) > 1 else "1000000"
        asyncio.run(all_in_turn(int(times), int(lines)))


if __name__ == "__main__":
    main(sys.argv[1:])
