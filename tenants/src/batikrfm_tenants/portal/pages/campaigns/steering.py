"""What is done with a campaign by a press: a trial, send, pause, go on, call off, send again what failed, the week's at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath

from batikrfm.db.errors import ConflictError
from batikrfm.delivery.campaigns import (
    CampaignWish,
    approve_and_start,
    begin_again,
    cancel,
    find_campaign,
    list_campaigns,
    pause,
    resend_failed,
    resume,
    schedule,
    unschedule,
)
from batikrfm.delivery.campaigns.errors import CampaignNotFoundError, StaleCampaignError
from batikrfm.delivery.campaigns.model import Campaign
from batikrfm.delivery.model import CampaignState
from batikrfm.delivery.sending.errors import OwnAddressError, TooManyTestsError
from batikrfm.delivery.sending.testing import Trial, send_test
from batikrfm.sdk.errors import InputError, NotFoundError
from batikrfm.sdk.text import Text
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.guards import needs
from batikrfm.web.scope import aside
from batikrfm_tenants import audit
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.pages.campaigns.checking import NO_TEXTS, NOW, TESTED, moment_of
from batikrfm_tenants.portal.pages.campaigns.planning import STEP, address, check_page, version_of

SENT: Final = Text(id="Kampanye dimulai.", en="The campaign has begun.")
SCHEDULED: Final = Text(id="Kampanye dijadwalkan.", en="The campaign is scheduled.")
PAUSED: Final = Text(id="Kampanye dijeda. Yang belum terkirim menunggu.", en="The campaign is paused. What was not sent waits.")
RESUMED: Final = Text(id="Kampanye dilanjutkan.", en="The campaign goes on.")
CANCELLED: Final = Text(id="Kampanye dibatalkan.", en="The campaign is called off.")
BEGUN_AGAIN: Final = Text(id="Kampanye dicoba mulai lagi.", en="The campaign is being begun once more.")
DRAFTED: Final = Text(id="Kampanye kembali menjadi draf.", en="The campaign is a draft again.")
AGAIN: Final = Text(id="{count} pesan dikirim lagi.", en="{count} messages are sent again.")
NONE_AGAIN: Final = Text(id="Tidak ada pesan yang dikirim lagi.", en="No message is sent again.")
BY_PERSON: Final = Text(id="Dijeda oleh {who}.", en="Paused by {who}.")
WEEK_SENT: Final = Text(id="{count} kampanye disetujui dan dimulai.", en="{count} campaigns are approved and have begun.")
SOME_NOT: Final = Text(id="{count} kampanye dimulai, {others} belum: {reason}", en="{count} campaigns have begun, {others} not: {reason}")
MOST_OF_A_WEEK: Final = 50
NONE_READY: Final = Text(id="Tidak ada kampanye minggu ini yang menunggu.", en="No campaign of this week is waiting.")


@post(f"{STEP}/uji", opt=needs(Permission.CAMPAIGNS_SEND))
async def trial(desk: Desk, campaign_id: FromPath[UUID]) -> Response[str]:
    """One message to oneself. The vendor is asked while nothing of the database is held."""
    campaign, form = await find_campaign(campaign_id), await desk.form()
    said = next((one for one in campaign.variants if str(one.content_id) == form["which"]), next(iter(campaign.variants), None))
    if said is None:
        return desk.refuse(await check_page(desk, campaign, form.refused(NO_TEXTS), form["pada"]))
    wanted = Trial(said.content_id, campaign.channel, form["to"], template=said.template)
    try:
        await aside(desk.request, send_test(desk.principal.tenant_id, wanted, by=desk.principal))
    except (InputError, NotFoundError, TooManyTestsError) as error:
        name = "to" if isinstance(error, OwnAddressError) else ""
        return desk.refuse(await check_page(desk, await find_campaign(campaign_id), form.refused(error, name), form["pada"]), error)
    await audit.record(desk.principal, "campaign.tried", str(campaign_id))
    back = f"{address(desk, campaign)}/periksa?{urlencode({'pada': form['pada'] or NOW})}"
    return desk.go(back, say=Text(id=TESTED.say("id", to=form["to"]), en=TESTED.say("en", to=form["to"])))


@post(f"{STEP}/kirim", opt=needs(Permission.CAMPAIGNS_SEND))
async def send(desk: Desk, campaign_id: FromPath[UUID]) -> Response[str]:
    """Let it go, now or at the time that was chosen; where the form says so, what it says is approved by that, too."""
    campaign, form = await find_campaign(campaign_id), await desk.form()
    at = moment_of(form["pada"], desk.formats.time_zone, desk.formats.now)
    try:
        if form["approve"] == "yes":
            await _approved_and_sent(desk, campaign, version_of(form), at)
        else:
            await schedule(campaign_id, version_of(form), at, by=desk.principal)
    except (InputError, ConflictError) as error:
        if campaign.state is not CampaignState.DRAFT:
            return _said(desk, campaign, error)
        return desk.refuse(await check_page(desk, campaign, form.refused(error), form["pada"]), error)
    await audit.record(desk.principal, "campaign.sent" if at is None else "campaign.scheduled", str(campaign_id))
    return desk.go(address(desk, campaign), say=SCHEDULED if at else SENT)


async def _approved_and_sent(desk: Desk, campaign: Campaign, version: int, at: dt.datetime | None) -> None:
    """As the page that was read said. Raises what keeps it from being sent."""
    if version != campaign.version:
        raise StaleCampaignError(version=campaign.version)
    (outcome,) = await approve_and_start([campaign.id], by=desk.principal, at=at)
    if outcome.problem is not None:
        raise outcome.problem


@post(f"{STEP}/jeda", opt=needs(Permission.CAMPAIGNS_SEND))
async def pause_it(desk: Desk, campaign_id: FromPath[UUID]) -> Response[str]:
    """Stop for now."""
    who = desk.user.name
    reason = Text(id=BY_PERSON.say("id", who=who), en=BY_PERSON.say("en", who=who))
    return await _done(desk, campaign_id, partial(pause, campaign_id, reason, by=desk.principal), "paused", PAUSED)


@post(f"{STEP}/lanjut", opt=needs(Permission.CAMPAIGNS_SEND))
async def resume_it(desk: Desk, campaign_id: FromPath[UUID]) -> Response[str]:
    """Go on."""
    return await _done(desk, campaign_id, partial(resume, campaign_id, by=desk.principal), "resumed", RESUMED)


@post(f"{STEP}/batal", opt=needs(Permission.CAMPAIGNS_SEND))
async def cancel_it(desk: Desk, campaign_id: FromPath[UUID]) -> Response[str]:
    """Call it off; what went out is out."""
    return await _done(desk, campaign_id, partial(cancel, campaign_id, by=desk.principal), "cancelled", CANCELLED)


@post(f"{STEP}/mulai", opt=needs(Permission.CAMPAIGNS_SEND))
async def begin_it(desk: Desk, campaign_id: FromPath[UUID]) -> Response[str]:
    """Try once more to begin one whose time has come and gone."""
    return await _done(desk, campaign_id, partial(begin_again, campaign_id, by=desk.principal), "begun_again", BEGUN_AGAIN)


@post(f"{STEP}/draf", opt=needs(Permission.CAMPAIGNS_SEND))
async def back_to_draft(desk: Desk, campaign_id: FromPath[UUID]) -> Response[str]:
    """Take a scheduled one back."""
    return await _done(desk, campaign_id, partial(unschedule, campaign_id, by=desk.principal), "unscheduled", DRAFTED)


@post(f"{STEP}/ulang", opt=needs(Permission.CAMPAIGNS_SEND))
async def again(desk: Desk, campaign_id: FromPath[UUID]) -> Response[str]:
    """Send again to those whose message failed for a reason that may pass; where the form says so, also to those who may have it."""
    campaign, unsure = await find_campaign(campaign_id), (await desk.form()).ticked("unsure", "on")
    try:
        count = await resend_failed(campaign_id, by=desk.principal, unsure=unsure)
    except (InputError, ConflictError) as error:
        return _said(desk, campaign, error)
    if not count:
        return desk.go(address(desk, campaign), say=NONE_AGAIN, tone="warning")
    await audit.record(desk.principal, "campaign.resent", str(campaign_id), {"count": count, "unsure": unsure})
    return desk.go(address(desk, campaign), say=Text(id=AGAIN.say("id", count=count), en=AGAIN.say("en", count=count)))


@post("/kampanye/minggu-ini/{batch_id:uuid}/kirim", opt=needs(Permission.CAMPAIGNS_SEND))
async def week(desk: Desk, batch_id: FromPath[UUID]) -> Response[str]:
    """Approve the texts of the week's campaigns and let all of them go. Whoever may not approve is refused by the service."""
    found = await list_campaigns(CampaignWish(weekly_batch_id=batch_id), limit=MOST_OF_A_WEEK)
    if not found:
        raise CampaignNotFoundError
    drafts = [one for one in found if one.state is CampaignState.DRAFT]
    back = f"{desk.shop_path}/kampanye"
    if not drafts:
        return desk.go(back, say=NONE_READY, tone="warning")
    outcomes = await approve_and_start([one.id for one in drafts], by=desk.principal)
    problems = [one.problem for one in outcomes if one.problem is not None]
    for one in outcomes:
        if one.problem is None:
            await audit.record(desk.principal, "campaign.sent", str(one.campaign_id), {"week": True})
    begun = len(outcomes) - len(problems)
    if not problems:
        return desk.go(back, say=Text(id=WEEK_SENT.say("id", count=begun), en=WEEK_SENT.say("en", count=begun)))
    said = {"count": begun, "others": len(problems)}
    words = Text(id=SOME_NOT.say("id", **said, reason=problems[0].say("id")), en=SOME_NOT.say("en", **said, reason=problems[0].say("en")))
    return desk.go(back, say=words, tone="warning")


async def _done(desk: Desk, campaign_id: UUID, deed: Callable[[], Awaitable[object]], action: str, words: Text) -> Response[str]:
    """Do it, write it down, and back to the campaign; or say there what keeps it from being done."""
    campaign = await find_campaign(campaign_id)
    try:
        await deed()
    except (InputError, ConflictError) as error:
        return _said(desk, campaign, error)
    await audit.record(desk.principal, f"campaign.{action}", str(campaign_id))
    return desk.go(address(desk, campaign), say=words)


def _said(desk: Desk, campaign: Campaign, error: InputError | ConflictError) -> Response[str]:
    return desk.go(address(desk, campaign), say=Text(id=error.say("id"), en=error.say("en")), tone="warning")


ROUTES: list[Any] = [trial, send, pause_it, resume_it, cancel_it, begin_it, back_to_draft, again, week]
