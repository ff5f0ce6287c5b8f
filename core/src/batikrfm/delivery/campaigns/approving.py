"""One press: approve what several campaigns say, and send them. For the campaigns that a week has prepared."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from batikrfm.content.review import Approval, Content, State, approve
from batikrfm.content.review.deciding import MOST as MOST_TEXTS
from batikrfm.db.engine import savepoint
from batikrfm.delivery.campaigns.checking import HUNDRED
from batikrfm.delivery.campaigns.editing import edit, plan_of
from batikrfm.delivery.campaigns.errors import CampaignStateError, TextsBlockedError, TooManyCampaignsError
from batikrfm.delivery.campaigns.finding import held
from batikrfm.delivery.campaigns.model import Campaign, Outcome, WantedVariant
from batikrfm.delivery.campaigns.moving import require_sender, schedule
from batikrfm.delivery.campaigns.texts import READY, contents_of
from batikrfm.delivery.campaigns.words import STANDS
from batikrfm.delivery.model import CampaignState
from batikrfm.sdk.errors import BatikError
from batikrfm.sdk.extension import Principal

MOST: Final = 20


async def approve_and_start(campaign_ids: Sequence[UUID], *, by: Principal, at: dt.datetime | None = None) -> list[Outcome]:
    """Approve the contents of each campaign that wait for it, and press send; say of every other why not, in the same order.

    Each by itself: one that cannot start holds up none of the rest, and none of its contents is approved then. What somebody rejected is
    left out, and with it a segment that has no other text. One that was sent already stays as it is.

    Raises MayNotSendError, TooManyCampaignsError: nothing is looked at.
    """
    require_sender(by)
    if len(campaign_ids) > MOST:
        raise TooManyCampaignsError(most=MOST)
    return [await _outcome(campaign_id, by, at) for campaign_id in campaign_ids]


async def _outcome(campaign_id: UUID, by: Principal, at: dt.datetime | None) -> Outcome:
    try:
        async with savepoint():
            return Outcome(campaign_id, await _start(campaign_id, by, at))
    except BatikError as problem:
        return Outcome(campaign_id, problem=problem)


async def _start(campaign_id: UUID, by: Principal, at: dt.datetime | None) -> Campaign:
    campaign = await held(campaign_id)
    if campaign.state in {CampaignState.SCHEDULED, CampaignState.SENDING, CampaignState.FINISHED}:
        return campaign
    if campaign.state is not CampaignState.DRAFT:
        raise CampaignStateError(state=STANDS[campaign.state])
    contents = await contents_of(campaign)
    campaign = await _without(campaign, {content.id for content in contents if content.state is State.REJECTED}, by)
    await _approve([content for content in contents if content.state not in {*READY, State.REJECTED}], by)
    return await schedule(campaign_id, campaign.version, at, by=by)


async def _approve(contents: Sequence[Content], by: Principal) -> None:
    if blocked := sum(content.blocked for content in contents):
        raise TextsBlockedError(texts=blocked)
    wanted = [Approval(content.id, content.version) for content in contents]
    for start in range(0, len(wanted), MOST_TEXTS):
        for verdict in await approve(wanted[start : start + MOST_TEXTS], by=by):
            verdict.approved()


async def _without(campaign: Campaign, rejected: Collection[UUID], by: Principal) -> Campaign:
    """``campaign`` without the texts that were ``rejected``; the others share their people evenly."""
    if not rejected:
        return campaign
    plan = plan_of(campaign)
    kept = [variant for variant in plan.variants if variant.content_id not in rejected]
    groups = [tuple(group) for _, group in itertools.groupby(sorted(kept, key=_segment), _segment)]
    segments = tuple(key for key in plan.segments if any(variant.segment in {key, None} for variant in kept))
    return await edit(campaign.id, campaign.version, replace(plan, segments=segments, variants=shared(groups)), by=by)


def shared(groups: Sequence[Sequence[WantedVariant]]) -> tuple[WantedVariant, ...]:
    """The texts of each group with even shares of a hundred; the first has what is left over."""
    return tuple(
        replace(variant, share=HUNDRED // len(group) + (HUNDRED % len(group) if number == 0 else 0))
        for group in groups
        for number, variant in enumerate(group)
    )


def _segment(variant: WantedVariant) -> str:
    return variant.segment or ""
