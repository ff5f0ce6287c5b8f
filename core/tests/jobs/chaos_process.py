"""Workers to be killed: python chaos_process.py APP_URL PLATFORM_URL [sabotage].

Imports once, then forks a worker for each line that it reads and answers with its process ID, so that many can die in a short time.
A line ``heartless`` makes one that never looks whether its jobs are still its own.
"""

from __future__ import annotations

# ruff: noqa: S311, T201 - sleeps by chance, and answers on its output
import asyncio
import os
import random
import signal
import sys

from batikrfm import jobs
from batikrfm.db import database as databases
from batikrfm.db.engine import Scope
from batikrfm.db.keys import uuid7
from batikrfm.db.urls import Urls
from batikrfm.jobs import JobContext, complete, current_job, job
from batikrfm.jobs.broker import JobBroker
from batikrfm.jobs.registry import Result
from batikrfm.jobs.running import WorkerOptions, run_worker
from batikrfm.tenancy import tenant_scope

EFFECT = """
insert into effects (tenant_id, id, job_id) values (nullif(current_setting('app.tenant_id'), '')::uuid, $1, $2)
"""


@job("chaos.idempotent", max_attempts=1_000, retry_after=0.05)
async def idempotent(seconds: float) -> Result:
    """Its effect is named after it, so that a repetition finds it there."""
    mine = current_job()
    await asyncio.sleep(seconds * random.random())
    async with tenant_scope(mine.tenant_id) as scope:
        await scope.execute(f"{EFFECT} on conflict do nothing", mine.job_id, mine.job_id)
        await asyncio.sleep(seconds * random.random())
    return {"attempt": mine.attempt}


@job("chaos.together", max_attempts=1_000, retry_after=0.05)
async def together(seconds: float) -> None:
    """Its effect can be doubled, and is kept together with its end."""
    mine = current_job()
    async with tenant_scope(mine.tenant_id) as scope:
        await scope.execute(EFFECT, uuid7(), mine.job_id)
        await asyncio.sleep(seconds * random.uniform(0.5, 1.0))  # never so short that nobody sees it in the middle
        await complete()


really_finish = jobs.context.finish


async def finish_whoever_has_it(scope: Scope, context: JobContext, result: Result) -> bool:
    """The sabotage: it does not heed whether the job was still its own."""
    await really_finish(scope, context, result)
    return True


async def no_heart(_broker: JobBroker) -> None:
    await asyncio.Event().wait()


async def work(app: str, platform: str) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with databases.opened(Urls(app=app, platform=platform, owner=None)) as database:
        await run_worker(database, stop, WorkerOptions(slots=4, lease=1.0, poll=0.2, grace=10))


def main() -> None:
    app, platform, *sabotage = sys.argv[1:]
    if sabotage:
        jobs.context.finish = finish_whoever_has_it
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            random.seed(os.getpid())
            if line.strip() == "heartless":
                JobBroker.beat = no_heart  # type: ignore[assignment,method-assign] # for this process alone
            asyncio.run(work(app, platform))
            os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    main()
