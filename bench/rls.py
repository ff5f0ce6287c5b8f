"""What row-level security costs the hot queries, on 1,000 tenants of 1,000 customers. Usage: python bench/rls.py [ROUNDS [TENANTS]].

Each query runs as the app role in two ways, in turn and on one connection: on the product's tables, where the policy alone says whose
rows they are, and on copies of them without row-level security, where the query says ``tenant_id = $1`` itself. The setting that opens a
scope is not timed. Each round asks on behalf of 200 tenants, the first to warm up; shown is the median of all questions, and which index
answers.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg

from batikrfm.db.database import open_database  # without the guard, which would rightly stop at the tables without walls
from batikrfm.db.passwords import SUPERUSER, passwords
from batikrfm.db.urls import with_user
from batikrfm.settings import Settings

ASKED = 200  # tenants a round
TABLES = ("tenants", "imports", "customers", "customer_totals", "orders", "order_items")
FILL = """
insert into tenants (id, slug, name) select uuidv7(), 'toko-' || n, 'Toko ' || n from generate_series(1, $1) n;
insert into imports (tenant_id, id, files, rows, imported, cancelled, refund, without_customer, rejected)
    select id, uuidv7(), '{}', 0, 0, 0, 0, 0, 0 from tenants;
insert into customers (tenant_id, id, contact_at, key, name)
    select t.id, uuidv7(), now(), '+62812' || n, 'Pelanggan ' || n from tenants t cross join generate_series(1, 1000) n;
insert into customer_totals
    (tenant_id, id, purchases, net_e4, sales, gross_e4, first_purchase_at, last_purchase_at, first_sale_at, last_sale_at)
    select tenant_id, id, 1 + (hashtext(key) & 7), 1000000 + (hashtext(id::text) & 16777215), 1, 1000000, now(), now(), now(), now()
    from customers;
insert into orders (tenant_id, id, import_id, customer_id, ordered_at, net_e4, gross_e4, key)
    select c.tenant_id, uuidv7(), i.id, c.id, now(), 1000000, 1000000, 'INV/' || c.key from customers c join imports i using (tenant_id);
insert into order_items (tenant_id, id, order_id, amount_e4, net_e4, line, source, product)
    select tenant_id, uuidv7(), id, 500000, 500000, n, 1, 'Kain' from orders cross join generate_series(1, 2) n;
"""


@dataclass
class Query:
    """A question of a page. ``{s}`` is the schema, ``{mine}`` the tenant's condition; ``argument`` names the value of $1, if it has one."""

    name: str
    sql: str
    argument: str | None = None
    seconds: dict[str, list[float]] = field(default_factory=lambda: {"rls": [], "plain": []})
    indexes: dict[str, str] = field(default_factory=dict)

    def text(self, way: str) -> str:
        """The SQL of one way."""
        tenant = "$2" if self.argument else "$1"
        return self.sql.format(s=SCHEMAS[way], mine=f"tenant_id = {tenant}" if way == "plain" else "true")

    def arguments(self, way: str, values: dict[str, Any]) -> list[Any]:
        """The values of its parameters; under the policy nobody passes the tenant along."""
        given = [values[self.argument]] if self.argument else []
        return [*given, values["tenant_id"]] if way == "plain" else given


SCHEMAS = {"rls": "public", "plain": "plain"}
QUERIES = [
    Query("a customer by key", "select id, name from {s}.customers where key = $1 and {mine}", "key"),
    Query("a customer by id", "select key, name from {s}.customers where id = $1 and {mine}", "id"),
    Query("a page of 50 customers", "select id, key, name from {s}.customers where id > $1 and {mine} order by id limit 50", "id"),
    Query("a shop's sums", "select count(*), sum(purchases), sum(net_e4) from {s}.customer_totals where {mine} and purchases > 0"),
    Query("its 20 best customers", "select id, net_e4 from {s}.customer_totals where {mine} order by net_e4 desc limit 20"),
    Query("a customer's orders", "select id, ordered_at, net_e4 from {s}.orders where customer_id = $1 and {mine}", "id"),
    Query("an order's items", "select product, net_e4 from {s}.order_items where order_id = $1 and {mine}", "order_id"),
]


