"""Workers to be killed while they send: python sending_process.py APP_URL PLATFORM_URL BOOK KIND.

Imports once, then forks a worker for each line that it reads and answers with its process ID. The vendor's book is a file, written and
synced for each message before anything else happens: it outlives them all, as a vendor does. ``KIND`` is what the vendor can: ``lookup``,
``idempotent`` or ``neither``.
"""

from __future__ import annotations

# ruff: noqa: S311, T201 - sleeps by chance, and answers on its output
import asyncio
import os
import random
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sending_stage import OpenLimiter, plugins_of, sending

from batikrfm.db import database as databases
from batikrfm.db.urls import Urls
from batikrfm.delivery.channels.opening import Means
from batikrfm.delivery.channels.settings import DeliverySettings
from batikrfm.delivery.sending import tasks
from batikrfm.delivery.sending.model import Pacing
from batikrfm.jobs.running import WorkerOptions, run_worker
from batikrfm.sdk import Message, Receipt
from batikrfm.testkit.fake_channels import ChannelStage, FakeChannel

CAN: dict[str, dict[str, bool]] = {
    "lookup": {"idempotent": False, "status_lookup": True},
    "idempotent": {"idempotent": True, "status_lookup": False},
    "neither": {"idempotent": False, "status_lookup": False},
}


async def slowly(channel: FakeChannel, batch: Sequence[Message]) -> Sequence[Receipt]:
    """Take one after the other, each in its own moment, so that a worker may die between any two of them."""
    receipts = []
    for message in batch:
        await asyncio.sleep(random.uniform(0.0, 0.01))
        receipts.append(channel.receipt(message))
    await asyncio.sleep(random.uniform(0.0, 0.05))
    return receipts


async def work(app: str, platform: str, book: str, kind: str) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    stage = ChannelStage(book=Path(book))
    stage.always["fake_email"] = slowly
    changed: dict[str, Any] = CAN[kind]
    async with (
        databases.opened(Urls(app=app, platform=platform, owner=None)) as database,
        sending(plugins_of(stage, **changed), Means(limiter=OpenLimiter()), DeliverySettings()),
    ):
        await run_worker(database, stop, WorkerOptions(slots=4, lease=1.0, poll=0.1, grace=10))


def main() -> None:
    app, platform, book, kind = sys.argv[1:]
    tasks.PACING = Pacing(lease=2.5, call=2.0, first_wait=0.05, look=0.1, nap=0.5, batch=10)  # type: ignore[misc] # this process's own
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            random.seed(os.getpid())
            asyncio.run(work(app, platform, book, kind))
            os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    main()
