"""Visits as a job: which were people's."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from batikrfm.db.engine import current_scope
from batikrfm.delivery.tracking import queries as sql
from batikrfm.jobs import current_job, enqueue, job
from batikrfm.tenancy import tenant_scope

JUDGED_AFTER: Final = dt.timedelta(seconds=30)


@job("delivery.visits", max_attempts=5, timeout=600.0)
async def judge_visits() -> dict[str, Any] | None:
    """Judge the visits of a shop's links that are some seconds old, and count those of people."""
    from batikrfm.delivery.tracking.judging import judge_all

    tenant_id = current_job().tenant_id
    judged = await judge_all(tenant_id)
    async with tenant_scope(tenant_id):
        if await current_scope().fetchval(sql.LEFT_TO_JUDGE):
            await judge_soon()
    return judged


async def judge_soon() -> None:
    """Judge visits in half a minute, once for all of that time. In the tenant's scope."""
    at = dt.datetime.now(dt.UTC) + JUDGED_AFTER
    await enqueue(judge_visits, dedup_key=f"{judge_visits.name}/{at:%Y-%m-%dT%H:%M}", run_at=at)
