"""``batikrfm up``: everything that an installation needs, in one process tree behind one address."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from batikrfm.cli.children import Child
from batikrfm.cli.language import lang_option
from batikrfm.cli.options import data_dir_option, settings_of
from batikrfm.cli.progress import working
from batikrfm.cli.server import Server
from batikrfm.cli.services import told_to_stop
from batikrfm.sdk.errors import SetupError
from batikrfm.sdk.text import Language, Text
from batikrfm.settings import Settings

if TYPE_CHECKING:
    from batikrfm.sdk.extension import DemoAccount

FIRST_PORT = 8000
PORTS = 20  # that are tried if nobody said which
READY_WITHIN = 120.0  # seconds; the first start makes and migrates a database
LOOK_EVERY = 0.05
GRACE = 20.0  # seconds for requests and jobs to end
LAST_RESORT = GRACE + 10.0

Keeper = Callable[[], Awaitable[None]]
"""Keeps a part up until it is cancelled; raises when it cannot."""

STARTING = Text(id="Menyalakan BatikRFM …", en="Starting BatikRFM …")
MAKING_SHOP = Text(id="Menyiapkan toko contoh …", en="Making a sample shop …")
READY = Text(id="BatikRFM siap: {url}  (Ctrl-C untuk berhenti)", en="BatikRFM is ready: {url}  (Ctrl-C stops it)")
ACCOUNT = Text(id="Masuk dengan {email}, kata sandi {password}", en="Sign in as {email}, password {password}")
CHECKED = Text(id="Sudah diperiksa: alamatnya menjawab.", en="Checked: the address answers.")


class PortTakenError(SetupError):
    """Values: port."""

    text = Text(
        id="Port {port} sedang dipakai program lain; pilih yang lain dengan --port.",
        en="Another program uses port {port}; choose another one with --port.",
    )


class NotReadyError(SetupError):
    """Values: log."""

    text = Text(id="Alamatnya tidak kunjung menjawab; lihat {log}.", en="The address does not answer; see {log}.")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 is every one of this machine.")
@click.option("--port", type=click.IntRange(1, 65_535), help="Port to listen on. [default: 8000, or the next that is free]")
@click.option("--demo", is_flag=True, help="Have a made-up shop in it, with somebody who can sign in.")
@click.option("--once", is_flag=True, help="Start, check that it answers, and end.")
@lang_option
@data_dir_option
def up(  # noqa: PLR0913 - one for each option
    *, host: str, port: int | None, demo: bool, once: bool, lang: Language, data_dir: Path | None
) -> None:
    """Run BatikRFM on this machine: database, portal and API, jobs and schedules, until Ctrl-C.

    Production runs the parts apart: `batikrfm web`, `batikrfm worker`, `batikrfm scheduler`, any number of each.
    """

    async def main() -> None:
        with told_to_stop() as stop:
            async with running(settings_of(data_dir), host, free_port(host, port), stop, lang) as (url, keepers):
                accounts = await _demo(settings_of(data_dir), lang) if demo and not stop.is_set() else []
                if not stop.is_set():
                    _say(url, accounts, lang)
                async with _customers(settings_of(data_dir), played=demo and not once and not stop.is_set()) as players:
                    await (_checked(url, lang) if once else _until(stop, [*keepers, *players]))

    asyncio.run(main())


@contextlib.asynccontextmanager
async def running(
    settings: Settings, host: str, port: int, stop: asyncio.Event, lang: Language
) -> AsyncIterator[tuple[str, Sequence[Keeper]]]:
    """The installation, ready behind the address that comes with it, and what keeps it up. Its database ends after those who use it."""
    from batikrfm.db.reaching import reach

    where = ["--data-dir", str(settings.data_dir)]
    logs = settings.data_dir / "logs"
    web = Child("web", ["web", "--host", host, "--port", str(port), *where], logs / "web.log")
    worker = Child("worker", ["worker", "--with-scheduler", "--grace", str(GRACE), *where], logs / "worker.log")
    url = f"http://{'127.0.0.1' if host in {'0.0.0.0', '::'} else host}:{port}"  # noqa: S104 - compared, not bound
    try:
        with working(STARTING.say(lang)):
            await web.start()  # it imports its libraries while the database starts
            async with contextlib.AsyncExitStack() as stack:
                await stack.enter_async_context(reach(settings))
                await _ready(web, port, stop)
                await worker.start()
                database = stack.pop_all()
        async with database:
            try:
                yield url, (Server(settings, (web, worker), LAST_RESORT).keep_up, web.keep_up, worker.keep_up)
            finally:
                await asyncio.gather(worker.stop(LAST_RESORT), web.stop(LAST_RESORT))
    finally:
        await asyncio.gather(worker.stop(LAST_RESORT), web.stop(LAST_RESORT))


@contextlib.asynccontextmanager
async def _customers(settings: Settings, *, played: bool) -> AsyncIterator[Sequence[Keeper]]:
    """The program that plays the demonstration's customers, and what keeps it up."""
    if not played:
        yield ()
        return
    players = Child(
        "demo-customers", ["demo-customers", "--data-dir", str(settings.data_dir)], settings.data_dir / "logs" / "demo-customers.log"
    )
    try:
        await players.start()
        yield (players.keep_up,)
    finally:
        await players.stop(GRACE)


