"""The weekly words end in campaigns: for each medium that the shop has a channel for, a draft with every segment. A person sends it."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from batikrfm.content.weekly.following import after_writing
from batikrfm.db.engine import current_scope
from batikrfm.delivery.campaigns import queries as sql
from batikrfm.delivery.campaigns.approving import shared
from batikrfm.delivery.campaigns.channels import channels_now
from batikrfm.delivery.campaigns.checking import MOST_TEXTS
from batikrfm.delivery.campaigns.editing import create, edit, plan_of
from batikrfm.delivery.campaigns.model import Campaign, Plan, WantedVariant
from batikrfm.delivery.campaigns.rows import campaigns_of
from batikrfm.delivery.model import CampaignState, Medium
from batikrfm.sdk.text import Text

NAMES: Final = {
    Medium.EMAIL: Text(id="Pekan {day:%d-%m-%Y}: e-mail", en="Week of {day:%d-%m-%Y}: e-mail"),
    Medium.WHATSAPP: Text(id="Pekan {day:%d-%m-%Y}: WhatsApp", en="Week of {day:%d-%m-%Y}: WhatsApp"),
}


@after_writing
async def prepare_week(batch_id: UUID) -> list[UUID]:
    """The campaigns of a week's batch: made once for each medium, and kept in step with its words until somebody changes or sends them.

    Runs in the tenant's scope. Empty where nothing is written, or the shop has no channel.
    """
    words = await current_scope().fetch(sql.WRITTEN_WORDS, batch_id)
    if not words:
        return []
    ((day, language),) = await current_scope().fetch(sql.WEEK, batch_id)
    groups = [[WantedVariant(content_id, row["segment"]) for content_id in row["contents"][:MOST_TEXTS]] for row in words]
    segments = tuple(row["segment"] for row in words)
    plans = [
        Plan(NAMES[medium].say(language, day=day), medium, channel, segments, variants=shared(groups))
        for medium, channel in (await channels_now()).items()
    ]
    return [(await _kept(batch_id, plan)).id for plan in plans]


async def _kept(batch_id: UUID, plan: Plan) -> Campaign:
    rows = await current_scope().fetch(sql.OF_WEEK, batch_id, plan.medium)
    if not rows:
        return await create(plan, by=None, weekly_batch_id=batch_id)
    (campaign,) = await campaigns_of(rows)
    if campaign.state is not CampaignState.DRAFT or campaign.edited is not None or plan_of(campaign) == plan:
        return campaign
    return await edit(campaign.id, campaign.version, plan, by=None)
