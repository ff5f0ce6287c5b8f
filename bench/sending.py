"""E-mail to a local SMTP sink: the product, ledger and events included, beside bare aiosmtplib with the same number of connections.

Usage: python bench/sending.py [MESSAGES [CONNECTIONS]] (100,000 and 8), or ``--quick`` for a smoke run. The floor: half of bare
aiosmtplib's rate; 100,000 recipients with flat memory (the second half of a run may add at most a tenth, and 32 MiB).

Everything on one machine: an embedded server with the product's settings, the sink as a process of its own that answers at once and
counts (Postfix's ``smtp-sink`` where it is installed, or else one of a few lines in Python), one process that sends. Bare aiosmtplib
sends bytes of the same size that it has in hand already; the product claims, looks last, fills in each person's letter, signs its links,
waits for leave, writes the ledger before and after, and finishes the campaign.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import multiprocessing
import os
import re
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final
from uuid import UUID

import aiosmtplib

from batikrfm.content.chain import open_providers
from batikrfm.content.model import Copy, Draft, Generated, Order
from batikrfm.content.prompts import prompt_for
from batikrfm.content.review import Approval, approve_one, keep_drafts
from batikrfm.db.keys import uuid7
from batikrfm.delivery import campaigns
from batikrfm.delivery.campaigns import Plan, WantedVariant
from batikrfm.delivery.channels import channels, open_channels
from batikrfm.delivery.model import Medium
from batikrfm.delivery.options import Options
from batikrfm.delivery.sending.model import Pacing
from batikrfm.delivery.sending.opening import open_run
from batikrfm.delivery.sending.working import Work
from batikrfm.plugins import load_plugins
from batikrfm.sdk import Principal
from batikrfm.settings import Settings
from batikrfm.tenancy import create_tenant, open_database, tenant_scope
from batikrfm.tenancy.permissions import PERMISSIONS_OF, Role

QUICK: Final = "--quick" in sys.argv
NUMBERS: Final = [int(argument) for argument in sys.argv[1:] if argument.isdecimal()]
MESSAGES: Final = NUMBERS[0] if NUMBERS else 2_000 if QUICK else 100_000
CONNECTIONS: Final = NUMBERS[1] if len(NUMBERS) > 1 else 8
SINK: Final = shutil.which("smtp-sink", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"]))
FLOOR: Final = 0.5
MOST_GROWTH, SPARE_MIB = 1.1, 32.0
COPY: Final = Copy(
    "{nama}, kain baru sudah datang",
    "Kami simpan beberapa yang cocok untuk Anda",
    "Halo {nama},\n\nkain baru dari pembatik kami sudah datang minggu ini. Kami ingat pilihan Anda waktu itu, dan ada yang **sewarna**.\n\n"
    "- Parang\n- Kawung\n- Mega mendung\n\nLihat di [toko kami]({tautan}).",
    "Halo {nama}, kain baru sudah datang.",
    "Lihat kain baru",
)
TENANT: Final = "current_setting('app.tenant_id')::uuid"
CUSTOMERS: Final = f"""
    with made as (
        insert into customers (tenant_id, id, contact_at, key, name, email)
        select {TENANT}, uuidv7(), now(), 'c' || n, 'Pelanggan ' || n, 'p' || n || '@contoh.id' from generate_series($1::int, $2::int) n
        returning id
    )
    insert into consent_states (tenant_id, id, customer_id, consent_id, at, medium, purpose, state)
    select {TENANT}, uuidv7(), id, uuidv7(), now(), 'email', 'marketing', 'granted' from made
