"""``/api/campaigns``: drafts of campaigns, who would get them, sending and stopping, and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter

from batikrfm.delivery import campaigns
from batikrfm.delivery.audience import Question
from batikrfm.delivery.campaigns import CampaignWish
from batikrfm.delivery.campaigns.approving import MOST
from batikrfm.delivery.model import CampaignState, Medium
from batikrfm.delivery.options import Cap
from batikrfm.plugins import Plugins
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.campaign_shapes import (
    CampaignEdit,
    CampaignInfo,
    CampaignPlan,
    CapInfo,
    PreviewInfo,
    ResultsInfo,
    about,
    plan_of,
    preview_info,
    results_info,
)
from batikrfm.web.cursors import last_of, page_of
from batikrfm.web.deeds import log_deed
from batikrfm.web.etags import NOT_MODIFIED, tagged
from batikrfm.web.guards import needs
from batikrfm.web.params import PLUGINS, Cursor, Limit, Next, language
from batikrfm.web.problems import NAMESPACE, fault_of
from batikrfm.web.scope import principal_of

KIND = "campaigns"
NEW = UUID(int=0)
"""Stands for a campaign that is not kept yet."""

ReadVersion = Annotated[int, msgspec.Meta(description="The `version` that you read; 409 if it has another one by now", ge=1, le=2**31 - 1)]
At = Annotated[
    datetime, msgspec.Meta(description="With its offset; with the recipient's clock, the time that the shop's clock shows", tz=True)
]


class CampaignPage(msgspec.Struct, frozen=True):
    """Campaigns, the newest first."""

    items: list[CampaignInfo]
    next: Next


class CampaignSchedule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When the campaign that you read is to begin."""

    version: ReadVersion
    at: At


class CampaignStart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The campaign that you read."""

    version: ReadVersion


class CampaignApprovals(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Campaigns to send with what they say; `at` null is now."""

    ids: Annotated[list[UUID], msgspec.Meta(min_length=1, max_length=MOST)]
    at: At | None = None


class CampaignRefusal(msgspec.Struct, frozen=True):
    """Why one of several does not start: `type` and `detail` of the problem that it would be by itself."""

    type: str
    detail: str


class CampaignOutcome(msgspec.Struct, frozen=True):
    """What became of one of several: the campaign, sent now or before, or why it is not."""

    id: UUID
    campaign: CampaignInfo | None
    problem: CampaignRefusal | None


class CampaignOutcomes(msgspec.Struct, frozen=True):
    """What became of each, in the order in which they were asked for."""

    items: list[CampaignOutcome]


class ResentInfo(msgspec.Struct, frozen=True):
    """How many messages are sent again."""

    messages: Annotated[int, msgspec.Meta(ge=0)]


class CampaignSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What holds for all campaigns of the shop. `cap` null: no limit but what a recipient asked for."""

    cap: CapInfo | None


InState = Annotated[CampaignState | None, QueryParameter(name="state", description="Only those that stand here")]
ByMedium = Annotated[Medium | None, QueryParameter(name="medium", description="Only those on this medium")]
OfWeek = Annotated[UUID | None, QueryParameter(name="weekly_batch", description="Only those that this week's batch has prepared")]
AndUnsure = Annotated[
    bool,
    QueryParameter(name="include_not_found", description="Also those of which nobody knows whether they arrived: some may get it twice"),
]
_READ, _WRITE, _SEND = (
    needs(Permission.CAMPAIGNS_READ),
    needs(Permission.CAMPAIGNS_WRITE),
    needs(Permission.CAMPAIGNS_SEND),
)


@get("/campaigns", opt=_READ, operation_id="listCampaigns", tags=[KIND], responses=NOT_MODIFIED)
async def list_(  # noqa: PLR0913, PLR0917 - each is a parameter of the query
    request: Request[Any, Any, Any],
    limit: Limit = 50,
    cursor: Cursor = None,
    in_state: InState = None,
    medium: ByMedium = None,
    weekly_batch: OfWeek = None,
) -> Response[CampaignPage]:
    """List campaigns. Ask again with `If-None-Match` to see whether anything has changed."""
    wanted = CampaignWish(in_state, medium, weekly_batch)
    found = await campaigns.list_campaigns(wanted, after=last_of(cursor, KIND), limit=limit + 1)
    page, following = page_of(found, limit, KIND)
    return tagged(request, CampaignPage([about(one, language(request)) for one in page], following))


@post("/campaigns", opt=_WRITE, operation_id="createCampaign", tags=[KIND])
async def create(request: Request[Any, Any, Any], data: JSONBody[CampaignPlan]) -> CampaignInfo:
    """Make a draft. Nothing is sent before somebody starts it."""
    made = await campaigns.create(plan_of(data, _medium(request, data)), by=principal_of(request))
    await log_deed(request, "campaign.created", str(made.id))
    return about(made, language(request))


@get("/campaigns/{campaign_id:uuid}", opt=_READ, operation_id="getCampaign", tags=[KIND], responses=NOT_MODIFIED)
async def one(request: Request[Any, Any, Any], campaign_id: FromPath[UUID]) -> Response[CampaignInfo]:
    """One campaign."""
    return tagged(request, about(await campaigns.find_campaign(campaign_id), language(request)))


@put("/campaigns/{campaign_id:uuid}", opt=_WRITE, operation_id="editCampaign", tags=[KIND])
async def edit(request: Request[Any, Any, Any], campaign_id: FromPath[UUID], data: JSONBody[CampaignEdit]) -> CampaignInfo:
    """Put another plan in the place of a draft's."""
    await campaigns.find_campaign(campaign_id)
    edited = await campaigns.edit(campaign_id, data.version, plan_of(data, _medium(request, data)), by=principal_of(request))
    await log_deed(request, "campaign.edited", str(campaign_id), version=edited.version)
    return about(edited, language(request))


