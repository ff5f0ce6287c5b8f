"""Take jobs, as the platform role: what is due, from the tenant whose turn it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID

import msgspec

from batikrfm.db.engine import Scope
from batikrfm.jobs import queries
from batikrfm.tenancy import system_scope

FILED_AT_ONCE = 1_000
RESTED_AT_ONCE = 1_000
ALONE: Final[Mapping[str, int]] = MappingProxyType({})
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
        """What taskiq's receiver takes: which job it is, and nothing of what it says."""
        name = str(self.id)
        return msgspec.json.encode({"task_id": name, "task_name": self.task, "labels": {}, "args": [], "kwargs": {"first": name}})


@dataclass(frozen=True, slots=True)
class Haul:
    """What a claim brought. ``pause``: seconds until another one can bring more, unless somebody rings; None if none is in sight.

    ``unfiled``: more is due than could be looked at.
    """

    jobs: list[Claimed]
    pause: float | None = None
    unfiled: bool = False


async def claim(worker: str, lease: timedelta, wanted: int, *, file: bool = True, at_once: Mapping[str, int] = ALONE) -> Haul:
    """Up to ``wanted`` jobs, each from the tenant whose turn it is. ``file``: look for jobs that are due since the last time, too.

    ``at_once``: tasks of which a tenant's next ones come along, up to so many for one place; they are beyond ``wanted``.
    """
    async with system_scope(reason="take the next jobs", routine=True) as scope:
        unfiled = file and await scope.execute(queries.FILE_DUE, FILED_AT_ONCE) == f"UPDATE {FILED_AT_ONCE}"
        rows = await scope.fetch(queries.CLAIM, wanted, worker, lease)
        jobs = [Claimed(*row) for row in rows if row["id"] is not None]
        jobs += await _behind(scope, jobs, worker, lease, at_once)
        empty = {row["tenant_id"] for row in rows if row["id"] is None}
        behind = len(empty) == wanted  # all that it looked at, so that others may be waiting behind them
        if behind:
            empty |= {row["tenant_id"] for row in await scope.fetch(queries.IDLE, RESTED_AT_ONCE)}
        refilled = bool(empty) and await scope.execute(queries.REST, list(empty)) != f"UPDATE {len(empty)}"
        pause = None if jobs else BRIEFLY if refilled or behind else await _until_due(scope)
        return Haul(jobs, pause, unfiled)


def in_places(jobs: Iterable[Claimed], at_once: Mapping[str, int]) -> list[list[Claimed]]:
    """``jobs`` by the places of a worker that they take: a tenant's that are of one task share one, as far as the task says.

    An attempt after one that did not end well has a place to itself: whatever was wrong with it, it spoils nobody else's.
    """
    places: list[list[Claimed]] = []
    shared: dict[tuple[UUID, str], list[Claimed]] = {}
    for one in jobs:
        place = shared.get((one.tenant_id, one.task)) if one.attempt == 1 else None
        if place is None or len(place) >= at_once.get(one.task, 1):
            places.append(place := [])
            if one.attempt == 1:
                shared[one.tenant_id, one.task] = place
        place.append(one)
    return places


async def _behind(scope: Scope, jobs: Sequence[Claimed], worker: str, lease: timedelta, at_once: Mapping[str, int]) -> list[Claimed]:
    """The jobs that come along with ``jobs``."""
    taken = Counter((one.tenant_id, one.task) for one in jobs if one.attempt == 1)
    led = [(*of, at_once[of[1]] - many) for of, many in taken.items() if many < at_once.get(of[1], 1)]
    if not led:
        return []
    tenants, tasks, most = map(list, zip(*led, strict=True))
    return [Claimed(*row) for row in await scope.fetch(queries.CLAIM_BEHIND, tenants, worker, lease, tasks, most)]


async def _until_due(scope: Scope) -> float | None:
    seconds = await scope.fetchval(queries.NEXT_TIME)
    return None if seconds is None else max(float(seconds), BRIEFLY)
