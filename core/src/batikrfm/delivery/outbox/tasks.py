"""Background work of the outbox: forgetting what was kept long enough."""

from __future__ import annotations

import datetime as dt
from typing import Any

from batikrfm.db.engine import current_scope
from batikrfm.delivery.outbox import queries as sql
from batikrfm.delivery.outbox.forgetting import AT_ONCE, KEPT, forget
from batikrfm.jobs import current_job, enqueue, job
from batikrfm.tenancy import tenant_scope


@job("delivery.outbox.forget", max_attempts=3)
async def forget_outbox() -> dict[str, Any] | None:
    """Remove what a tenant's outbox has kept long enough, some thousand messages at a time."""
    tenant_id, forgotten = current_job().tenant_id, 0
    while True:
        async with tenant_scope(tenant_id):
            gone = await forget()
        forgotten += gone
        if gone < AT_ONCE:
            return {"forgotten": forgotten}


async def forget_in_time() -> None:
    """See that somebody cleans up when what comes in today was kept long enough, once for all of the day."""
    today: dt.date = await current_scope().fetchval(sql.TODAY)
    midnight = dt.datetime.combine(today + KEPT + dt.timedelta(days=1), dt.time.min, dt.UTC)
    await enqueue(forget_outbox, dedup_key=f"delivery.outbox.forget/{today}", run_at=midnight)