@post("/campaigns/{campaign_id:uuid}/duplicate", opt=_WRITE, operation_id="duplicateCampaign", tags=[KIND])
async def duplicate(request: Request[Any, Any, Any], campaign_id: FromPath[UUID]) -> CampaignInfo:
    """Make a new draft with the same plan."""
    made = await campaigns.duplicate(campaign_id, by=principal_of(request))
    await log_deed(request, "campaign.created", str(made.id), copy_of=str(campaign_id))
    return about(made, language(request))


@get("/campaigns/{campaign_id:uuid}/preview", opt=_READ, operation_id="previewCampaign", tags=[KIND])
async def preview(campaign_id: FromPath[UUID]) -> PreviewInfo:
    """Who would get it if it began now, and who would not and why. Once it has begun, ask for its results."""
    return preview_info(await campaigns.preview((await campaigns.find_campaign(campaign_id)).question))


@post("/campaigns/preview", opt=_READ, operation_id="previewAudience", tags=[KIND], status_code=200)
async def preview_plan(request: Request[Any, Any, Any], data: JSONBody[CampaignPlan]) -> PreviewInfo:
    """The same for a plan that is not kept. Its hold-out is drawn anew once it is."""
    plan = await campaigns.tidy_plan(plan_of(data, _medium(request, data)))
    return preview_info(await campaigns.preview(Question(NEW, plan.medium, plan.purpose, plan.segments, plan.filter, plan.options)))


@post("/campaigns/{campaign_id:uuid}/schedule", opt=_SEND, operation_id="scheduleCampaign", tags=[KIND], status_code=200)
async def schedule(request: Request[Any, Any, Any], campaign_id: FromPath[UUID], data: JSONBody[CampaignSchedule]) -> CampaignInfo:
    """Send a draft at a time within a year. All that it says has to be approved."""
    return await _scheduled(request, campaign_id, data.version, data.at)


@post("/campaigns/{campaign_id:uuid}/start", opt=_SEND, operation_id="startCampaign", tags=[KIND], status_code=200)
async def start(request: Request[Any, Any, Any], campaign_id: FromPath[UUID], data: JSONBody[CampaignStart]) -> CampaignInfo:
    """Send a draft now. It is `scheduled` until its audience is written down, a moment later."""
    return await _scheduled(request, campaign_id, data.version, None)


@post("/campaigns/{campaign_id:uuid}/unschedule", opt=_SEND, operation_id="unscheduleCampaign", tags=[KIND], status_code=200)
async def unschedule(request: Request[Any, Any, Any], campaign_id: FromPath[UUID]) -> CampaignInfo:
    """Take a campaign back that has not begun: it is a draft again."""
    taken = await campaigns.unschedule(campaign_id, by=principal_of(request))
    await log_deed(request, "campaign.unscheduled", str(campaign_id))
    return about(taken, language(request))


@post("/campaigns/{campaign_id:uuid}/pause", opt=_SEND, operation_id="pauseCampaign", tags=[KIND], status_code=200)
async def pause(request: Request[Any, Any, Any], campaign_id: FromPath[UUID]) -> CampaignInfo:
    """Stop before the next message. One that is paused already stays so."""
    paused = await campaigns.pause(campaign_id, by=principal_of(request))
    await log_deed(request, "campaign.paused", str(campaign_id))
    return about(paused, language(request))


@post("/campaigns/{campaign_id:uuid}/resume", opt=_SEND, operation_id="resumeCampaign", tags=[KIND], status_code=200)
async def resume(request: Request[Any, Any, Any], campaign_id: FromPath[UUID]) -> CampaignInfo:
    """Go on where it stopped."""
    resumed = await campaigns.resume(campaign_id, by=principal_of(request))
    await log_deed(request, "campaign.resumed", str(campaign_id))
    return about(resumed, language(request))


