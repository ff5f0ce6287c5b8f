"""Workers that write words and are killed at it, one after the other."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from batikrfm.db.urls import Urls

if TYPE_CHECKING:
    import asyncpg

HERE = Path(__file__).parent
PROGRAM = HERE.parent / "writing_process.py"
KILLS = 20


@contextlib.contextmanager
def nursery_of(urls: Urls, lease: float = 1.0) -> Iterator[subprocess.Popen[str]]:
    """A process that forks workers of this database, whose jobs have leases of so many seconds."""
    command = [sys.executable, str(PROGRAM), urls.app, urls.platform, str(lease)]
    paths = os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")])
    pipe, environ = subprocess.PIPE, {**os.environ, "PYTHONPATH": paths}
    with subprocess.Popen(command, text=True, env=environ, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as nursery:
        try:
            yield nursery
        finally:
            nursery.kill()


def born(nursery: subprocess.Popen[str]) -> int:
    """One more worker."""
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    print(file=nursery.stdin, flush=True)
    return int(nursery.stdout.readline())


@dataclass(frozen=True)
class Torment:
    """Twenty die, each after working for a moment; then two bring the jobs of ``task`` (a pattern) to their end."""

    admin: asyncpg.Connection
    task: str
    moment: tuple[float, float] = (0.15, 0.6)
    as_new: bool = False  # who dies is known to be dead, and it is forgotten that they tried: a job that was tried goes alone

    async def inflict(self, nursery: subprocess.Popen[str], dice: random.Random) -> None:
        alive: list[int] = []
        try:
            await self.come_early()
            for _ in range(KILLS):
                alive.append(born(nursery))
                await asyncio.sleep(dice.uniform(*self.moment))
                os.kill(alive.pop(), signal.SIGKILL)
                await self.bury()
                await self.come_early()
            alive += [born(nursery), born(nursery)]
            while await self.open():
                await self.come_early()
                await asyncio.sleep(0.1)
        finally:
            for one in alive:
                os.kill(one, signal.SIGKILL)

    async def bury(self) -> None:
        """Nobody works now, so no lease that still runs is anybody's."""
        if self.as_new:
            await self.admin.execute("update jobs set lease_until = now() - interval '1 second' where state = 'running'")

    async def open(self) -> int:
        """How many jobs are not over."""
        return int(await self.admin.fetchval("select count(*) from jobs where state in ('queued', 'running') and task like $1", self.task))

    async def come_early(self) -> None:
        """Nobody here waits ten minutes for a vendor, or backs off; and nobody gives a job up whose fifth worker in a row was killed."""
        await self.admin.execute("update jobs set max_attempts = 1000 where task like $1", self.task)
        await self.admin.execute("update jobs set run_at = now() where state = 'queued' and run_at > now() and task like $1", self.task)
        if self.as_new:
            await self.admin.execute("update jobs set attempts = 0 where state = 'queued' and task like $1", self.task)
