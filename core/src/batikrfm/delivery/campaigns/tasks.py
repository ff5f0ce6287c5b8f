"""Campaigns by the clock: begin when it is time, choose the better text, prepare what a week has brought."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Any, Final
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.delivery.campaigns import queries as sql
from batikrfm.delivery.campaigns.beginning import begin
from batikrfm.delivery.campaigns.calling_off import NOBODY, call_off
from batikrfm.delivery.campaigns.deciding import decide
from batikrfm.delivery.campaigns.errors import CampaignStateError
from batikrfm.delivery.campaigns.moving import clock, pause
from batikrfm.delivery.campaigns.waking import BEGIN, CANCEL, DECIDE, wake
from batikrfm.delivery.campaigns.weekly import prepare_week
from batikrfm.delivery.campaigns.words import CALLING_OFF, NOT_BEGUN
from batikrfm.jobs import JobLost, complete, current_job, job, progress
from batikrfm.sdk.errors import BatikError
from batikrfm.sdk.text import Text
from batikrfm.tenancy import tenant_scope

__all__ = ["begin_campaign", "cancel_waiting", "decide_campaign", "prepare_week"]

TIMEOUT = 900.0
"""Seconds: an audience of a million is written down in far less."""
AGAIN_AFTER: Final = dt.timedelta(hours=1)


@job(BEGIN, max_attempts=5, timeout=TIMEOUT)
async def begin_campaign(campaign_id: str) -> dict[str, Any] | None:
    """Freeze the audience of a campaign whose time has come, and begin: the job ends in the same transaction.

    No campaign is left waiting for ever: once an attempt went wrong another job looks at it an hour later, whatever becomes of this one;
    and where the last attempt goes wrong the campaign pauses, and the owners are told.
    """
    mine = current_job()
    if mine.attempt > 1:
        async with tenant_scope(mine.tenant_id):
            await wake(BEGIN, UUID(campaign_id), (await clock())[0] + AGAIN_AFTER)
    try:
        async with tenant_scope(mine.tenant_id):
            result = {"campaign": campaign_id, "begun": await begin(UUID(campaign_id))}
            await complete(result)
    except JobLost:
        raise
    except Exception as error:
        if mine.attempt >= mine.max_attempts:
            await _stop(UUID(campaign_id), error)
        raise
    return result


@job(DECIDE, max_attempts=5, timeout=TIMEOUT)
async def decide_campaign(campaign_id: str) -> dict[str, Any] | None:
    """Choose the better of a campaign's texts, and give it to those who waited."""
    async with tenant_scope(current_job().tenant_id):
        decisions = await decide(UUID(campaign_id))
        result = {"campaign": campaign_id, "decided": [decision.verdict for decision in decisions]}
        await complete(result)
    return result


@job(CANCEL, max_attempts=20)
async def cancel_waiting(campaign_id: str) -> dict[str, Any] | None:
    """Cancel what still waits of a campaign that was cancelled, each step by itself. Whoever comes after another begins anew.

    Nothing is sent whether it comes to its end or not: the campaign's state says so.
    """
    campaign, after, result = UUID(campaign_id), NOBODY, {"campaign": campaign_id}
    while True:
        async with tenant_scope(current_job().tenant_id):
            last = await call_off(campaign, after)
            if last is None:
                await complete(result)
                return result
            after = last
            done, left = [await current_scope().fetchval(one, campaign) for one in (sql.CALLED_OFF, sql.WAITING)]
        await progress(done, done + left, CALLING_OFF)


async def _stop(campaign_id: UUID, error: Exception) -> None:
    """Pause a campaign that cannot begin. One that somebody took back meanwhile stays as it is."""
    reason = Text(id=error.say("id"), en=error.say("en")) if isinstance(error, BatikError) else NOT_BEGUN
    async with tenant_scope(current_job().tenant_id):
        with contextlib.suppress(CampaignStateError):
            await pause(campaign_id, reason, by=None)
