"""Attribution as jobs: after each import, and daily while purchases still count for some campaign."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.delivery.attribution import queries as sql
from batikrfm.jobs import JobState, current_job, enqueue, find_job, job
from batikrfm.sales.tasks import after_import
from batikrfm.tenancy import tenant_scope

DAY: Final = dt.timedelta(days=1)


@job("delivery.measure", max_attempts=3, timeout=3600.0)
async def measure_campaigns(everything: bool = False) -> dict[str, Any] | None:  # noqa: FBT001, FBT002 - a job's arguments are JSON
    """Measure what campaigns earned: those that are open, or ``everything`` of the last half year. Comes back while any is open."""
    from batikrfm.delivery.attribution.measuring import measure_all

    tenant_id = current_job().tenant_id
    measured = await measure_all(tenant_id, everything=everything)
    async with tenant_scope(tenant_id):
        if await current_scope().fetchval(sql.ANY_OPEN):
            at = dt.datetime.now(dt.UTC) + DAY
            await enqueue(measure_campaigns, dedup_key=f"{measure_campaigns.name}/{at:%Y-%m-%d}", run_at=at)
    return {"measured": measured}


async def measure_soon(*, everything: bool = False) -> UUID:
    """Measure, in the tenant's scope: once, whoever asks meanwhile. One that runs already may have looked too early, so another follows."""
    key = f"{measure_campaigns.name}/{'everything' if everything else 'open'}"
    made = await enqueue(measure_campaigns, {"everything": everything}, dedup_key=key)
    if (await find_job(made)).state is JobState.RUNNING:
        made = await enqueue(measure_campaigns, {"everything": everything}, dedup_key=f"{key}/again")
    return made


@after_import
async def measure_after_import(_upload_id: UUID) -> None:
    """New orders may belong to any campaign of the last months."""
    async with tenant_scope(current_job().tenant_id):
        await measure_soon(everything=True)
