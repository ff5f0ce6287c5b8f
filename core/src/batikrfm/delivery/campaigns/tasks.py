"""Campaigns by the clock: begin when it is time, choose the better text, prepare what a week has brought."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from batikrfm.delivery.campaigns.beginning import begin
from batikrfm.delivery.campaigns.deciding import decide
from batikrfm.delivery.campaigns.waking import BEGIN, DECIDE
from batikrfm.delivery.campaigns.weekly import prepare_week
from batikrfm.jobs import complete, current_job, job
from batikrfm.tenancy import tenant_scope

__all__ = ["begin_campaign", "decide_campaign", "prepare_week"]

TIMEOUT = 900.0
"""Seconds: an audience of a million is written down in far less."""


@job(BEGIN, max_attempts=5, timeout=TIMEOUT)
async def begin_campaign(campaign_id: str) -> dict[str, Any] | None:
    """Freeze the audience of a campaign whose time has come, and begin: the job ends in the same transaction."""
    async with tenant_scope(current_job().tenant_id):
        result = {"campaign": campaign_id, "begun": await begin(UUID(campaign_id))}
        await complete(result)
    return result


@job(DECIDE, max_attempts=5, timeout=TIMEOUT)
async def decide_campaign(campaign_id: str) -> dict[str, Any] | None:
    """Choose the better of a campaign's texts, and give it to those who waited."""
    async with tenant_scope(current_job().tenant_id):
        decisions = await decide(UUID(campaign_id))
        result = {"campaign": campaign_id, "decided": [decision.verdict for decision in decisions]}
        await complete(result)
    return result
