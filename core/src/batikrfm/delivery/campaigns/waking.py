"""The jobs that a campaign needs next, enqueued in the transaction that makes them needed."""

from __future__ import annotations

import datetime as dt
from importlib import import_module
from typing import Final
from uuid import UUID

from batikrfm.jobs import enqueue
from batikrfm.jobs.registry import task_called

SEND: Final = "delivery.send"
BEGIN: Final = "delivery.begin"
DECIDE: Final = "delivery.decide"
CANCEL: Final = "delivery.cancel"
_HOMES: Final = {
    SEND: "batikrfm.delivery.sending.tasks",
    BEGIN: "batikrfm.delivery.campaigns.tasks",
    DECIDE: "batikrfm.delivery.campaigns.tasks",
    CANCEL: "batikrfm.delivery.campaigns.tasks",
}
"""Where the tasks are, imported when one is needed: a job of a task that is not known has three attempts, whatever its task says."""


async def wake(task: str, campaign_id: UUID, at: dt.datetime | None = None) -> UUID:
    """Have ``task`` look at a campaign ``at`` that time, once for each minute; or now, in any case: one that runs may be past the point."""
    import_module(_HOMES[task])
    key = None if at is None else f"{task}/{campaign_id}/{at.astimezone(dt.UTC):%Y-%m-%dT%H:%M}"
    return await enqueue(task_called(task), {"campaign_id": str(campaign_id)}, dedup_key=key, run_at=at)


async def enqueue_once(task: str, campaign_id: UUID) -> UUID:
    """Have ``task`` look at a campaign now; the job that waits for its turn or is at it, where there is one."""
    import_module(_HOMES[task])
    return await enqueue(task_called(task), {"campaign_id": str(campaign_id)}, dedup_key=f"{task}/{campaign_id}")
