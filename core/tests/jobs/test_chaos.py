"""Workers are killed and put to sleep at random moments, and the database restarts: every job ends once, nothing is lost or doubled."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from batikrfm.db import database as databases
from batikrfm.db.embedded import embedded_server
from batikrfm.db.reaching import embedded_urls
from batikrfm.db.urls import Urls
from batikrfm.jobs import Task, enqueue
from batikrfm.jobs.tending import limit_queue
from batikrfm.tenancy import create_tenant, tenant_scope
from batikrfm.testkit.database import FAST, superuser_url
from batikrfm_migrations.sql import tenant_table

PROGRAM = Path(__file__).with_name("chaos_process.py")
EFFECTS = [
    """
    create table effects (
        tenant_id uuid not null references tenants (id), id uuid not null, job_id uuid not null, primary key (tenant_id, id)
    )
    """,
    *tenant_table("effects"),
]
HOW_IT_WENT = """
select state, effects, count(*) as jobs from (
    select jobs.state, count(effects.*) as effects from jobs left join effects on effects.job_id = jobs.id group by jobs.tenant_id, jobs.id
) each group by state, effects
"""
FINISHED = "select count(*) from jobs where finished_at is not null"
IN_THE_MIDDLE = "select from pg_stat_activity where state = 'idle in transaction' and query ~ 'insert into effects'"
COUNTS_ARE_WRONG = "select tenant_id from job_queues where running <> 0"


class Workers:
    """Workers of one database, from a process that forks them."""

    def __init__(self, nursery: subprocess.Popen[str]) -> None:
        self.nursery = nursery
        self.alive: list[int] = []

    def start(self, kind: str = "ordinary") -> int:
        assert self.nursery.stdin is not None
        assert self.nursery.stdout is not None
        print(kind, file=self.nursery.stdin, flush=True)
        self.alive.append(int(self.nursery.stdout.readline()))
        return self.alive[-1]

    def kill(self, worker: int) -> None:
        self.alive.remove(worker)
        os.kill(worker, signal.SIGKILL)

    async def stop(self, worker: int) -> None:
        """Ask it to stop, and wait until it has."""
        self.alive.remove(worker)
        os.kill(worker, signal.SIGTERM)
        with contextlib.suppress(ProcessLookupError):
            while True:
                os.kill(worker, 0)
                await asyncio.sleep(0.02)


@contextlib.contextmanager
def workers_of(urls: Urls, *sabotage: str) -> Iterator[Workers]:
    command = [sys.executable, str(PROGRAM), urls.app, urls.platform, *sabotage]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as nursery:
        workers = Workers(nursery)
        try:
            yield workers
        finally:
            for worker in list(workers.alive):
                workers.kill(worker)
            nursery.kill()


async def fill(urls: Urls, jobs: int, seconds: float = 0.1) -> None:
    """``jobs`` of both kinds, of four tenants."""
    tasks = [Task(name, nothing, 1_000, None, 0.05) for name in ("chaos.idempotent", "chaos.together")]
    async with databases.opened(urls):
        for n in range(4):
            tenant = (await create_tenant(f"Toko {n}")).id
            await limit_queue(tenant, max_running=4)
            async with tenant_scope(tenant):
                for m in range(jobs // 4):
                    await enqueue(tasks[m % 2], {"seconds": seconds})


async def nothing(seconds: float) -> None:
    """Stands for a task of the other process."""


async def ask(url: str, sql: str) -> list[asyncpg.Record]:
    """The rows of a query, whenever the database is back."""
    while True:
        try:
            connection = await asyncpg.connect(url)
            try:
                return list(await connection.fetch(sql))
            finally:
                await connection.close()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await asyncio.sleep(0.05)


async def torment(workers: Workers, url: str, dice: random.Random) -> None:
    """Three workers at a time. Whenever some jobs more are done, one of them is killed or sleeps for longer than its lease."""
    while True:
        while len(workers.alive) < 3:
            workers.start()
        await finished(url, dice.randint(1, 15) + (await ask(url, FINISHED))[0][0])
        await asyncio.sleep(dice.uniform(0.0, 0.1))
        victim = dice.choice(workers.alive)
        if dice.random() < 0.15:
            os.kill(victim, signal.SIGSTOP)
            await asyncio.sleep(1.4)
            os.kill(victim, signal.SIGCONT)
        else:
            workers.kill(victim)


async def finished(url: str, count: int) -> None:
    """Return when so many jobs are over: what happens in between, a slow machine does not change."""
    while (await ask(url, FINISHED))[0][0] < count:  # noqa: ASYNC110 - what is waited for are rows
        await asyncio.sleep(0.02)


async def assert_each_once(url: str, jobs: int) -> None:
    assert [tuple(row) for row in await ask(url, HOW_IT_WENT)] == [("done", 1, jobs)]
    assert await ask(url, COUNTS_ARE_WRONG) == []


@contextlib.asynccontextmanager
async def tormented(workers: Workers, url: str, seed: int) -> AsyncIterator[None]:
    torturer = asyncio.create_task(torment(workers, url, random.Random(seed)))  # noqa: S311 - chaos that can be repeated
    try:
        yield
    finally:
        torturer.cancel()
        await asyncio.gather(torturer, return_exceptions=True)


async def make_effects(url: str) -> None:
    admin = await asyncpg.connect(url)
    await admin.execute("; ".join(EFFECTS))
    await admin.close()


async def test_killed_workers_lose_and_double_nothing(spare_database: Urls, embedded_dir: Path) -> None:
    admin = superuser_url(embedded_dir, spare_database)
    await make_effects(admin)
    await fill(spare_database, 200)
    with workers_of(spare_database) as workers:
        async with tormented(workers, admin, seed=1):
            await finished(admin, 200)
    await assert_each_once(admin, 200)


async def test_a_database_that_restarts_loses_and_doubles_nothing(tmp_path: Path) -> None:
    async with embedded_server(tmp_path, FAST) as port:
        urls = await embedded_urls(tmp_path, port)
        await databases.migrate(urls)
        admin = superuser_url(tmp_path, urls)
        await make_effects(admin)
        await fill(urls, 200)
    with workers_of(urls) as workers:
        async with tormented(workers, admin, seed=2):
            for done in (60, 120, 200):
                async with embedded_server(tmp_path, FAST) as again:
                    assert again == port
                    await finished(admin, done)
                # Here it shuts down, for nobody else has a lease on it: workers stand before a closed door.
    async with embedded_server(tmp_path, FAST):
        await assert_each_once(admin, 200)


@pytest.mark.parametrize("sabotage", [(), ("sabotage",)], ids=["fenced", "sabotaged"])
async def test_a_worker_that_slept_too_long_counts_for_nothing(spare_database: Urls, embedded_dir: Path, sabotage: tuple[str, ...]) -> None:
    """The second case shows that the chaos above can go red: there the end of a job is not fenced by its claim."""
    admin = superuser_url(embedded_dir, spare_database)
    await make_effects(admin)
    task = Task("chaos.together", nothing, 1_000, None, 0.05)
    async with databases.opened(spare_database):
        tenant = (await create_tenant("Toko")).id
        async with tenant_scope(tenant):
            await enqueue(task, {"seconds": 3.0})
    with workers_of(spare_database, *sabotage) as workers:
        sleeper = workers.start("heartless")
        while not await ask(admin, IN_THE_MIDDLE):  # noqa: ASYNC110 - what is waited for is another process
            await asyncio.sleep(0.01)
        os.kill(sleeper, signal.SIGSTOP)
        other = workers.start()
        await finished(admin, 1)
        os.kill(sleeper, signal.SIGCONT)
        for worker in (sleeper, other):
            await workers.stop(worker)
    rows = await ask(admin, "select count(*) from effects")
    assert (rows[0][0] > 1) == bool(sabotage)
