"""Webhooks taken in: reports of delivered messages by Meta's Cloud API, signed, one event each, beside a bare handler that inserts one row.

Usage: python bench/webhooks.py [SECONDS [RATE]]. 10 seconds, and 500 events a second.

*product*: one web process as it is served: whose URL it is, the signature checked by the real channel behind the boundary, kept with its
raw request, a job enqueued, logged and counted. *bare*: a handler with one INSERT of the same body, no check of anything. Each is asked
over 32 connections that stay open, as fast as it answers, and then at RATE, where the time of each answer is taken. Then every request
comes once more, and what the database holds is counted: nothing may be there twice. At the end the job is run, here and now.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from batikrfm.db.passwords import SUPERUSER, passwords
from batikrfm.db.urls import with_user
from batikrfm.settings import Settings
from batikrfm.tenancy import create_tenant, open_database, tenant_scope

CONNECTIONS = 32
NUMBER, SECRET = "109876543210987", "s" * 32
ACCOUNT = {"access_token": "t" * 40, "phone_number_id": NUMBER, "app_secret": SECRET, "verify_token": "v" * 20}
TABLE = "create table bare_requests (id uuid primary key default uuidv7(), body bytea not null)"
INSERT = "insert into bare_requests (body) values ($1)"
COUNTS = """
select (select count(*) from webhook_requests) as requests, (select count(*) from delivery_events) as events,
       (select count(distinct event_id) from delivery_events) as distinct_events
"""


@dataclass
class Load:
    """How many answers a second, and how long each took."""

    rate: float
    seconds: list[float] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        return sorted(self.seconds)[min(len(self.seconds) - 1, int(len(self.seconds) * share))]


def report(number: int) -> bytes:
    """What Meta posts when a message was delivered."""
    status = {"id": f"wamid.{number:012}", "status": "delivered", "timestamp": "1795600000", "recipient_id": "628123456789"}
    value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": NUMBER}, "statuses": [status]}
    entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
    return msgspec.json.encode({"object": "whatsapp_business_account", "entry": [entry]})


def request(path: str, body: bytes) -> bytes:
    """The same as bytes on a connection, signed."""
    signed = hmac.digest(SECRET.encode(), body, hashlib.sha256).hex()
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nX-Hub-Signature-256: sha256={signed}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def bare_app(url: str) -> Any:  # noqa: ANN401 - an ASGI application
    """The floor."""
    from litestar import Litestar, Request, post

    pools: list[Any] = []

    @post("/hooks/bare", status_code=200)
    async def hook(request: Request[Any, Any, Any]) -> str:
        async with pools[0].acquire() as connection:
            await connection.execute(INSERT, await request.body())
        return ""

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        pools.append(await asyncpg.create_pool(url, max_size=10))
        yield
        await pools[0].close()

    return Litestar([hook], lifespan=[lifespan], openapi_config=None, logging_config=None)


def serve(way: str, port: int) -> None:
    """Serve one of the ways: in a process of its own."""
    if way == "product":
        from batikrfm.web.serving import Bind
        from batikrfm.web.serving import serve as run

        run(Bind(port=port))
        return
    from granian.constants import Interfaces
    from granian.server import Server

    loader = lambda: bare_app(os.environ["BENCH_URL"])  # noqa: E731 - forked, never pickled
    Server("bare", port=port, interface=Interfaces.ASGI, websockets=False, log_enabled=False).serve(target_loader=loader, wrap_loader=False)


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


async def post(port: int, requests: Iterator[bytes], seconds: float, rate: float | None = None) -> Load:
    """Post over CONNECTIONS at once, each as soon as it has its answer, or all together ``rate`` times a second."""
    taken: list[float] = []
    began = time.perf_counter()

    async def client(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for turn in itertools.count():
            due = began if rate is None else began + (turn * CONNECTIONS + number) / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            wire = next(requests, None)
            if wire is None or time.perf_counter() >= began + seconds:
                break
            started = time.perf_counter() if rate is None else due  # one that is late has waited, too
            writer.write(wire)
            await answer(reader)
            taken.append(time.perf_counter() - started)
        writer.close()

    await asyncio.gather(*(client(number) for number in range(CONNECTIONS)))
    return Load(len(taken) / (time.perf_counter() - began), taken)


async def answer(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    if b" 200 " not in head[:20]:
        sys.exit(f"an answer that is none: {head[:200]!r}")
    length = next((int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")), 0)
    await reader.readexactly(length)


async def main(seconds: float, rate: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with open_database(Settings(Path(folder))) as database:
            owner = with_user(database.urls.app, SUPERUSER, passwords(Path(folder))[SUPERUSER])
            admin = await asyncpg.connect(owner)
            await admin.execute(TABLE)
            await admin.close()
            tenant = (await create_tenant("Toko Bench")).id
            path = await set_up(Path(folder), tenant)
            urls = {"BATIKRFM_APP_URL": database.urls.app, "BATIKRFM_PLATFORM_URL": database.urls.platform, "BENCH_URL": owner}
            await compare({**os.environ, "BATIKRFM_DATA_DIR": folder, **urls}, path, seconds, rate)
            await work(tenant)


async def set_up(folder: Path, tenant: Any) -> str:  # noqa: ANN401 - an id
    """The shop's account with Meta, and the path of its webhook."""
    from batikrfm.delivery.events import make_url
    from batikrfm.plugins import load_plugins
    from batikrfm.plugins.activation import switch
    from batikrfm.plugins.settings import PluginSettings
    from batikrfm.plugins.vault import Vault

    plugins = load_plugins()
    plugin = next(one.plugin for one in plugins.objects if (one.kind, one.key) == ("channels", "whatsapp_meta"))
    async with tenant_scope(tenant):
        await switch(plugins, plugin, on=True)
        await PluginSettings(plugins, Vault.of_installation(folder)).write(plugin, "channels.whatsapp_meta", ACCOUNT)
        return (await make_url("whatsapp_meta", by="bench")).path


