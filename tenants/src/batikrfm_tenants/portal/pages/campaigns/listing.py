"""The list of campaigns, and the week's that wait for one press."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import ClassVar, Final
from uuid import UUID

from batikrfm.delivery.campaigns import Campaign, CampaignWish, list_campaigns
from batikrfm.delivery.model import CampaignState
from batikrfm.sdk.text import Text
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.pages.campaigns.tabs import HELP, SIMULATED_HELP, Tabs
from batikrfm_tenants.portal.pages.campaigns.words import MEDIA, STATES

PAGE: Final = 25
MOST_OF_A_WEEK: Final = 50
WEEK_HELP: Final = {"help": "This week's campaigns, where they wait for somebody."}
"""Metadata of a page's field ``week``."""


@dataclass(frozen=True)
class CampaignLine:
    """A campaign of the list."""

    id: UUID
    name: str
    state: Text
    badge: str
    medium: Text
    at: dt.datetime | None
    handed_in: int | None


@dataclass(frozen=True)
class ReadyCampaign:
    """One of the week's campaigns; ``people`` is who would get it, where that was counted."""

    id: UUID
    name: str
    medium: Text
    people: int | None = None


@dataclass(frozen=True)
class WeekReady:
    """The campaigns of a weekly batch that wait to be sent."""

    id: UUID
    campaigns: tuple[ReadyCampaign, ...]


@dataclass(frozen=True, kw_only=True)
class CampaignsPage(Page):
    """Every campaign, the newest first."""

    template: ClassVar[str] = "campaigns/page.html"
    tabs: Tabs = field(metadata=HELP)
    simulated: Text | None = field(metadata=SIMULATED_HELP)
    lines: tuple[CampaignLine, ...] = field(metadata={"help": "The campaigns of this page of the list."})
    week: WeekReady | None = field(metadata=WEEK_HELP)
    channels: bool = field(metadata={"help": "Whether there is a channel that can send."})
    has_contents: bool = field(metadata={"help": "Whether there is an approved text."})
    older: UUID | None = field(metadata={"help": "The last one's id where there are more."})
    first_page: bool = field(metadata={"help": "Whether these are the newest."})


def line(campaign: Campaign, handed_in: int | None) -> CampaignLine:
    """A campaign as the list shows it."""
    state, badge = STATES[campaign.state]
    at = campaign.finished_at or campaign.starts_at or campaign.updated_at
    return CampaignLine(campaign.id, campaign.name, state, badge, MEDIA[campaign.medium], at, handed_in)


async def week_ready() -> WeekReady | None:
    """The campaigns of the latest weekly batch, where some still wait to be sent."""
    drafts = await list_campaigns(CampaignWish(state=CampaignState.DRAFT), limit=MOST_OF_A_WEEK)
    batch = next((one.weekly_batch_id for one in drafts if one.weekly_batch_id is not None), None)
    if batch is None:
        return None
    ready = tuple(ReadyCampaign(one.id, one.name, MEDIA[one.medium]) for one in drafts if one.weekly_batch_id == batch)
    return WeekReady(batch, ready)