def free_port(host: str, wanted: int | None) -> int:
    """``wanted``, or the first free one from 8000 on.

    Raises:
        PortTakenError: it is not free.
    """
    for port in [wanted] if wanted else range(FIRST_PORT, FIRST_PORT + PORTS):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as trial, contextlib.suppress(OSError):
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((host, port))
            return port
    raise PortTakenError(port=wanted or FIRST_PORT)


async def _ready(web: Child, port: int, stop: asyncio.Event) -> None:
    """Wait until the application answers that it is ready, or until there is no use in waiting."""
    ended = asyncio.create_task(web.ended())
    try:
        async with asyncio.timeout(READY_WITHIN):
            while not stop.is_set() and not await answers(port):
                if ended.done():
                    raise web.died()
                await asyncio.sleep(LOOK_EVERY)
    except TimeoutError:
        raise NotReadyError(log=web.log) from None
    finally:
        ended.cancel()


async def answers(port: int) -> bool:
    """Whether the application on ``port`` of this machine says that it is ready."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    try:
        writer.write(b"GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        return b" 200 " in await reader.readline()
    except OSError:
        return False
    finally:
        writer.close()


async def _until(stop: asyncio.Event, keepers: Sequence[Keeper]) -> None:
    """Keep the parts up until ``stop`` is set, or until one of them cannot be kept up."""
    running = [asyncio.ensure_future(one) for one in (stop.wait(), *(keep() for keep in keepers))]
    done, left = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    for task in done:
        task.result()


async def _checked(url: str, lang: Language) -> None:
    if not await answers(int(url.rpartition(":")[2])):
        raise NotReadyError(log=url)
    click.echo(CHECKED.say(lang))


async def _demo(settings: Settings, lang: Language) -> list[DemoAccount]:
    """The sample shop, and those who can sign in to it."""
    from batikrfm.cli.demo_contents import write_demo_contents
    from batikrfm.cli.demo_delivery import prepare_campaigns
    from batikrfm.cli.demo_shop import open_demo_shop
    from batikrfm.plugins import load_plugins
    from batikrfm.tenancy import open_database

    with working(MAKING_SHOP.say(lang)):
        async with open_database(settings):
            shop = await open_demo_shop()
            await write_demo_contents(shop, settings.data_dir)
            await prepare_campaigns(shop, settings.data_dir)
            accounts = [await extension.open_demo(shop.id, lang) for extension in load_plugins().extensions.values()]
    return [account for account in accounts if account is not None]


def _say(url: str, accounts: Sequence[DemoAccount], lang: Language) -> None:
    click.echo(READY.say(lang, url=url))
    for account in accounts:
        click.echo(ACCOUNT.say(lang, email=account.email, password=account.password))
