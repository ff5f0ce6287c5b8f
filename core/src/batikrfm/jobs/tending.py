"""Look after jobs that are running or over, as the platform role: leases, workers that died, what is old, figures for all tenants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from batikrfm.jobs import queries
from batikrfm.jobs.context import JobContext
from batikrfm.jobs.jsons import to_json
from batikrfm.jobs.model import JobState
from batikrfm.sdk.text import Text
from batikrfm.tenancy import system_scope

AT_ONCE = 500
WORKER_DIED = Text(
    id="Komputer yang mengerjakannya berhenti di tengah jalan.",
    en="The computer that worked on it stopped in the middle.",
)


@dataclass(frozen=True, slots=True)
class Figures:
    """How the queue of all tenants stands. ``jobs``: how many are in each state; seconds are None where there is nothing."""

    jobs: Mapping[JobState, int]
    oldest_waiting_seconds: float | None
    longest_running_seconds: float | None


async def renew(contexts: Sequence[JobContext], lease: timedelta) -> dict[UUID, bool]:
    """Renew the leases of this worker's jobs: those that it still has, and whether each was asked to stop."""
    if not contexts:
        return {}
    keys = tuple(map(list, zip(*(context.key for context in contexts), strict=True)))
    async with system_scope(reason="renew the leases of running jobs", routine=True) as scope:
        await scope.execute(queries.BEAT, *keys, lease)
        return {row["id"]: row["cancel_asked"] for row in await scope.fetch(queries.HELD, *keys)}


async def finish_many(ends: Sequence[tuple[JobContext, str | None]]) -> set[UUID]:
    """Write that jobs are done, with their results as JSON, in one transaction; those that it could do so for."""
    rows = [(*context.key, *context.said.columns(), kept) for context, kept in ends]
    async with system_scope(reason="write that jobs are done", routine=True) as scope:
        return {row["id"] for row in await scope.fetch(queries.FINISH_MANY, *map(list, zip(*rows, strict=True)))}


async def reap() -> list[tuple[str, JobState]]:
    """Take jobs from workers that are gone, to be tried again or, after the last attempt, to be dead: task and new state of each."""
    words = {"id": WORKER_DIED.id, "en": WORKER_DIED.en, "kind": "WorkerDied"}
    async with system_scope(reason="take jobs from workers that are gone", routine=True) as scope:
        rows = await scope.fetch(queries.REAP, AT_ONCE, to_json(words))
    return [(row["task"], JobState(row["state"])) for row in rows]


async def forget(older_than: timedelta) -> int:
    """Remove a small batch of jobs that were over long ago; how many."""
    async with system_scope(reason="remove jobs that were over long ago", routine=True) as scope:
        return int((await scope.execute(queries.FORGET, older_than, AT_ONCE)).removeprefix("DELETE "))


async def limit_queue(tenant_id: UUID, *, max_running: int | None = None, weight: int | None = None) -> None:
    """Set with how many running jobs a tenant is given no more, and its share among tenants that wait; None leaves a figure as it is.

    Jobs that come along with another, in its place (``at_once``), may exceed it.
    """
    async with system_scope(reason="set the limits of a tenant's queue") as scope:
        await scope.execute(queries.SET_QUEUE, tenant_id, max_running, weight)


async def figures() -> Figures:
    """Count the jobs of all tenants. Reads indexes only, but all of what retention has left: ask every some seconds."""
    async with system_scope(reason="count jobs for the metrics", routine=True) as scope:
        rows = {JobState(row["state"]): row for row in await scope.fetch(queries.FIGURES)}
    return Figures(
        {state: rows[state]["jobs"] if state in rows else 0 for state in JobState},
        rows[JobState.QUEUED]["oldest"],
        rows[JobState.RUNNING]["oldest"],
    )
