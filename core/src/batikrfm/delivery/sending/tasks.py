"""Sending as a job."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final
from uuid import UUID

from batikrfm.content.review.errors import NotApprovedError
from batikrfm.db.engine import current_scope
from batikrfm.delivery.campaigns.waking import CANCEL, SEND, wake
from batikrfm.delivery.channels.errors import ChannelNotFoundError, ChannelOffError
from batikrfm.delivery.model import CampaignState
from batikrfm.delivery.sending import queries as sql
from batikrfm.delivery.sending.judging import NEED_A_PERSON
from batikrfm.delivery.sending.model import Halt, Pacing
from batikrfm.delivery.sending.opening import open_run
from batikrfm.delivery.sending.words import STOPPED, said_of
from batikrfm.delivery.sending.working import Work, pause_campaign, result_of
from batikrfm.jobs import JobCancelled, complete, current_job, enqueue, job
from batikrfm.tenancy import tenant_scope

PACING: Final = Pacing()
SEVERAL: Final = 5_000
"""So many messages that wait are worth another job."""
MOST_LANES: Final = 3


@job(SEND, max_attempts=100)
async def send_campaign(campaign_id: str, lane: int = 0) -> dict[str, Any] | None:
    """Hand in what is due of a campaign, and come back when more will be.

    Killed at any point and run again nothing is sent twice: see ADR 28. Several of these may run for one campaign; where many messages
    wait, the first brings others of another ``lane``.
    """
    tenant_id = current_job().tenant_id
    if lane == 0:
        await _bring_others(tenant_id, UUID(campaign_id))
    try:
        return await send(tenant_id, UUID(campaign_id), PACING)
    except JobCancelled:
        await pause_campaign(tenant_id, UUID(campaign_id), STOPPED)
        raise


async def send(tenant_id: UUID, campaign_id: UUID, pacing: Pacing) -> dict[str, Any] | None:
    """The work of the job, which ends in the transaction that says when to come back."""
    try:
        async with open_run(tenant_id, campaign_id, pacing) as run:
            if run is None:
                return {"finished": False, "halt": "not_sending"}
            work = Work(run)
            finished = await work.until_done()
    except (ChannelNotFoundError, ChannelOffError, NotApprovedError, *NEED_A_PERSON) as error:
        await pause_campaign(tenant_id, campaign_id, said_of(error))
        return {"finished": False, "halt": "paused"}
    result = result_of(work, finished=finished)
    async with tenant_scope(tenant_id):
        if work.again is not None:
            await come_back(campaign_id, work.again)
        if work.halt is Halt.NOT_SENDING and await current_scope().fetchval(sql.STATE, campaign_id) == CampaignState.CANCELLED:
            await wake(CANCEL, campaign_id)  # what was in hand then may have come back into the queue
        await complete(result)
    return result


async def come_back(campaign_id: UUID, at: dt.datetime) -> None:
    """Go on ``at`` that time, once, whoever says so. This job may itself be the one of that time: then it is no one to rely on."""
    key, arguments = f"{SEND}/{campaign_id}/{at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S}", {"campaign_id": str(campaign_id)}
    if await enqueue(send_campaign, arguments, dedup_key=key, run_at=at) == current_job().job_id:
        await enqueue(send_campaign, arguments, dedup_key=f"{key}/again", run_at=at)


async def _bring_others(tenant_id: UUID, campaign_id: UUID) -> None:
    async with tenant_scope(tenant_id):
        ((left, _),) = await current_scope().fetch(sql.REMAINING, campaign_id)
        for lane in range(1, min(MOST_LANES, int(left) // SEVERAL) + 1):
            arguments = {"campaign_id": str(campaign_id), "lane": lane}
            await enqueue(send_campaign, arguments, dedup_key=f"{SEND}/{campaign_id}/lane-{lane}")
