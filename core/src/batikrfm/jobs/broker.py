"""taskiq's broker on the job table: kick is INSERT and NOTIFY in the caller's transaction, listen is a fair claim.

The row, not the message, is the truth: what taskiq carries is made from a claimed row and thrown away with it. A message is a place in
this worker: it stands for one job, or for some of a tenant's that are begun at the same moment, each in an asyncio task of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextvars import Context
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from taskiq import AckableMessage, AsyncBroker, BrokerMessage

from batikrfm.jobs import tending
from batikrfm.jobs.claiming import BRIEFLY, Claimed, Haul, claim, in_places
from batikrfm.jobs.context import JobContext, enter_job
from batikrfm.jobs.endings import Endings
from batikrfm.jobs.enqueuing import enqueue
from batikrfm.jobs.errors import TaskError
from batikrfm.jobs.metrics import JobMetrics, NoMetrics
from batikrfm.jobs.outcomes import RELEASED, Again, Done, Lost, Outcome, attempt, settle
from batikrfm.jobs.queries import STOPPED, WORK
from batikrfm.jobs.registry import TASKS, Task

logger = logging.getLogger(__name__)

PAUSE = 0.5  # seconds before the database is tried again
GATHERING = 0.008  # seconds between two claims, at least: a claim costs the same for one job and for many
UNKNOWN_TASK = timedelta(seconds=30)  # a newer version's task waits that long before somebody else may look at it


@dataclass
class Attempt:
    """A job in this worker's hands. ``first`` is the job whose place in the worker it shares, itself where it is alone."""

    context: JobContext
    claimed: Claimed
    first: UUID
    started: float = field(default_factory=time.monotonic)
    running: asyncio.Task[Any] | None = None  # while the task's own code runs, and may be cancelled

    def stop(self) -> None:
        """Cancel the task's code, if that is what runs now."""
        if self.running is not None:
            self.running.cancel()