async def fill(url: str, tenants: int) -> list[dict[str, Any]]:
    """Fill the product's tables, copy them without walls, and pick whom to ask for: as the superuser, whom no policy holds back."""
    admin = await asyncpg.connect(url)
    for statement in FILL.strip().split(";\n"):
        await admin.execute(statement.replace("$1", str(tenants)))
    await admin.execute("create schema plain; grant usage on schema plain to batikrfm_app")
    for table in TABLES:
        await admin.execute(f"create table plain.{table} (like public.{table} including all)")
        await admin.execute(f"insert into plain.{table} select * from public.{table}")
    await admin.execute("grant select on all tables in schema plain to batikrfm_app")
    await admin.execute("vacuum (freeze, analyze)")
    asked = await admin.fetch(
        """
        select distinct on (c.tenant_id) c.tenant_id, c.id, c.key, o.id as order_id
        from customers c join orders o on o.tenant_id = c.tenant_id and o.customer_id = c.id order by c.tenant_id, hashtext(c.id::text)
        """
    )
    await admin.close()
    return [dict(row) for row in asked]


async def measure(url: str, asked: list[dict[str, Any]], rounds: int) -> None:
    """Time every query both ways, tenant by tenant: once untimed, so that pages are in memory, then timed; which goes first alternates."""
    app = await asyncpg.connect(url)
    prepared = {(query.name, way): await app.prepare(query.text(way)) for query in QUERIES for way in SCHEMAS}
    for turn in range(rounds + 1):
        for number in range(ASKED):
            values = asked[(turn * ASKED + number) % len(asked)]
            async with app.transaction():
                await app.fetch("select set_config('app.tenant_id', $1, true)", str(values["tenant_id"]))
                for query in QUERIES:
                    ways = ("rls", "plain") if number % 2 else ("plain", "rls")
                    for way, timed in (*((way, False) for way in ways), *((way, turn > 0) for way in ways)):
                        arguments = query.arguments(way, values)
                        start = time.perf_counter()
                        await prepared[query.name, way].fetch(*arguments)
                        if timed:
                            query.seconds[way].append(time.perf_counter() - start)
    for query in QUERIES:
        await explain(app, query, asked[0])
    await app.close()


async def explain(app: asyncpg.Connection, query: Query, values: dict[str, Any]) -> None:
    """Note which index answers, by its columns: the copies' indexes have names of their own."""
    async with app.transaction():
        await app.fetch("select set_config('app.tenant_id', $1, true)", str(values["tenant_id"]))
        for way, schema in SCHEMAS.items():
            ((plan,),) = await app.fetch(f"explain (format json) {query.text(way)}", *query.arguments(way, values))
            names = [f"{schema}.{name}" for name in indexes(json.loads(plan)[0]["Plan"])]
            definitions = [await app.fetchval("select pg_get_indexdef($1::regclass)", name) for name in names]
            query.indexes[way] = ", ".join(text.partition(" USING ")[2] for text in definitions) or "no index"


def indexes(node: dict[str, Any]) -> Iterator[str]:
    """The indexes of a plan."""
    if "Index Name" in node:
        yield node["Index Name"]
    for child in node.get("Plans", []):
        yield from indexes(child)


def table() -> str:
    """The result in markdown."""
    lines = ["| query | under RLS, ms | explicit WHERE, no RLS, ms | ratio | index under RLS | same without |", "|---|---|---|---|---|---|"]
    for query in QUERIES:
        rls, plain = (statistics.median(query.seconds[way]) * 1000 for way in SCHEMAS)
        same = "yes" if query.indexes["rls"] == query.indexes["plain"] else f"no: {query.indexes['plain']}"
        lines.append(f"| {query.name} | {rls:.3f} | {plain:.3f} | {rls / plain:.2f} | {query.indexes['rls']} | {same} |")
    return "\n".join(lines)


async def main(rounds: int, tenants: int) -> None:
    """Fill, measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder))
        async with open_database(settings) as database:
            superuser = with_user(database.urls.app, SUPERUSER, passwords(settings.data_dir)[SUPERUSER])
            asked = await fill(superuser, tenants)
            await measure(database.urls.app, asked, rounds)
    print(table())


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    asyncio.run(main(*(given + [5, 1000][len(given) :])))
