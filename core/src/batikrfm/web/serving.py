"""Runs the application: one process that listens and watches, and so many workers that answer (Granian; see ADR 0017).

The process that calls :func:`serve` keeps only Granian. Each worker makes an application of its own from the environment, with its own
pools to the one database. All workers hold the reading end of a pipe that nobody ever writes to: it ends when the server is told to stop,
so that streams end too, and when the server is gone, however it went, so that no worker outlives it.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from litestar import Litestar

    from batikrfm.db.database import Database
    from batikrfm.plugins import Plugins
    from batikrfm.settings import Settings
    from batikrfm.web.metrics import WebMetrics

GRACE: Final = 15  # seconds for the requests that are being answered when the server is told to stop
HEADER_SECONDS: Final = 10  # a client that says so little in this time is cut off
SHARED_FIGURES: Final = "PROMETHEUS_MULTIPROC_DIR"


@dataclass(frozen=True)
class Bind:
    """Where to listen. ``data_dir`` wins over the environment, as on the command line."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    data_dir: Path | None = None

    @property
    def url(self) -> str:
        """What to type into a browser of this machine."""
        name = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 - compared, not bound
        return f"http://{f'[{name}]' if ':' in name else name}:{self.port}"


def serve(bind: Bind) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is being answered and return. Blocks; for the main thread of a process of its own.

    It is ready when :attr:`Bind.url` answers ``/health/ready``. If a worker cannot start or dies, all end, with ``SystemExit(1)``.
    """
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings
    from granian.server.mp import MPServer

    class Told(MPServer):
        """Lets its workers know before it waits for them."""

        def shutdown(self, exit_code: int = 0) -> None:
            ours.close()
            super().shutdown(exit_code)  # type: ignore[no-untyped-call] # Granian has no types here

    theirs, ours = Pipe(duplex=False)
    with _shared_figures(bind.workers) as environment:
        environment["BATIKRFM_PUBLIC_URL"] = os.environ.get("BATIKRFM_PUBLIC_URL") or bind.url  # links in mails lead here
        server = Told(
            "batikrfm.web.serving",
            address=bind.host,
            port=bind.port,
            workers=bind.workers,
            interface=Interfaces.ASGI,
            websockets=False,
            http1_settings=HTTP1Settings(header_read_timeout=HEADER_SECONDS * 1000),
            workers_kill_timeout=GRACE,
            log_enabled=False,
        )
        server.serve(target_loader=partial(in_worker, bind.data_dir, environment, theirs, ours), wrap_loader=False)


def in_worker(data_dir: Path | None, environment: Mapping[str, str], theirs: Connection, ours: Connection) -> Litestar:
    """The application of one worker, which is this process from now on. ``ours`` is the parent's end of the pipe."""
    from batikrfm.web.logs import set_up_logs

    ours.close()
    os.environ.update(environment)
    if data_dir is not None:
        os.environ["BATIKRFM_DATA_DIR"] = str(data_dir)  # extensions are told by the environment alone
    set_up_logs()
    app = application(data_dir)
    app.on_startup += [lambda: _stop_with(theirs, app), gc.freeze]  # what is there now stays: no search for garbage goes through it again
    return app


def _stop_with(server: Connection, app: Litestar) -> None:
    """Stop when the server does."""
    from batikrfm.web.stopping import STOPPING

    loop = asyncio.get_running_loop()

    def stop() -> None:
        loop.remove_reader(server.fileno())
        app.state[STOPPING].set()
        os.kill(os.getpid(), signal.SIGTERM)  # the server sends it too, if it is still there

    loop.add_reader(server.fileno(), stop)


def application(data_dir: Path | None = None) -> Litestar:
    """The application as the environment describes it, with every installed plugin."""
    from batikrfm.plugins import load_plugins
    from batikrfm.settings import Settings
    from batikrfm.web.app import create_app
    from batikrfm.web.metrics import WebMetrics
    from batikrfm.web.observing import observed
    from batikrfm.web.settings import WebSettings

    settings, metrics = Settings.from_environment(data_dir=data_dir), WebMetrics()
    web, plugins = WebSettings.from_environment(), load_plugins(metrics=metrics)
    return observed(create_app(web, lambda: _open(settings, plugins, metrics), plugins, metrics), web)


@contextlib.asynccontextmanager
async def _open(settings: Settings, plugins: Plugins, metrics: WebMetrics) -> AsyncIterator[Database]:
    """The database, and the LLM providers and channels that a page or a request may ask about."""
    from batikrfm.content.chain import open_providers
    from batikrfm.delivery.channels import open_channels
    from batikrfm.delivery.events.intake import open_intake
    from batikrfm.tenancy import open_database

    async with (
        open_database(settings) as database,
        open_providers(plugins, settings.data_dir, metrics=metrics),
        open_channels(plugins, settings.data_dir),
        open_intake(plugins, settings.data_dir),
    ):
        yield database


@contextlib.contextmanager
def _shared_figures(workers: int) -> Iterator[dict[str, str]]:
    """What several workers need to add up their figures: a folder, gone afterwards."""
    if workers == 1:
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="batikrfm-figures-") as folder:
        yield {SHARED_FIGURES: folder}
