"""Jobs that end at the same moment share a transaction: what one write costs, each of a hundred small jobs would cost alone."""

from __future__ import annotations

import asyncio
from contextvars import Context
from dataclasses import dataclass, field

from batikrfm.jobs.context import JobContext
from batikrfm.jobs.outcomes import Done, settle
from batikrfm.jobs.tending import finish_many

MOST = 100
TRIES = 3  # of a job whose queue somebody else is at, before it waits for that queue alone


@dataclass(slots=True)
class _Ending:
    context: JobContext
    outcome: Done
    written: asyncio.Future[bool]
    tries: int = 0


@dataclass
class Endings:
    """Writes the ends of this worker's jobs. While one transaction is on its way, those that end meanwhile wait for the next."""

    _waiting: list[_Ending] = field(default_factory=list)
    _writer: asyncio.Task[None] | None = None

    async def done(self, context: JobContext, outcome: Done) -> bool:
        """As :func:`batikrfm.jobs.outcomes.settle`."""
        ending = _Ending(context, outcome, asyncio.get_running_loop().create_future())
        self._waiting.append(ending)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write(), context=Context())
        return await ending.written or await settle(context, outcome)

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            try:
                written = await finish_many([(one.context, one.outcome.kept) for one in batch])
            except Exception:  # noqa: BLE001 - each tries by itself then, and has its own error
                written = set()
            for one in batch:
                one.tries += 1
                ended = one.context.job_id in written
                if not ended and one.tries < TRIES:
                    self._waiting.append(one)
                elif not one.written.done():  # its waiter may be gone
                    one.written.set_result(ended)
