"""Finding campaigns again, and holding on to one while it changes."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.delivery.campaigns import queries as sql
from batikrfm.delivery.campaigns.errors import CampaignNotFoundError, StaleCampaignError
from batikrfm.delivery.campaigns.model import Campaign, CampaignWish
from batikrfm.delivery.campaigns.rows import campaigns_of

PAGE: Final = 50
ANY: Final = CampaignWish()


async def find_campaign(campaign_id: UUID) -> Campaign:
    """One campaign. Raises CampaignNotFoundError."""
    return await _one(sql.FIND, campaign_id)


async def list_campaigns(wanted: CampaignWish = ANY, *, after: UUID | None = None, limit: int = PAGE) -> list[Campaign]:
    """The campaigns that ``wanted`` matches, the newest first; those that come ``after`` this one in that order."""
    filters = (wanted.state, wanted.medium, wanted.weekly_batch_id)
    return await campaigns_of(await current_scope().fetch(sql.LIST, after, *filters, limit))


async def held(campaign_id: UUID, version: int | None = None) -> Campaign:
    """One campaign that nobody else moves until the scope ends, at this ``version`` if one is named.

    Raises CampaignNotFoundError, StaleCampaignError.
    """
    campaign = await _one(sql.HOLD, campaign_id)
    if version is not None and version != campaign.version:
        raise StaleCampaignError(version=campaign.version)
    return campaign


async def _one(statement: str, campaign_id: UUID) -> Campaign:
    rows = await current_scope().fetch(statement, campaign_id)
    if not rows:
        raise CampaignNotFoundError
    (campaign,) = await campaigns_of(rows)
    return campaign
