"""Background work of this room: write copy for an order, forget answers that hold no longer."""

from __future__ import annotations

import datetime as dt
from typing import Any

from batikrfm.jobs import current_job, enqueue, job

TIMEOUT = 300.0


@job("content.generate", max_attempts=3, timeout=TIMEOUT)
async def generate_content(order: dict[str, Any]) -> dict[str, Any] | None:
    """Drafts for ``order`` (as :meth:`~batikrfm.content.model.Order.as_json` gives it), put up for review. Its result names them."""
    from batikrfm.content.ordering import fulfil

    return await fulfil(order)


@job("content.forget", max_attempts=3)
async def forget_answers() -> dict[str, Any] | None:
    """Remove what the cache of a tenant has kept long enough."""
    from batikrfm.content import cache
    from batikrfm.tenancy import tenant_scope

    async with tenant_scope(current_job().tenant_id):
        return {"forgotten": await cache.forget()}


async def see_to_forgetting(expires_at: dt.datetime) -> None:
    """See that somebody cleans up after the day on which an answer expires, once for all answers of that day."""
    day = expires_at.date()
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, dt.UTC)
    await enqueue(forget_answers, dedup_key=f"content.forget/{day}", run_at=midnight)
