"""Drafts: made, changed, made again from another one."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from batikrfm.content.review.rows import deed_of
from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery.campaigns import queries as sql
from batikrfm.delivery.campaigns.checking import LONGEST_NAME, tidy_plan
from batikrfm.delivery.campaigns.errors import CampaignStateError
from batikrfm.delivery.campaigns.finding import find_campaign, held
from batikrfm.delivery.campaigns.model import Campaign, Plan, WantedVariant
from batikrfm.delivery.campaigns.rows import add_variants, as_json
from batikrfm.delivery.campaigns.words import STANDS
from batikrfm.delivery.model import CampaignState
from batikrfm.sdk.extension import Principal
from batikrfm.sdk.text import Text

COPY: Final = Text(id="Salinan {name}", en="Copy of {name}")


async def create(plan: Plan, *, by: Principal | None, weekly_batch_id: UUID | None = None) -> Campaign:
    """A draft of ``plan``. ``by`` None is the program itself. Raises CampaignPlanError."""
    tidy = await tidy_plan(plan)
    campaign_id = uuid7()
    await current_scope().execute(sql.CREATE, campaign_id, *_columns(tidy), as_json(deed_of(by)), weekly_batch_id)
    await add_variants(campaign_id, tidy.variants)
    return await find_campaign(campaign_id)


async def edit(campaign_id: UUID, version: int, plan: Plan, *, by: Principal | None) -> Campaign:
    """Put ``plan`` in the place of a draft's. ``version`` is the one that was read.

    Raises CampaignNotFoundError, StaleCampaignError, CampaignStateError (it is no draft any more), CampaignPlanError.
    """
    campaign = await held(campaign_id, version)
    require_draft(campaign)
    tidy = await tidy_plan(plan)
    edited = None if by is None else as_json(deed_of(by))
    await current_scope().execute(sql.EDIT, campaign_id, *_columns(tidy), edited)
    await current_scope().execute(sql.DROP_VARIANTS, campaign_id)
    await add_variants(campaign_id, tidy.variants)
    return await find_campaign(campaign_id)


async def duplicate(campaign_id: UUID, *, by: Principal) -> Campaign:
    """A new draft with the same plan, whatever became of the first. Raises CampaignNotFoundError."""
    campaign = await find_campaign(campaign_id)
    name = COPY.say(by.language, name=campaign.name)[:LONGEST_NAME]
    return await create(plan_of(campaign, name=name), by=by)


def plan_of(campaign: Campaign, *, name: str | None = None) -> Plan:
    """What was wanted of ``campaign``."""
    variants = tuple(WantedVariant(one.content_id, one.segment, one.share, one.template) for one in campaign.variants)
    return Plan(
        name or campaign.name,
        campaign.medium,
        campaign.channel,
        campaign.segments,
        campaign.filter,
        variants,
        campaign.options,
        campaign.purpose,
    )


def require_draft(campaign: Campaign) -> None:
    """Raises CampaignStateError unless it can still be changed."""
    if campaign.state is not CampaignState.DRAFT:
        raise CampaignStateError(state=STANDS[campaign.state])


def _columns(plan: Plan) -> tuple[object, ...]:
    wanted = (as_json(plan.filter), as_json(plan.options))
    return plan.name, plan.medium, plan.channel, plan.purpose, list(plan.segments), *wanted
