"""See how jobs go, stop one, run one again. Everything here is about the jobs of the scope's tenant; another's is not found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from batikrfm.db.engine import current_scope
from batikrfm.jobs import queries
from batikrfm.jobs.errors import JobNotFoundError, JobRunsError
from batikrfm.jobs.model import Job, JobState
from batikrfm.jobs.registry import Task, give_back
from batikrfm.sdk.text import Text

TROUBLED = (JobState.FAILED, JobState.DEAD)


async def find_job(job_id: UUID) -> Job:
    """The job as it is now.

    Raises:
        JobNotFoundError: the tenant has none of this ID.
    """
    rows = await current_scope().fetch(queries.FIND, job_id)
    if not rows:
        raise JobNotFoundError
    return _job(rows[0])


async def list_jobs(limit: int = 50, after: UUID | None = None, state: JobState | None = None) -> list[Job]:
    """The newest jobs first, at most ``limit``; those that come ``after`` this one in that order, only those in ``state``."""
    sql = queries.LIST_TROUBLED if state in TROUBLED else queries.LIST
    return [_job(row) for row in await current_scope().fetch(sql, limit, after, state)]


async def open_jobs(*tasks: Task[...]) -> list[tuple[UUID, dict[str, Any]]]:
    """Those jobs of ``tasks`` that wait or run, the oldest first, each with what it was called with."""
    rows = await current_scope().fetch(queries.OPEN, [task.name for task in tasks])
    return [(UUID(str(row["id"])), msgspec.json.decode(row["arguments"])) for row in rows]


async def cancel_job(job_id: UUID) -> None:
    """Stop a job: one that waits at once, one that runs as soon as it looks up. One that is over stays as it is.

    Raises:
        JobNotFoundError: the tenant has none of this ID.
    """
    rows = await current_scope().fetch(queries.CANCEL, job_id)
    if not rows:
        await find_job(job_id)
    for row in rows:
        if row["waited"]:
            await give_back(row["task"], job_id, row["arguments"])


async def rerun_job(job_id: UUID) -> None:
    """Queue a job that is over once more, with all its attempts.

    Raises:
        JobNotFoundError: the tenant has none of this ID.
        JobRunsError: it is queued or running, or another with its ``dedup_key`` is.
    """
    if await current_scope().fetchval(queries.RERUN, job_id) is None:
        await find_job(job_id)
        raise JobRunsError


def _job(row: Mapping[str, Any]) -> Job:
    values = dict(row)
    values["state"] = JobState(values["state"])
    values["message"], values["error"] = _text(values["message"]), _text(values["error"])
    values["result"] = None if values["result"] is None else msgspec.json.decode(values["result"])
    return Job(**values)


def _text(stored: str | None) -> Text | None:
    if stored is None:
        return None
    words = msgspec.json.decode(stored)
    return Text(id=words["id"], en=words["en"])