async def compare(environ: dict[str, str], path: str, seconds: float, rate: float) -> None:
    numbers = itertools.count()
    print("| | events/s | x floor | at rate/s | median ms | p99 ms |\n|---|---|---|---|---|---|")
    floor = 0.0
    for way, place in (("bare", "/hooks/bare"), ("product", path)):
        async with serving(way, environ) as port:
            fresh = (request(place, report(number)) for number in numbers)
            await post(port, itertools.islice(fresh, 200), seconds)
            fast = await post(port, fresh, seconds)
            floor = floor or fast.rate
            paced = await post(port, fresh, seconds, rate)
            low, high = paced.percentile(0.5) * 1000, paced.percentile(0.99) * 1000
            print(f"| {way} | {fast.rate:,.0f} | {fast.rate / floor:.2f} | {paced.rate:,.0f} | {low:.1f} | {high:.1f} |")
            if way == "product":
                await post(port, iter([request(place, report(number)) for number in range(200)] * 3), seconds)


async def work(tenant: Any) -> None:  # noqa: ANN401 - an id
    """What a worker does with it, and whether anything is there twice."""
    import batikrfm.delivery.events.tasks  # noqa: F401 - as workers do
    from batikrfm.jobs.trying import run_queued

    began = time.perf_counter()
    await run_queued(tenant, only_due=True)
    took = time.perf_counter() - began
    async with tenant_scope(tenant) as scope:
        requests, events, distinct = (await scope.fetch(COUNTS))[0]
    print(
        f"\n{requests:,} requests kept, {events:,} events of which {distinct:,} differ, worked on in {took:.1f} s: {events / took:,.0f}/s"
    )
    if events != distinct:
        sys.exit("an event is there twice")


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(sys.argv[2], int(sys.argv[3]))
    else:
        asyncio.run(main(float(sys.argv[1]) if sys.argv[1:] else 10.0, float(sys.argv[2]) if sys.argv[2:] else 500.0))
