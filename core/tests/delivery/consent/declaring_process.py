"""Workers to be killed while they write a declaration down: python declaring_process.py APP_URL PLATFORM_URL [forgetful].

Imports once, then forks a worker for each line that it reads and answers with its process ID. A ``forgetful`` one does not know how far the
one before it got: the sabotage.
"""

from __future__ import annotations

# ruff: noqa: S311, T201 - sleeps by chance, and answers on its output
import asyncio
import os
import random
import signal
import sys
from uuid import UUID

from batikrfm.db import database as databases
from batikrfm.db.engine import current_scope
from batikrfm.db.urls import Urls
from batikrfm.delivery.consent import tasks, writing_down
from batikrfm.delivery.consent.model import Doing, Work
from batikrfm.jobs.running import WorkerOptions, run_worker

really_step = writing_down.step
began: set[UUID] = set()


async def slowly(declaration_id: UUID, doing: Doing) -> Work | None:
    """A step that may be killed before it, in the middle of it, and before it is kept."""
    if "forgetful" in sys.argv and declaration_id not in began:
        began.add(declaration_id)
        await current_scope().execute("update consent_declarations set reached = null where id = $1", declaration_id)
    await asyncio.sleep(random.uniform(0.0, 0.02))
    work = await really_step(declaration_id, doing)
    await asyncio.sleep(random.uniform(0.0, 0.02))
    return work


async def work(app: str, platform: str) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with databases.opened(Urls(app=app, platform=platform, owner=None)) as database:
        await run_worker(database, stop, WorkerOptions(slots=2, lease=1.0, poll=0.1, grace=10))


def main() -> None:
    app, platform = sys.argv[1:3]
    tasks.step = slowly  # type: ignore[attr-defined] # the name that the job calls, imported there
    writing_down.AT_ONCE = 5  # type: ignore[misc] # this process's own
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            random.seed(os.getpid())
            asyncio.run(work(app, platform))
            os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    main()
