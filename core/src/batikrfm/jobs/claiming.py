"""Take jobs, as the platform role: what is due, from the tenant whose turn it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import msgspec

from batikrfm.db.engine import Scope
from batikrfm.jobs import queries
from batikrfm.tenancy import system_scope

FILED_AT_ONCE = 1_000
RESTED_AT_ONCE = 1_000
BRIEFLY = 0.02  # seconds: a job is there, but somebody is at it; or may be there, behind queues without one


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job that this worker has now, and the ``claim`` that says so. ``waited`` are seconds since it was due."""

    tenant_id: UUID
    id: UUID
    task: str
    arguments: str
    attempt: int
    max_attempts: int
    claim: UUID
    waited: float

    def message(self) -> bytes:
        """What taskiq's receiver takes."""
        return msgspec.json.encode(
            {
                "task_id": str(self.id),
                "task_name": self.task,
                "labels": {},
                "args": [],
                "kwargs": msgspec.Raw(self.arguments.encode()),
            }
        )


@dataclass(frozen=True, slots=True)
class Haul:
    """What a claim brought. ``pause``: seconds until another one can bring more, unless somebody rings; None if none is in sight.

    ``unfiled``: more is due than could be looked at.
    """

    jobs: list[Claimed]
    pause: float | None = None
    unfiled: bool = False


async def claim(worker: str, lease: timedelta, wanted: int, *, file: bool = True) -> Haul:
    """Up to ``wanted`` jobs, each from the tenant whose turn it is. ``file``: look for jobs that are due since the last time, too."""
    async with system_scope(reason="take the next jobs", routine=True) as scope:
        unfiled = file and await scope.execute(queries.FILE_DUE, FILED_AT_ONCE) == f"UPDATE {FILED_AT_ONCE}"
        rows = await scope.fetch(queries.CLAIM, wanted, worker, lease)
        jobs = [Claimed(*row) for row in rows if row["id"] is not None]
        empty = {row["tenant_id"] for row in rows if row["id"] is None}
        behind = len(empty) == wanted  # all that it looked at, so that others may be waiting behind them
        if behind:
            empty |= {row["tenant_id"] for row in await scope.fetch(queries.IDLE, RESTED_AT_ONCE)}
        refilled = bool(empty) and await scope.execute(queries.REST, list(empty)) != f"UPDATE {len(empty)}"
        pause = None if jobs else BRIEFLY if refilled or behind else await _until_due(scope)
        return Haul(jobs, pause, unfiled)


async def _until_due(scope: Scope) -> float | None:
    seconds = await scope.fetchval(queries.NEXT_TIME)
    return None if seconds is None else max(float(seconds), BRIEFLY)