class JobBroker(AsyncBroker):
    """Takes at most ``slots`` jobs at a time, under leases of ``lease``."""

    def __init__(self, worker: str, *, slots: int, lease: timedelta, poll: float = 1.0, metrics: JobMetrics | None = None) -> None:
        super().__init__()
        self.worker, self.slots, self.lease, self.poll = worker, slots, lease, poll
        self.metrics = metrics or NoMetrics()
        self.attempts: dict[UUID, Attempt] = {}
        self.endings = Endings()
        self.work = asyncio.Event()  # there may be some
        self.claim_at = self.file_at = 0.0  # not before; at the latest
        self.pulse = asyncio.Event()  # somebody asked a running job to stop
        self.stops = 0  # how often
        self.stopping = asyncio.Event()
        self.at_once = {name: task.at_once for name, task in TASKS.items() if task.at_once > 1}
        for task in TASKS.values():
            self.register_task(self._runner(task), task_name=task.name)

    async def kick(self, message: BrokerMessage) -> None:
        """Enqueue in the scope that is open. Labels ``dedup_key`` and ``priority`` are heeded. Rooms call :func:`enqueue` itself."""
        task = TASKS.get(message.task_name)
        content = msgspec.json.decode(message.message)
        if task is None or content["args"]:
            raise TaskError(f"{message.task_name} is no task, or was called without naming its arguments")
        labels = message.labels
        await enqueue(task, content["kwargs"], dedup_key=labels.get("dedup_key"), priority=int(labels.get("priority", 0)))

    async def listen(self) -> AsyncGenerator[AckableMessage, None]:
        """Claim jobs for as many slots as are free, as long as somebody listens. What nobody took goes back."""
        while True:
            self.work.clear()
            haul = await self._claimed()
            if not haul.jobs:
                await self._wait(haul.pause)
            places = in_places(haul.jobs, self.at_once)
            try:
                while places:
                    yield AckableMessage(data=self._placed(places.pop(0)), ack=self.work.set)  # a slot is free, maybe a queue has room
            finally:
                await self._put_back([one for place in places for one in place])

    def heard(self, payload: str) -> None:
        """Somebody rang: there is work, or a running job is to stop. With "" it may be both: nobody knows what was said before."""
        if payload != WORK:
            self.stops += 1
            self.pulse.set()
        if payload != STOPPED:
            self.file_at = 0.0
            self.work.set()

    async def beat(self) -> None:
        """Renew the leases, stop what was taken away or cancelled, take over from workers that are gone: three times in a lease."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.lease.total_seconds() / 3):
                    await self.pulse.wait()
            self.pulse.clear()
            try:
                await self._renew()
                for task, state in await tending.reap():
                    self.metrics.jobs_reaped(task=task, outcome=state)
                    self.heard(WORK)
            except Exception as error:  # noqa: BLE001 - a heart that stops would lose every job of this worker
                await _rest_after(error)

    async def conclude(self, mine: Attempt, outcome: Outcome) -> None:
        """Write how an attempt ended, through a time without a database if need be; not longer than the lease lets us."""
        kept = await self._settled(mine.context, outcome)
        name = outcome.name if kept else Lost.name
        self.metrics.job_ended(task=mine.claimed.task, outcome=name, seconds=time.monotonic() - mine.started)
        self.attempts.pop(mine.claimed.id, None)

    async def _settled(self, context: JobContext, outcome: Outcome) -> bool:
        until = time.monotonic() + self.lease.total_seconds()
        while time.monotonic() < until:
            try:
                if isinstance(outcome, Done) and not context.completed:
                    return await self.endings.done(context, outcome)
                return await settle(context, outcome)
            except Exception as error:  # noqa: BLE001 - if it cannot be written, the job runs again; the worker goes on
                await _rest_after(error)
        return False

    def _placed(self, jobs: Sequence[Claimed]) -> bytes:
        """The message that these share."""
        first = jobs[0]
        for one in jobs:
            self.attempts[one.id].first = first.id
        return first.message()

    def _runner(self, task: Task[...]) -> Callable[[str], Awaitable[None]]:
        async def run(first: str) -> None:
            place = [one for one in self.attempts.values() if one.first == UUID(first)]
            await asyncio.gather(*(asyncio.create_task(self._attempt(task, one), context=Context()) for one in place))

        return run

    async def _attempt(self, task: Task[...], mine: Attempt) -> None:
        enter_job(mine.context)
        mine.running = asyncio.current_task()
        outcome: Outcome = RELEASED
        try:
            outcome = await attempt(task, mine.context, msgspec.json.decode(mine.claimed.arguments), self.stopping)
        finally:
            while mine.running and mine.running.uncancel():  # from here on nothing cancels it: it writes
                pass
            mine.running = None
            await self.conclude(mine, outcome)

    async def _claimed(self) -> Haul:
        """What a claim brings, those jobs set aside whose tasks this version does not know."""
        await asyncio.sleep(self.claim_at - time.monotonic())  # so that jobs which end meanwhile share one claim
        self.claim_at, file = time.monotonic() + GATHERING, time.monotonic() >= self.file_at
        if file:
            self.file_at = time.monotonic() + self.poll
        wanted, stops = max(1, self.slots - len({one.first for one in self.attempts.values()})), self.stops
        taking = asyncio.create_task(claim(self.worker, self.lease, wanted, file=file, at_once=self.at_once), context=Context())
        try:
            haul = await asyncio.shield(taking)
        except asyncio.CancelledError:  # this worker stops; what the claim still brings goes back
            await self._put_back((await taking).jobs)
            raise
        except Exception as error:  # noqa: BLE001 - the database may be back in a moment
            await _rest_after(error)
            return Haul([])
        if haul.unfiled:
            self.file_at = 0.0
        await self._put_back([one for one in haul.jobs if one.task not in TASKS], UNKNOWN_TASK)
        known = [one for one in haul.jobs if one.task in TASKS]
        self.attempts |= {one.id: Attempt(_context(one), one, one.id) for one in known}
        if self.stops != stops:  # it may have been one of these, which were running already and not yet known here
            self.pulse.set()
        for one in known:
            self.metrics.job_started(task=one.task, waited=one.waited)
        return Haul(known, BRIEFLY if haul.jobs and not known else haul.pause)  # what it knows may be waiting behind

    async def _put_back(self, jobs: Sequence[Claimed], wait: timedelta = timedelta()) -> None:
        for one in jobs:
            await self.conclude(self.attempts.get(one.id) or Attempt(_context(one), one, one.id), Again(wait, released=True))

    async def _renew(self) -> None:
        mine = list(self.attempts.values())
        held = await tending.renew([one.context for one in mine], self.lease)
        for one in mine:
            if one.context.completed:
                continue
            there = held.get(one.context.job_id)
            one.context.lost = there is None
            one.context.cancel_asked = bool(there)
            if one.context.lost or one.context.cancel_asked:
                one.stop()

    async def _wait(self, pause: float | None) -> None:
        pause = self.poll if pause is None else min(pause, self.poll)
        self.file_at = min(self.file_at, time.monotonic() + pause)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self.work.wait()


def _context(one: Claimed) -> JobContext:
    return JobContext(one.tenant_id, one.id, one.attempt, one.max_attempts, one.claim)


async def _rest_after(error: Exception) -> None:
    """What is wrong is told by its kind: an error's words may hold anything."""
    logger.warning("the job queue cannot be reached: %s", type(error).__name__)
    await asyncio.sleep(PAUSE)
