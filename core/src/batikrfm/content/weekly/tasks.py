"""The weekly words as jobs: the clock's, a person's, and the days after for what the quota had no room for."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from batikrfm.content.weekly.batching import collect, hand_in_due, hand_over
from batikrfm.content.weekly.following import FOLLOWERS
from batikrfm.content.weekly.looking import Look, look_at
from batikrfm.content.weekly.planning import begin
from batikrfm.content.weekly.schedule import keep_schedule, place_of
from batikrfm.content.weekly.telling import tell_owners
from batikrfm.content.weekly.triggers import order_for_moves
from batikrfm.content.weekly.writing import recall, write_due
from batikrfm.jobs import complete, current_job, enqueue, job
from batikrfm.sales.tasks import after_import
from batikrfm.tenancy import tenant_scope

__all__ = ["order_for_moves", "order_week", "schedule_after_import", "weekly_due", "write_rest", "write_week"]

TIMEOUT = 3600.0


@job("content.weekly_due", max_attempts=5)
async def weekly_due() -> None:
    """It is the hour: begin at the shop's own minute in it, so that ten thousand shops do not begin at once."""
    tenant_id = current_job().tenant_id
    async with tenant_scope(tenant_id):
        begins = dt.datetime.now(dt.UTC) + place_of(tenant_id)
        await enqueue(write_week, {}, dedup_key="content.weekly", run_at=begins)
        await complete()


@job("content.weekly", max_attempts=5, timeout=TIMEOUT)
async def write_week(started_by: str = "") -> dict[str, Any] | None:
    """The shop's week, from segments to words that wait for review. A second run of the same week does nothing twice.

    Where a person pressed the button (``started_by``), nobody waits for a provider's batch, and what was put off is tried again.
    """
    tenant_id = current_job().tenant_id
    look = await begin(tenant_id, started_by=started_by)
    if started_by:
        return await _go_on(await recall(tenant_id, look.batch_id))
    look = await hand_over(tenant_id, look)  # an attempt that was killed may have left it
    return await _go_on(await hand_in_due(tenant_id, look))


@job("content.weekly_rest", max_attempts=5, timeout=TIMEOUT)
async def write_rest(batch_id: str) -> dict[str, Any] | None:
    """What an earlier day had no room for, and what a provider's batch has answered meanwhile."""
    tenant_id = current_job().tenant_id
    return await _go_on(await hand_over(tenant_id, await look_at(tenant_id, UUID(batch_id))))


async def _go_on(look: Look) -> dict[str, Any] | None:
    """Write what is due, see that the rest comes in its time, and tell the owners: the job ends in the transaction that says so."""
    tenant_id, batch_id = current_job().tenant_id, look.batch_id
    look_again = None
    if look.handed_in:
        look_again = await collect(tenant_id, look)
        look = await look_at(tenant_id, batch_id)
    again = await write_due(tenant_id, batch_id, look)
    async with tenant_scope(tenant_id):
        for at in (look_again, again and again + place_of(tenant_id)):
            if at is not None:
                await _come_back(batch_id, at)
        for follower in FOLLOWERS:
            await follower(batch_id)
        told = look_again is None and await tell_owners(batch_id)
        result = {"batch": str(batch_id), "again": again.isoformat() if again else None, "told": told}
        await complete(result)
    return result


async def _come_back(batch_id: UUID, at: dt.datetime) -> None:
    """Go on ``at`` that time, once, whoever says so. This job may itself be the one of that time, run early: it is no one to rely on."""
    key, arguments = f"content.weekly/{batch_id}/{at:%Y-%m-%dT%H:%M}", {"batch_id": str(batch_id)}
    if await enqueue(write_rest, arguments, dedup_key=key, run_at=at) == current_job().job_id:
        await enqueue(write_rest, arguments, dedup_key=f"{key}/again", run_at=at)


async def order_week(*, started_by: str) -> UUID:
    """Write this week's words now, in the tenant's scope; the job, which is the one that waits where there is one already."""
    return await enqueue(write_week, {"started_by": started_by}, dedup_key="content.weekly/now")


@after_import
async def schedule_after_import(_upload_id: UUID) -> None:
    """A shop with sales has its weekly words from then on, unless its settings say otherwise."""
    async with tenant_scope(current_job().tenant_id):
        await keep_schedule()
