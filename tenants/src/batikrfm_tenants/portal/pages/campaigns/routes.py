"""The addresses of Kampanye: the list, one campaign, and its numbers while it goes out."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from batikrfm.content.review import ContentFilter, State, list_contents
from batikrfm.delivery.campaigns import find_campaign, list_campaigns, results
from batikrfm.delivery.campaigns.model import Campaign
from batikrfm.delivery.counting import sent_of
from batikrfm.delivery.model import CampaignState
from batikrfm.sdk.text import Text
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.guards import needs
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.pages.campaigns import planning
from batikrfm_tenants.portal.pages.campaigns.channels import Channel, channels_of, usable
from batikrfm_tenants.portal.pages.campaigns.earning import earned_of
from batikrfm_tenants.portal.pages.campaigns.listing import PAGE, CampaignsPage, line, week_ready
from batikrfm_tenants.portal.pages.campaigns.results import ResultsPage, ResultsPiece, shown
from batikrfm_tenants.portal.pages.campaigns.tabs import SIMULATED, tabs

STEP: Final = planning.STEP


@get("/kampanye", opt=needs(Permission.CAMPAIGNS_READ))
async def campaigns(desk: Desk, after: FromQuery[UUID | None] = None) -> Response[str]:
    """The list."""
    found, channels = await list_campaigns(after=after, limit=PAGE + 1), await channels_of()
    approved = [one for state in (State.APPROVED, State.USED) for one in await list_contents(ContentFilter(state=state), limit=1)]
    sent = await sent_of(one.id for one in found)
    page = CampaignsPage(
        tabs=tabs(desk),
        simulated=SIMULATED if any(_kept(one, channels) and one.frozen_at for one in found) else None,
        lines=tuple(line(one, sent.get(one.id, 0) if one.frozen_at else None) for one in found[:PAGE]),
        week=await week_ready() if after is None else None,
        channels=bool(usable(channels)),
        has_contents=bool(approved),
        older=found[PAGE - 1].id if len(found) > PAGE else None,
        first_page=after is None,
    )
    return desk.show(page)


@get(STEP, opt=needs(Permission.CAMPAIGNS_READ))
async def one(desk: Desk, campaign_id: FromPath[UUID]) -> Response[str]:
    """A campaign's results; of a draft, the step that is next."""
    campaign = await find_campaign(campaign_id)
    if campaign.state is CampaignState.DRAFT:
        return desk.go(f"{planning.address(desk, campaign)}/{_next_step(desk, campaign)}")
    piece, channel = await _piece(desk, campaign)
    page = ResultsPage(
        **piece.context(),
        channel=channel.name if channel else Text(id=campaign.channel, en=campaign.channel),
        unofficial=bool(channel and channel.capabilities.unofficial),
    )
    return desk.show(page)


@get(f"{STEP}/kemajuan", opt=needs(Permission.CAMPAIGNS_READ))
async def progress(desk: Desk, campaign_id: FromPath[UUID]) -> Response[str]:
    """The numbers alone, for a page that is open."""
    campaign = await find_campaign(campaign_id)
    if not desk.piece or campaign.state is CampaignState.DRAFT:
        return desk.go(planning.address(desk, campaign))
    return desk.show((await _piece(desk, campaign))[0])


async def _piece(desk: Desk, campaign: Campaign) -> tuple[ResultsPiece, Channel | None]:
    names = await planning.named()
    channel, earned = (await channels_of()).get(campaign.channel), await earned_of(campaign, names)
    piece = ResultsPiece(
        shown=shown(campaign, await results(campaign.id), names, earned.sold.buyers if earned else None, desk.formats),
        earned=earned,
        simulated=SIMULATED if channel and channel.outbox and campaign.frozen_at else None,
    )
    return piece, channel


def _next_step(desk: Desk, campaign: Campaign) -> str:
    if Permission.CAMPAIGNS_WRITE not in desk.principal.permissions:
        return "periksa"
    return "kapan" if campaign.variants else "apa"


def _kept(campaign: Campaign, channels: dict[str, Channel]) -> bool:
    return campaign.channel in channels and channels[campaign.channel].outbox


ROUTES: list[Any] = [campaigns, one, progress]
