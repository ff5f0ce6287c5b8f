"""Put a job into the queue, as part of the caller's transaction: it exists if and only if that commits."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from batikrfm.db.engine import Scope, current_scope
from batikrfm.db.keys import uuid7
from batikrfm.jobs import queries
from batikrfm.jobs.errors import TaskError
from batikrfm.jobs.jsons import to_json
from batikrfm.jobs.model import Arguments
from batikrfm.jobs.registry import Task


async def enqueue(
    task: Task[...],
    arguments: Arguments | None = None,
    *,
    dedup_key: str | None = None,
    priority: int = 0,
    run_at: datetime | None = None,
) -> UUID:
    """A new job of the scope's tenant; its ID. Workers hear of it when the scope commits.

    ``arguments`` are the task's, as JSON values. Of jobs with the same ``dedup_key`` only one is queued or running: enqueuing it again
    gives the ID of that one. A higher ``priority`` goes first among the tenant's own jobs. It does not start before ``run_at``.

    Raises:
        NoScope: there is no tenant's scope around it.
        TaskError: the arguments are no JSON values.
    """
    scope = current_scope()
    given = encoded(arguments or {})
    while True:
        made = await scope.fetchval(queries.ENQUEUE, uuid7(), task.name, given, task.max_attempts, dedup_key, priority, run_at)
        if made is None:
            made = await _twin(scope, dedup_key)
        if made is not None:  # else the twin ended in between
            return UUID(str(made))


async def enqueue_once(task: Task[...], *, dedup_key: str, run_at: datetime) -> None:
    """See that a job with this ``dedup_key`` is queued or running, for whoever need not know which. Otherwise as :func:`enqueue`."""
    await current_scope().execute(queries.ENQUEUE, uuid7(), task.name, "{}", task.max_attempts, dedup_key, 0, run_at)


async def _twin(scope: Scope, dedup_key: str | None) -> UUID | None:
    found: UUID | None = await scope.fetchval(queries.TWIN, dedup_key)
    return found


def encoded(arguments: Arguments) -> str:
    """``arguments`` as JSON text."""
    try:
        return to_json(dict(arguments))
    except TypeError as error:
        raise TaskError(f"a job's arguments are JSON values: {error}") from error
