"""From state to state: who may, what becomes of messages that wait, which job comes next. The database holds to the steps, too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from batikrfm.content.review.rows import deed_of
from batikrfm.content.wording import filled
from batikrfm.db.engine import current_scope
from batikrfm.delivery.audience import earliest
from batikrfm.delivery.campaigns import queries as sql
from batikrfm.delivery.campaigns.calling_off import call_off_all
from batikrfm.delivery.campaigns.checking import STARTS, hold, require_sendable
from batikrfm.delivery.campaigns.editing import require_draft
from batikrfm.delivery.campaigns.errors import CampaignStateError, MayNotSendError
from batikrfm.delivery.campaigns.finding import find_campaign, held
from batikrfm.delivery.campaigns.model import Campaign
from batikrfm.delivery.campaigns.rows import as_json
from batikrfm.delivery.campaigns.telling import tell_stopped
from batikrfm.delivery.campaigns.texts import require_approved
from batikrfm.delivery.campaigns.waking import BEGIN, CANCEL, DECIDE, SEND, enqueue_once, wake
from batikrfm.delivery.campaigns.words import BY_A_PERSON, CANCELLED_BY, STANDS
from batikrfm.delivery.model import CampaignState
from batikrfm.sdk.extension import Principal
from batikrfm.sdk.text import Text
from batikrfm.tenancy.permissions import Permission

SOON: Final = dt.timedelta(minutes=5)
"""So long ago is now: clocks differ, and people take a moment to press."""
LATE: Final = dt.timedelta(minutes=15)
"""An audience of a million is written down in far less."""
FAR: Final = dt.timedelta(days=366)
MANY: Final = 20_000
"""More messages than somebody waits for."""
_WHEN: Final = Text(id="pilih waktu dari sekarang sampai setahun lagi", en="choose a time between now and a year from now")


async def schedule(campaign_id: UUID, version: int, at: dt.datetime | None, *, by: Principal) -> Campaign:
    """Press send, for ``at`` that time on the shop's clock, None for now. Its audience is frozen by the job ``delivery.begin``.

    Raises:
        MayNotSendError: ``by`` may not send. Nothing is looked at.
        CampaignNotFoundError, StaleCampaignError, CampaignStateError: there is no such draft, or not as it was read.
        CampaignPlanError: something is missing, or the time is gone or far away.
        TextsNotApprovedError: nobody approved what it says.
    """
    require_sender(by)
    campaign = await held(campaign_id, version)
    require_draft(campaign)
    require_sendable(campaign)
    await require_approved(campaign)
    now, shop = await clock()
    starts_at = at or now
    hold(STARTS, _WHEN, good=starts_at.tzinfo is not None and now - SOON <= starts_at <= now + FAR)
    await current_scope().execute(sql.SCHEDULE, campaign_id, as_json(deed_of(by)), starts_at)
    await wake(BEGIN, campaign_id, max(now, earliest(starts_at, campaign.options, shop)))
    return await find_campaign(campaign_id)


def is_late(campaign: Campaign, now: dt.datetime, shop: ZoneInfo) -> bool:
    """Whether ``campaign`` should have begun long before ``now``: its job was stopped, or broke off every time."""
    if campaign.state is not CampaignState.SCHEDULED or campaign.starts_at is None:
        return False
    return earliest(campaign.starts_at, campaign.options, shop) + LATE < now


async def begin_again(campaign_id: UUID, *, by: Principal) -> Campaign:
    """Have a scheduled campaign looked at once more; before its time that changes nothing, and again is harmless.

    Raises MayNotSendError, CampaignNotFoundError, CampaignStateError.
    """
    require_sender(by)
    campaign = await held(campaign_id)
    _require(campaign, {CampaignState.SCHEDULED})
    await enqueue_once(BEGIN, campaign_id)
    return campaign


async def unschedule(campaign_id: UUID, *, by: Principal) -> Campaign:
    """Take a campaign back that has not begun: it is a draft again. Raises MayNotSendError, CampaignNotFoundError, CampaignStateError."""
    require_sender(by)
    campaign = await held(campaign_id)
    _require(campaign, {CampaignState.SCHEDULED, CampaignState.PAUSED}, good=campaign.frozen_at is None)
    await current_scope().execute(sql.UNSCHEDULE, campaign_id)
    return await find_campaign(campaign_id)


async def pause(campaign_id: UUID, reason: Text | None = None, *, by: Principal | None) -> Campaign:
    """Stop before the next message; what is at the vendor comes to its end. One that is paused already keeps its reason.

    ``by`` None: the program itself has a ``reason``, and the owners are told. Raises MayNotSendError, CampaignNotFoundError,
    CampaignStateError.
    """
    if by is not None:
        require_sender(by)
    campaign = await held(campaign_id)
    if campaign.state is CampaignState.PAUSED:
        return campaign
    _require(campaign, {CampaignState.SCHEDULED, CampaignState.SENDING})
    why = reason or filled(BY_A_PERSON, by=deed_of(by).by)
    await _move(campaign_id, CampaignState.PAUSED, why)
    if by is None:
        await tell_stopped(campaign, why)
    return await find_campaign(campaign_id)


async def resume(campaign_id: UUID, *, by: Principal) -> Campaign:
    """Go on where it stopped. Raises MayNotSendError, CampaignNotFoundError, CampaignStateError."""
    require_sender(by)
    campaign = await held(campaign_id)
    _require(campaign, {CampaignState.PAUSED})
    if campaign.frozen_at is None:
        await _move(campaign_id, CampaignState.SCHEDULED)
        await wake(BEGIN, campaign_id, await _begins(campaign))
    else:
        await _move(campaign_id, CampaignState.SENDING)
        await wake(SEND, campaign_id)
        if campaign.decides_at is not None:
            await wake(DECIDE, campaign_id, campaign.decides_at)
        await finish_if_done(campaign_id)
    return await find_campaign(campaign_id)


async def cancel(campaign_id: UUID, *, by: Principal, reason: Text | None = None) -> Campaign:
    """End it: from now on nothing more is sent. What is at the vendor comes to its end. Again is harmless.

    Whoever still waits is counted as cancelled at once, or one after the other by the job ``delivery.cancel`` where they are many.
    Raises MayNotSendError, CampaignNotFoundError, CampaignStateError.
    """
    require_sender(by)
    campaign = await held(campaign_id)
    if campaign.state is not CampaignState.CANCELLED:
        _require(campaign, set(CampaignState) - {CampaignState.FINISHED})
        await _move(campaign_id, CampaignState.CANCELLED, reason or filled(CANCELLED_BY, by=deed_of(by).by))
    if await current_scope().fetchval(sql.WAITING, campaign_id) > MANY:
        await enqueue_once(CANCEL, campaign_id)
    else:
        await call_off_all(campaign_id)
    return await find_campaign(campaign_id)


async def finish_if_done(campaign_id: UUID) -> bool:
    """Whether a campaign that is being sent is over: nobody waits, nothing is in hand or unknown. Then it is finished now.

    Raises CampaignNotFoundError.
    """
    campaign = await held(campaign_id)
    if campaign.state is CampaignState.SENDING and await current_scope().fetchval(sql.LEFT_TO_SEND, campaign_id) == 0:
        await _move(campaign_id, CampaignState.FINISHED)
        return True
    return campaign.state is CampaignState.FINISHED


def require_sender(by: Principal) -> None:
    """Raises MayNotSendError."""
    if Permission.CAMPAIGNS_SEND not in by.permissions:
        raise MayNotSendError


async def clock() -> tuple[dt.datetime, ZoneInfo]:
    """Now by the database's clock, and the shop's zone."""
    ((now, zone),) = await current_scope().fetch(sql.CLOCK)
    return now, ZoneInfo(zone)


async def _begins(campaign: Campaign) -> dt.datetime | None:
    now, shop = await clock()
    begins = earliest(campaign.starts_at or now, campaign.options, shop)
    return begins if begins > now else None


async def _move(campaign_id: UUID, state: CampaignState, reason: Text | None = None) -> None:
    await current_scope().execute(sql.MOVE, campaign_id, state, None if reason is None else as_json(reason))


def _require(campaign: Campaign, states: Collection[CampaignState], *, good: bool = True) -> None:
    if campaign.state not in states or not good:
        raise CampaignStateError(state=STANDS[campaign.state])
