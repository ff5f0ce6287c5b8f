"""What the web application adds to a query: one page of customers by the API, beside a bare Litestar handler that asks the same.

Usage: python bench/web.py [ROUNDS [TENANTS]]. 1,000 tenants of 1,000 customers each.

*product*: the application as it is served, everything included: a real API key of one of 200 tenants by turns, limits, tenant scope,
log, metrics. *bare*: one handler, the same two statements by asyncpg, no scope, no key; its pool's connections speak for one tenant, so
that the same policies hold. *uvicorn*: the product, served by uvicorn instead of Granian. One worker each, on this machine, asked over
16 connections that stay open, in turn; the last table asks at half of that rate and shows how long answers take.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from batikrfm.db.passwords import SUPERUSER, passwords
from batikrfm.db.urls import with_user
from batikrfm.settings import Settings
from batikrfm.tenancy import open_database, tenant_scope

CONNECTIONS = 16
SECONDS = 4.0
WARM_UP = 1.0
KEYS = 200
FILL = """
insert into tenants (id, slug, name) select uuidv7(), 'toko-' || n, 'Toko ' || n from generate_series(1, $1) n;
insert into customers (tenant_id, id, contact_at, key, name, phone)
    select t.id, uuidv7(), now(), '+62812' || n, 'Pelanggan ' || n, '+62812' || n from tenants t cross join generate_series(1, 1000) n;
insert into segmentation_runs (tenant_id, id, strategy, settings, as_of, returns, time_zone, currency, mode, cut_points, reason, notices,
                               customers, revenue)
    select id, uuidv7(), 'rfm5', '{}', current_date, 'net', 'Asia/Jakarta', 'IDR', 'quantile', '{}', '{"id": "", "en": ""}', '[]', 1000, 0
    from tenants;
insert into segment_assignments (tenant_id, id, last_day, frequency, monetary_e4, r, f, m, segment, sort_name)
    select tenant_id, id, current_date - (hashtext(key) & 255), 1 + (hashtext(key) & 7), 1000000 + (hashtext(id::text) & 16777215),
           1 + (hashtext(key) & 3), 1 + (hashtext(key || 'f') & 3), 1 + (hashtext(key || 'm') & 3),
           (array['champions', 'loyal', 'at_risk', 'lost'])[1 + (hashtext(key) & 3)], sort_name
    from customers;
insert into segment_cells (tenant_id, id, run_id, segment, r, f, m, customers, monetary_e4)
    select a.tenant_id, uuidv7(), r.id, a.segment, a.r, a.f, a.m, count(*), sum(a.monetary_e4)
    from segment_assignments a join segmentation_runs r using (tenant_id) group by a.tenant_id, r.id, a.segment, a.r, a.f, a.m;
