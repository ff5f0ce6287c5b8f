"""Workers to be killed while they write words: python writing_process.py APP_URL PLATFORM_URL LEASE.

Imports once, then forks a worker for each line that it reads and answers with its process ID. Its vendor answers within some
milliseconds by itself, so nothing is out on a network.
"""

from __future__ import annotations

# ruff: noqa: S311, T201 - sleeps by chance, and answers on its output
import asyncio
import logging
import os
import random
import signal
import sys
from typing import Any

from cryptography.fernet import Fernet

from batikrfm.content.chain import Providers, opened_providers
from batikrfm.content.chain.providers import Means
from batikrfm.content.tasks import generate_content
from batikrfm.content.weekly.tasks import write_week
from batikrfm.db import database as databases
from batikrfm.db.urls import Urls
from batikrfm.jobs.registry import TASKS
from batikrfm.jobs.running import WorkerOptions, run_worker
from batikrfm.plugins.http import open_http
from batikrfm.plugins.settings import PluginSettings
from batikrfm.plugins.vault import Vault
from batikrfm.sdk import PluginContext
from chain_stage import FreeLimiter, Stage
from content_stage import writers


class SlowStage(Stage):
    """Vendors that take a moment, so that workers die while they are asked."""

    async def perform(self, provider: str, what: str, otherwise: object) -> Any:  # noqa: ANN401 - whatever it is
        await asyncio.sleep(random.uniform(0.0, 0.15))
        return await super().perform(provider, what, otherwise)


async def work(app: str, platform: str, lease: float) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    settings = PluginSettings(writers(SlowStage()), Vault([Fernet.generate_key().decode()]), {"FAKE_FIRST_KEY": "sk-house"})
    context = PluginContext(language="id", log=logging.getLogger("vendor"), http=open_http)
    means = Means(limiter=FreeLimiter())
    async with (
        databases.opened(Urls(app=app, platform=platform, owner=None)) as database,
        opened_providers(Providers(settings, context, {}, means=means)),
    ):
        await run_worker(database, stop, WorkerOptions(slots=4, lease=lease, poll=0.2, grace=10))


def main() -> None:
    app, platform, lease = sys.argv[1:]
    assert {write_week.name, generate_content.name} <= TASKS.keys()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            random.seed(os.getpid())
            asyncio.run(work(app, platform, float(lease)))
            os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    main()
