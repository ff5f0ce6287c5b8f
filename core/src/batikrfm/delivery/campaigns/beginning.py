"""A campaign begins: its texts are used, its audience is written down, its messages wait for their time. One transaction."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from batikrfm.db.engine import current_scope, savepoint
from batikrfm.delivery.attribution.tasks import measure_soon
from batikrfm.delivery.audience import Choice, Frozen, When, earliest, freeze
from batikrfm.delivery.campaigns import queries as sql
from batikrfm.delivery.campaigns.errors import TextsNotApprovedError
from batikrfm.delivery.campaigns.finding import find_campaign, held
from batikrfm.delivery.campaigns.model import Campaign
from batikrfm.delivery.campaigns.moving import clock, finish_if_done, pause
from batikrfm.delivery.campaigns.settings import cap_of
from batikrfm.delivery.campaigns.texts import use_texts
from batikrfm.delivery.campaigns.waking import DECIDE, SEND, wake
from batikrfm.delivery.model import CampaignState
from batikrfm.sdk.text import Text


async def begin(campaign_id: UUID) -> bool:
    """Whether a scheduled campaign begins now. One that was taken back, is set to another time or has begun is left alone.

    Where a text lost its approval since somebody pressed send, it pauses with that reason instead.
    """
    campaign = await held(campaign_id)
    now, shop = await clock()
    if campaign.state is not CampaignState.SCHEDULED or campaign.starts_at is None:
        return False
    if earliest(campaign.starts_at, campaign.options, shop) > now:
        return False
    try:
        async with savepoint():
            await use_texts(campaign)
    except TextsNotApprovedError as error:
        await pause(campaign_id, Text(id=error.say("id"), en=error.say("en")), by=None)
        return False
    await _freeze(await find_campaign(campaign_id), When(campaign.starts_at, now, shop))
    return True


async def _freeze(campaign: Campaign, when: When) -> None:
    cap = await cap_of(campaign.options, campaign.purpose)
    run_id = await current_scope().fetchval(sql.LATEST_RUN)
    frozen = await freeze(campaign.question, choices_of(campaign), cap, when)
    decides_at = _decides_at(campaign, frozen)
    await current_scope().execute(sql.BEGIN, campaign.id, run_id, decides_at)
    if not await finish_if_done(campaign.id):
        await wake(SEND, campaign.id, frozen.first_due)
    if decides_at is not None:
        await wake(DECIDE, campaign.id, decides_at)
    await measure_soon()  # and daily from then on, while purchases count for it


def choices_of(campaign: Campaign) -> list[Choice]:
    """The texts as the audience takes them. They have their hashes: the campaign's texts are used."""
    return [Choice(one.number, one.segment, one.share, one.approved_hash or "") for one in campaign.variants]


def _decides_at(campaign: Campaign, frozen: Frozen) -> dt.datetime | None:
    if not frozen.waiting or campaign.options.winner is None or frozen.first_due is None:
        return None
    return frozen.first_due + dt.timedelta(hours=campaign.options.winner.hours)
