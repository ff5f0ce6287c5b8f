"""What a job knows of itself while it runs: whose it is, how to say how far it got, how to end together with its work."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence
from contextvars import Context, ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import msgspec

from batikrfm.db.engine import Scope, current_scope
from batikrfm.db.errors import LostConnectionError
from batikrfm.jobs import queries
from batikrfm.jobs.errors import JobCancelled, JobLost, NotInJob
from batikrfm.jobs.jsons import to_json
from batikrfm.jobs.registry import Result
from batikrfm.sdk.text import Text
from batikrfm.tenancy import tenant_scope

PROGRESS_EVERY = 0.5  # seconds between two rows of progress: what a person can follow


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job got."""

    done: int | None = None
    total: int | None = None
    message: Text | None = None

    def columns(self) -> tuple[int | None, int | None, str | None]:
        """Values for the columns done, total, message."""
        return self.done, self.total, None if self.message is None else to_json(self.message)


@dataclass
class JobContext:
    """The job that this code runs in. ``attempt`` counts from 1; ``claim`` is this attempt's right to say how it went."""

    tenant_id: UUID
    job_id: UUID
    attempt: int
    max_attempts: int = 1
    claim: UUID = field(default_factory=uuid4, repr=False)
    said: Progress = field(default_factory=Progress, repr=False)
    said_at: float = field(default=float("-inf"), repr=False)
    cancel_asked: bool = field(default=False, repr=False)
    completed: bool = field(default=False, repr=False)
    lost: bool = field(default=False, repr=False)

    @property
    def key(self) -> tuple[UUID, UUID, UUID]:
        """What picks this attempt's row, as the statements' first three values."""
        return self.tenant_id, self.job_id, self.claim


_job: ContextVar[JobContext | None] = ContextVar("batikrfm_job", default=None)


def current_job() -> JobContext:
    """The job that this code runs in, also in its threads.

    Raises:
        NotInJob: it runs in none.
    """
    context = _job.get()
    if context is None:
        raise NotInJob("this is for code that runs as a job")
    return context


def enter_job(context: JobContext) -> None:
    """Make ``context`` the current job of this asyncio task for good: a worker runs each job in a task of its own."""
    _job.set(context)


@contextlib.contextmanager
def in_job(context: JobContext) -> Iterator[None]:
    """Make ``context`` the current job for a block, as tests of a task need it."""
    token = _job.set(context)
    try:
        yield
    finally:
        _job.reset(token)


async def progress(done: int, total: int | None = None, message: Text | None = None) -> None:
    """Say how far the job got. Cheap: written at most every half second, in a transaction of its own, also from inside a scope.

    Raises:
        JobCancelled: somebody asked the job to stop.
        JobLost: the job was taken from this worker.
        NotInJob: this is no job.
    """
    context = current_job()
    context.said = Progress(int(done), None if total is None else int(total), message)
    now = time.monotonic()
    if now - context.said_at >= PROGRESS_EVERY and not context.completed:
        context.said_at = now
        with contextlib.suppress(LostConnectionError):  # the work itself will notice if it matters
            # In an empty context, for the job may be in the middle of a scope, and scopes do not nest.
            await asyncio.create_task(_write(context), context=Context())
    if context.cancel_asked:
        raise JobCancelled


async def complete(result: Result = None) -> None:
    """End the job as done within the open scope of its tenant: what the scope did and the job's end are kept together or not at all.

    Comes last in the scope, for from here on its locks hold up the tenant's queue: the scope is lost if it then pauses for some
    seconds. What the function returns afterwards is ignored. Without a ``result`` it is what :func:`keep_result` has kept.

    Raises:
        JobLost: the job was taken from this worker; the scope's work must not be kept.
        NotInJob: this is no job.
    """
    context = current_job()
    scope = current_scope()
    if not await finish(scope, context, result):
        raise JobLost("another attempt has this job now")
    context.completed = True


async def complete_each(results: Sequence[tuple[JobContext, Result]]) -> None:
    """As :func:`complete`, for several jobs of the scope's tenant whose work it keeps.

    Raises:
        JobLost: one of them was taken from this worker; the scope's work must not be kept.
    """
    rows = [(*context.key, *context.said.columns(), None if result is None else to_json(result)) for context, result in results]
    ended = await current_scope().fetch(queries.FINISH_EACH, *map(list, zip(*rows, strict=True)))
    if len(ended) < len(rows):
        raise JobLost("another attempt has one of these jobs now")
    for context, _ in results:
        context.completed = True


async def keep_result(part: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what is in ``part`` as the job's result so far, within the open scope of its tenant: with what the scope did, or not at all.

    The result as it is then is given back. A part adds to those before, also of earlier attempts, and says anew what they say of the same
    name. A job that keeps its result in parts ends with :func:`complete`, without a result of its own.

    Raises:
        JobLost: the job was taken from this worker; the scope's work must not be kept.
        NotInJob: this is no job.
    """
    context = current_job()
    kept = await current_scope().fetchval(queries.KEEP_RESULT, *context.key, to_json(dict(part)))
    if kept is None:
        raise JobLost("another attempt has this job now")
    result: dict[str, Any] = msgspec.json.decode(kept)
    return result


async def finish(scope: Scope, context: JobContext, result: Result) -> bool:
    """Write that the job is done. False if it is not this attempt's to say."""
    kept = None if result is None else to_json(result)
    return await scope.execute(queries.FINISH, *context.key, *context.said.columns(), kept) == "UPDATE 1"


async def _write(context: JobContext) -> None:
    async with tenant_scope(context.tenant_id) as scope:
        rows = await scope.fetch(queries.PROGRESS, *context.key, *context.said.columns())
    if not rows:
        context.lost = True
        raise JobLost("another attempt has this job now")
    context.cancel_asked |= rows[0]["cancel_asked"]
