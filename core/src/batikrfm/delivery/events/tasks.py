"""Events as jobs: one for a burst of requests, and one that looks for receipts that came after their events."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from batikrfm.jobs import current_job, enqueue, job

SOON: Final = dt.timedelta(minutes=1)


@job("delivery.events", max_attempts=8, timeout=600.0)
async def work_on_requests() -> dict[str, Any] | None:
    """Work on the webhook requests of a shop until none waits. Killed anywhere and run again it applies each event once."""
    from batikrfm.delivery.events.processing import work_on_all

    await work_on_all(current_job().tenant_id)
    return None


@job("delivery.late_events", max_attempts=5, timeout=600.0)
async def settle_late_events() -> dict[str, Any] | None:
    """Apply events that came before their receipts."""
    from batikrfm.delivery.events.processing import settle_late

    await settle_late(current_job().tenant_id)
    return None


async def look_again() -> None:
    """Look for late receipts in a minute: once, whoever asks. In the tenant's scope, also of such a look itself."""
    at = dt.datetime.now(dt.UTC) + SOON
    await enqueue(settle_late_events, dedup_key=f"{settle_late_events.name}/{at:%Y-%m-%dT%H:%M}", run_at=at)