"""
APP = "batikrfm_app"


@dataclass
class Load:
    """What came of asking: how many answers a second, and how long each took."""

    rate: float
    seconds: list[float] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        return sorted(self.seconds)[min(len(self.seconds) - 1, int(len(self.seconds) * share))]


async def fill(url: str, tenants: int) -> None:
    connected = await asyncpg.connect(url)
    for statement in FILL.split(";\n"):
        if statement.strip():
            await connected.execute(statement.replace("$1", str(tenants)))
    await connected.execute("vacuum analyze")
    await connected.close()


async def make_keys() -> list[str]:
    """An API key for each of some tenants, made as the product makes them."""
    from batikrfm.db.keys import uuid7
    from batikrfm.sdk import Principal
    from batikrfm.tenancy import list_tenants
    from batikrfm.tenancy.permissions import PERMISSIONS_OF, Permission, Role
    from batikrfm_tenants import api_keys

    keys = []
    for tenant in (await list_tenants())[:KEYS]:
        owner = Principal("user", uuid7(), "Bench", tenant.id, PERMISSIONS_OF[Role.OWNER])
        async with tenant_scope(tenant.id):
            keys.append((await api_keys.create(owner, "bench", [Permission.CUSTOMERS_READ])).token)
    return keys


def bare_app(url: str, tenant_id: str) -> Any:  # noqa: ANN401 - an ASGI application
    """The floor: the same statements, and the same answer, by the shortest way."""
    from litestar import Litestar, get

    from batikrfm.db.engine import SEARCH_PATH
    from batikrfm.segmentation.customers import _LAST_ID, _TOP, Sort
    from batikrfm.segmentation.customers_queries import CELLS, PAGE

    pools: list[Any] = []

    @get("/api/customers")
    async def customers() -> dict[str, Any]:
        async with pools[0].acquire() as connection:
            cells = await connection.fetch(CELLS)
            places = zip(*((cell["segment"], cell["r"], cell["f"], cell["m"]) for cell in cells if cell["segment"]), strict=True)
            rows = await connection.fetch(PAGE["monetary"], *map(list, places), _TOP[Sort.MONETARY], _LAST_ID, 51)
        items = [{**row, "monetary_e4": str(row["monetary_e4"] / 10_000)} for row in rows[:50]]
        return {"items": items, "total": sum(cell["customers"] for cell in cells)}

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        settings = {"app.tenant_id": tenant_id, "jit": "off", "search_path": SEARCH_PATH}
        pools.append(await asyncpg.create_pool(url, max_size=10, server_settings=settings))
        yield
        await pools[0].close()

    return Litestar([customers], lifespan=[lifespan], openapi_config=None, logging_config=None)


def serve(way: str, port: int) -> None:
    """Serve one of the ways: in a process of its own."""
    if way == "product":
        from batikrfm.web.serving import Bind
        from batikrfm.web.serving import serve as run

        run(Bind(port=port))
    elif way == "uvicorn":
        import uvicorn

        from batikrfm.web.logs import set_up_logs
        from batikrfm.web.serving import application

        set_up_logs()
        uvicorn.run(application(), port=port, log_level="error", access_log=False)
    else:
        from granian.constants import Interfaces
        from granian.server import Server

        loader = lambda: bare_app(os.environ["BATIKRFM_APP_URL"], os.environ["BENCH_TENANT"])  # noqa: E731 - forked, never pickled
        Server("bare", port=port, interface=Interfaces.ASGI, websockets=False, log_enabled=False).serve(
            target_loader=loader, wrap_loader=False
        )


@asynccontextmanager
async def serving(way: str, environ: dict[str, str]) -> AsyncIterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, __file__, "serve", way, str(port)]
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:  # noqa: ASYNC220 - it only starts it
        while not await answers(port):
            if server.poll() is not None:
                sys.exit(f"{way} did not start")
        try:
            yield port
        finally:
            server.send_signal(signal.SIGTERM)


async def answers(port: int) -> bool:
    await asyncio.sleep(0.1)
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


async def ask(port: int, keys: list[str], seconds: float, *, rate: float | None = None) -> Load:
    """Ask over CONNECTIONS at once, each as soon as it has its answer, or all together ``rate`` times a second."""
    taken: list[float] = []
    end = time.perf_counter() + seconds

    async def client(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for turn in range(10_000_000):
            if rate is not None:
                await asyncio.sleep(max(0.0, began + (turn * CONNECTIONS + number) / rate - time.perf_counter()))
            if (started := time.perf_counter()) >= end:
                break
            key = keys[(turn * CONNECTIONS + number) % len(keys)]
            writer.write(f"GET /api/customers HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n\r\n".encode())
            await answer(reader)
            taken.append(time.perf_counter() - started)
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(client(number) for number in range(CONNECTIONS)))
    return Load(len(taken) / (time.perf_counter() - began), taken)


async def answer(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    if b" 200 " not in head[:20]:
        sys.exit(f"an answer that is none: {head[:200]!r}")
    length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
    await reader.readexactly(length)


async def main(rounds: int, tenants: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder))
        async with open_database(settings) as database:
            await fill(with_user(database.urls.app, SUPERUSER, passwords(Path(folder))[SUPERUSER]), tenants)
            keys = await make_keys()
            first = await first_tenant(database.urls.app, keys)
            environ = {
                **os.environ,
                "BATIKRFM_DATA_DIR": folder,
                "BATIKRFM_APP_URL": database.urls.app,
                "BATIKRFM_PLATFORM_URL": database.urls.platform,
                "BATIKRFM_RATE_PER_KEY": "10000000",
                "BENCH_TENANT": str(first),
            }
            await compare(environ, keys, rounds)


async def first_tenant(_url: str, keys: list[str]) -> UUID:
    from batikrfm_tenants import api_keys

    principal = await api_keys.authenticate(keys[0])
    assert principal is not None  # noqa: S101 - it was just made
    return principal.tenant_id


async def compare(environ: dict[str, str], keys: list[str], rounds: int) -> None:
    async with serving("bare", environ) as bare, serving("product", environ) as product, serving("uvicorn", environ) as uvicorn:
        ports = {"bare": bare, "product": product, "uvicorn": uvicorn}
        rates: dict[str, list[float]] = {way: [] for way in ports}
        for port in ports.values():
            await ask(port, keys, WARM_UP)
        for _ in range(rounds):
            for way, port in ports.items():
                rates[way].append((await ask(port, keys, SECONDS)).rate)
        floor = statistics.median(rates["bare"])
        print("| | answers/s (median) | min-max | x floor |\n|---|---|---|---|")
        for way, found in rates.items():
            median = statistics.median(found)
            print(f"| {way} | {median:,.0f} | {min(found):,.0f}-{max(found):,.0f} | {median / floor:.2f} |")
        print("\n| at half of its rate | median ms | p99 ms | p99 / median |\n|---|---|---|---|")
        for way, port in ports.items():
            load = await ask(port, keys, SECONDS * 2, rate=statistics.median(rates[way]) / 2)
            median, slow = load.percentile(0.5), load.percentile(0.99)
            print(f"| {way} | {median * 1000:.1f} | {slow * 1000:.1f} | {slow / median:.1f} |")


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(sys.argv[2], int(sys.argv[3]))
    else:
        asyncio.run(main(int(sys.argv[1]) if sys.argv[1:] else 5, int(sys.argv[2]) if sys.argv[2:] else 1_000))