"""
DOMAINS: Final = f"insert into content_settings (tenant_id, id, domains) values ({TENANT}, uuidv7(), array['laras.example'])"
SWITCHED_ON: Final = f"insert into plugin_settings (tenant_id, id, plugin, enabled) values ({TENANT}, uuidv7(), 'email', true)"
RESULT: Final = "select state, count(*) from deliveries group by 1"


class Sink(asyncio.Protocol):
    """As little of SMTP as a client needs: says yes to everything, and counts."""

    taken = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a benchmark says so and ends
        self.transport, self.rest, self.content = transport, b"", False
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.rest += data
        while True:
            end = self.rest.find(b"\r\n.\r\n") if self.content else self.rest.find(b"\r\n")
            if end < 0:
                return
            line, self.rest = self.rest[:end], self.rest[end + (5 if self.content else 2) :]
            self.answer(line[:4].upper())

    def answer(self, verb: bytes) -> None:
        if self.content:
            Sink.taken += 1
            self.content = False
            self.transport.write(b"250 taken\r\n")
        elif verb == b"DATA":
            self.content = True
            self.transport.write(b"354 go\r\n")
        elif verb == b"EHLO":
            self.transport.write(b"250-sink\r\n250-8BITMIME\r\n250-PIPELINING\r\n250 SMTPUTF8\r\n")
        elif verb == b"QUIT":
            self.transport.write(b"221 bye\r\n")
            self.transport.close()
        else:
            self.transport.write(b"250 ok\r\n")


def run_sink(pipe: Connection) -> None:
    """Tell the port, then how many were taken whenever somebody asks."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(Sink, "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        while await loop.run_in_executor(None, pipe.recv):
            pipe.send(Sink.taken)

    asyncio.run(main())


@contextlib.contextmanager
def python_sink() -> Iterator[tuple[int, Callable[[], int]]]:
    """The port, and how many messages were taken by now."""
    here, there = multiprocessing.Pipe()
    child = multiprocessing.get_context("spawn").Process(target=run_sink, args=(there,), daemon=True)
    child.start()

    def taken() -> int:
        here.send(True)  # noqa: FBT003 - a question
        return int(here.recv())

    yield int(here.recv()), taken
    here.send(False)  # noqa: FBT003 - the end
    child.join()