@post("/campaigns/{campaign_id:uuid}/cancel", opt=_SEND, operation_id="cancelCampaign", tags=[KIND], status_code=200)
async def cancel(request: Request[Any, Any, Any], campaign_id: FromPath[UUID]) -> CampaignInfo:
    """End it: whoever still waits gets nothing. What is at the vendor comes to its end."""
    cancelled = await campaigns.cancel(campaign_id, by=principal_of(request))
    await log_deed(request, "campaign.cancelled", str(campaign_id))
    return about(cancelled, language(request))


@post("/campaigns/{campaign_id:uuid}/resend-failed", opt=_SEND, operation_id="resendFailed", tags=[KIND], status_code=200)
async def resend_failed(
    request: Request[Any, Any, Any],
    campaign_id: FromPath[UUID],
    unsure: AndUnsure = False,  # noqa: FBT002 - a parameter of the query
) -> ResentInfo:
    """Send again what failed for a reason that may pass. Addresses that do not exist and people who do not want it are left alone.

    So are messages that ended as `not_found`, as nobody knows whether they arrived, unless you ask for them.
    """
    messages = await campaigns.resend_failed(campaign_id, by=principal_of(request), unsure=unsure)
    await log_deed(request, "campaign.resent", str(campaign_id), messages=messages, unsure=unsure)
    return ResentInfo(messages)


@post("/campaigns/approve", opt=_SEND, operation_id="approveCampaigns", tags=[KIND], status_code=200)
async def approve(request: Request[Any, Any, Any], data: JSONBody[CampaignApprovals]) -> CampaignOutcomes:
    """Approve what several campaigns say, and send them, each by itself: what a week has prepared goes out with one call.

    Contents with a finding that blocks are for a person to look at: their campaign says so and waits. Approving needs
    `tenant:contents:approve`, too.
    """
    outcomes = await campaigns.approve_and_start(data.ids, by=principal_of(request), at=data.at)
    for outcome in outcomes:
        if outcome.campaign is not None:
            await log_deed(request, "campaign.scheduled", str(outcome.campaign_id))
    return CampaignOutcomes([_outcome(request, outcome) for outcome in outcomes])


@get("/campaigns/{campaign_id:uuid}/results", opt=_READ, operation_id="getCampaignResults", tags=[KIND], responses=NOT_MODIFIED)
async def results(request: Request[Any, Any, Any], campaign_id: FromPath[UUID]) -> Response[ResultsInfo]:
    """How far its messages got, by segment and by text. It costs the same for a million people; ask again with `If-None-Match`."""
    campaign = await campaigns.find_campaign(campaign_id)
    return tagged(request, results_info(campaign, await campaigns.results(campaign_id)))


@get("/campaigns/settings", opt=_READ, operation_id="getCampaignSettings", tags=[KIND])
async def settings() -> CampaignSettings:
    """What holds for all campaigns of the shop."""
    return _settings(await campaigns.read_settings())


@put("/campaigns/settings", opt=needs(Permission.SETTINGS_WRITE), operation_id="changeCampaignSettings", tags=[KIND])
async def change_settings(request: Request[Any, Any, Any], data: JSONBody[CampaignSettings]) -> CampaignSettings:
    """Say how many messages a customer gets at most."""
    cap = None if data.cap is None else Cap(data.cap.messages, data.cap.days)
    saved = await campaigns.save_settings(campaigns.CampaignSettings(cap))
    await log_deed(request, "campaign.settings_changed")
    return _settings(saved)


async def _scheduled(request: Request[Any, Any, Any], campaign_id: UUID, version: int, at: datetime | None) -> CampaignInfo:
    scheduled = await campaigns.schedule(campaign_id, version, at, by=principal_of(request))
    await log_deed(request, "campaign.scheduled", str(campaign_id), version=version)
    return about(scheduled, language(request))


def _medium(request: Request[Any, Any, Any], plan: CampaignPlan) -> Medium:
    plugins: Plugins = request.app.state[PLUGINS]
    return campaigns.medium_of_channel(plugins, plan.channel)


def _outcome(request: Request[Any, Any, Any], outcome: campaigns.Outcome) -> CampaignOutcome:
    if outcome.problem is None:
        campaign = None if outcome.campaign is None else about(outcome.campaign, language(request))
        return CampaignOutcome(outcome.campaign_id, campaign, None)
    problem = CampaignRefusal(NAMESPACE + fault_of(outcome.problem).slug, outcome.problem.say(language(request)))
    return CampaignOutcome(outcome.campaign_id, None, problem)


def _settings(found: campaigns.CampaignSettings) -> CampaignSettings:
    return CampaignSettings(None if found.cap is None else CapInfo(found.cap.messages, found.cap.days))


ROUTES = (
    *(list_, create, one, edit, duplicate, preview, preview_plan, schedule, start, unschedule),
    *(pause, resume, cancel, resend_failed, approve, results, settings, change_settings),
)
