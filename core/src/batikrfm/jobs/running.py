"""A worker: runs jobs until it is told to stop, and lets those that run come to their end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import random
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from taskiq.receiver import Receiver

from batikrfm.db.database import Database
from batikrfm.db.listening import listening
from batikrfm.jobs import tending
from batikrfm.jobs.broker import JobBroker
from batikrfm.jobs.metrics import JobMetrics
from batikrfm.jobs.queries import CHANNEL

logger = logging.getLogger(__name__)

SWEEP_EVERY = 600.0  # seconds
LAST_WORDS = 5.0  # seconds for jobs that were stopped to say so

Loop = Callable[[asyncio.Event], Awaitable[None]]
"""Background work of another part: it runs until the event is set."""


@dataclass(frozen=True)
class WorkerOptions:
    """How a worker works. Seconds: a job of a worker that died is taken over after ``lease``; at a stop, jobs have ``grace`` to end."""

    slots: int = 4
    lease: float = 30.0
    poll: float = 1.0
    grace: float = 20.0
    keep_days: float = 30.0


def import_tasks(modules: Iterable[str]) -> list[str]:
    """Import those of ``modules`` that exist, so that their tasks are known; their names."""
    there = [name for name in modules if find_spec(name) is not None]
    for name in there:
        import_module(name)
    return there


async def run_worker(
    database: Database,
    stop: asyncio.Event,
    options: WorkerOptions | None = None,
    *,
    metrics: JobMetrics | None = None,
    loops: Sequence[Loop] = (),
) -> None:
    """Run jobs, and ``loops`` beside them, until ``stop`` is set. Tasks are those whose modules were imported by now.

    Stopping: no new job is taken; those that run have ``options.grace`` seconds, then they are cancelled and go back into the queue.
    """
    options = options or WorkerOptions()
    broker = JobBroker(
        f"{socket.gethostname()}:{os.getpid()}",
        slots=options.slots,
        lease=timedelta(seconds=options.lease),
        poll=options.poll,
        metrics=metrics,
    )
    broker.is_worker_process = True
    receiver = Receiver(broker, run_startup=False, validate_params=False, max_async_tasks=options.slots, wait_tasks_timeout=options.grace)
    beside = [broker.beat(), _sweep(timedelta(days=options.keep_days)), *(_kept_up(loop, stop) for loop in loops)]
    async with listening(database.urls.platform, CHANNEL, broker.heard), running_beside(beside):
        await broker.startup()
        try:
            await receiver.listen(stop)
        finally:
            await _end(broker)
            await broker.shutdown()


@asynccontextmanager
async def running_beside(work: Iterable[Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """Run ``work`` for as long as the block lasts."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _end(broker: JobBroker) -> None:
    broker.stopping.set()
    still = [task for one in broker.attempts.values() if (task := one.running) is not None]
    for one in broker.attempts.values():
        one.stop()
    if still:
        logger.warning("%d jobs did not end in time and go back into the queue", len(still))
        await asyncio.wait(still, timeout=LAST_WORDS)


async def _sweep(keep: timedelta) -> None:
    """Remove jobs that were over long ago: now and then, in small batches, and not all workers at once."""
    while True:
        await asyncio.sleep(SWEEP_EVERY * random.uniform(0.5, 1.5))  # noqa: S311 - spreads load, guards nothing
        try:
            while await tending.forget(keep) == tending.AT_ONCE:
                pass
        except Exception as error:  # noqa: BLE001 - the next sweep will do
            logger.warning("old jobs could not be removed: %s", type(error).__name__)


async def _kept_up(loop: Loop, stop: asyncio.Event) -> None:
    """Run ``loop``, again after a pause if it breaks: what it is, an extension says, and it must not end the worker."""
    pause = 1.0
    while not stop.is_set():
        try:
            return await loop(stop)
        except Exception as error:  # noqa: BLE001 - see the docstring
            name, kind = getattr(loop, "__qualname__", loop), type(error).__name__
            logger.error("background work of %s broke: %s", name, kind, extra={"about": error})  # noqa: TRY400 - its words may hold anything
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await stop.wait()
        pause = min(60.0, pause * 2)
    return None