@contextlib.contextmanager
def smtp_sink(program: str) -> Iterator[tuple[int, Callable[[], int]]]:
    """The same by Postfix's smtp-sink, which writes a running count."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    unprivileged = ("-u", "nobody") if os.geteuid() == 0 else ()
    with (
        tempfile.TemporaryFile() as counts,
        subprocess.Popen([program, *unprivileged, "-c", f"127.0.0.1:{port}", "1000"], stdout=counts) as child,
    ):

        def taken() -> int:
            counts.seek(max(0, counts.seek(0, os.SEEK_END) - 200))
            found = re.findall(rb"mesg=(\d+)", counts.read())
            return int(found[-1]) if found else 0

        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield port, taken
        child.terminate()


async def bare(port: int, content: bytes) -> float:
    """Messages a second."""
    left = iter(range(MESSAGES))

    async def line() -> None:
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, use_tls=False, start_tls=False)
        await client.connect()
        for number in left:
            await client.sendmail("toko@laras.example", [f"p{number}@contoh.id"], content)
        await client.quit()

    started = time.perf_counter()
    await asyncio.gather(*(line() for _ in range(CONNECTIONS)))
    return MESSAGES / (time.perf_counter() - started)


@contextlib.asynccontextmanager
async def installation(folder: Path) -> AsyncIterator[None]:
    environ = {**os.environ, "BATIKRFM_SENDS_PER_SECOND": "100000", "BATIKRFM_CHANNEL_RATES": "smtp=100000"}
    settings, plugins = Settings.from_environment(data_dir=folder), load_plugins()
    async with open_database(settings), open_providers(plugins, folder, environ), open_channels(plugins, folder, environ):
        yield


async def prepared(port: int) -> tuple[UUID, UUID]:
    """A shop with an SMTP account, and its campaign to everybody, begun."""
    tenant = (await create_tenant("Batik Laras")).id
    boss = Principal("user", uuid7(), "Bu Ratna", tenant, frozenset(PERMISSIONS_OF[Role.OWNER]))
    account = {"host": "127.0.0.1", "port": port, "tls": "none", "from_address": "toko@laras.example", "connections": CONNECTIONS}
    async with tenant_scope(tenant) as scope:
        await scope.execute(SWITCHED_ON)
        await channels().settings.write("email", "channels.smtp", account)
        await scope.execute(DOMAINS)
    for first in range(1, MESSAGES + 1, 10_000):
        async with tenant_scope(tenant) as scope:
            await scope.execute(CUSTOMERS, first, min(first + 9_999, MESSAGES))
    async with tenant_scope(tenant):
        (text,) = await keep_drafts(await generated())
        await approve_one(Approval(text, 1, acknowledged="Sudah dibaca."), by=boss)
        plan = Plan("Kain baru", Medium.EMAIL, "smtp", variants=(WantedVariant(text),), options=Options(quiet=None, hold_out=0))
        campaign = await campaigns.create(plan, by=boss)
        await campaigns.schedule(campaign.id, campaign.version, None, by=boss)
        assert await campaigns.begin(campaign.id)  # noqa: S101 - a benchmark says so and ends
    return tenant, campaign.id


async def generated() -> Generated:
    prompt = await prompt_for("champions", "id")
    return Generated(
        id=uuid7(),
        order=Order("champions", "id", 1, "economy", ""),
        drafts=(Draft(COPY),),
        origin="provider",
        provider="openai",
        model="bench",
        prompt_id=prompt.id,
        prompt_version=prompt.version,
        content_hash="0" * 64,
        tokens=0,
        run_id=uuid7(),
        expires_at=dt.datetime.now(dt.UTC),
    )


async def product(tenant: UUID, campaign: UUID) -> tuple[float, float, float]:
    """Messages a second, and the peak memory in MiB half-way and at the end."""
    middle = 0.0
    async with open_run(tenant, campaign, Pacing()) as run:
        assert run is not None  # noqa: S101 - a benchmark says so and ends
        work = Work(run)

        async def watch() -> None:
            nonlocal middle
            while not middle:
                await asyncio.sleep(0.05)
                if work.done * 2 >= MESSAGES:
                    middle = peak_mib()

        started, watching = time.perf_counter(), asyncio.create_task(watch())
        finished = await work.until_done()
        if not finished:
            sys.exit(f"it stopped: {work.halt} {work.again}")
        seconds = time.perf_counter() - started
        watching.cancel()
    return MESSAGES / seconds, middle or peak_mib(), peak_mib()


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def letter_of(tenant: UUID, campaign: UUID) -> bytes:
    """One of the campaign's letters, as many bytes as bare aiosmtplib is to send."""
    from email.message import EmailMessage

    from batikrfm.delivery.letters.model import Person, WayOut

    async with open_run(tenant, campaign, Pacing()) as run:
        assert run is not None  # noqa: S101 - a benchmark says so and ends
        mail = run.words[0].letter.email(Person(uuid7(), "Pelanggan 1"), WayOut("https://laras.example/u", "https://laras.example/p"))
    assert mail is not None  # noqa: S101 - a benchmark says so and ends
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = mail.subject, "toko@laras.example", "p1@contoh.id"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message.as_bytes()


async def main() -> bool:
    os.environ["BATIKRFM_PRIVATE_VENDORS"] = "yes"  # the sink is on this machine
    with tempfile.TemporaryDirectory() as folder, smtp_sink(SINK) if SINK else python_sink() as (port, taken):
        async with installation(Path(folder)):
            tenant, campaign = await prepared(port)
            content = await letter_of(tenant, campaign)
            floor = await bare(port, content)
            before = taken()
            rate, middle, end = await product(tenant, campaign)
            arrived = taken() - before
            async with tenant_scope(tenant) as scope:
                states = dict(await scope.fetch(RESULT))
    ratio, flat = rate / floor, end <= middle * MOST_GROWTH + SPARE_MIB
    print(f"{MESSAGES:,} messages of {len(content):,} bytes over {CONNECTIONS} connections to {SINK or 'a sink of Python'}")
    print(f"bare aiosmtplib   {floor:8,.0f} a second")
    print(f"the product       {rate:8,.0f} a second, {ratio:.2f} of it (at least {FLOOR})")
    print(f"memory            {middle:8,.0f} MiB half-way, {end:,.0f} MiB at the end: {'flat' if flat else 'it grows'}")
    print(f"arrived           {arrived:8,}; in the ledger {states}")
    return ratio >= FLOOR and flat and arrived == MESSAGES and states == {"accepted": MESSAGES}


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(main()) else 1)
