"""What a campaign is: what it says, to whom, when, and who let it go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from batikrfm.content.review import Deed
from batikrfm.delivery.audience.model import EVERYBODY, AudienceFilter, Question
from batikrfm.delivery.counting import Place
from batikrfm.delivery.model import CampaignState, Failure, LeftOut, Medium, Purpose
from batikrfm.delivery.options import DEFAULT, Options
from batikrfm.sdk.channels import Template
from batikrfm.sdk.errors import BatikError
from batikrfm.sdk.text import Text


@dataclass(frozen=True, slots=True)
class WantedVariant:
    """A text that a campaign is to say: to one segment, or with None to whomever no other variant names.

    ``share``: percent of those people who get it at first. Where the shares of a segment's texts are less than 100 together, the rest waits
    for the winner.
    """

    content_id: UUID
    segment: str | None = None
    share: int = 100
    template: Template | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a person wants of a campaign: all that a draft has. ``channel`` is the key of the account that sends."""

    name: str
    medium: Medium
    channel: str
    segments: tuple[str, ...] = ()
    filter: AudienceFilter = EVERYBODY
    variants: tuple[WantedVariant, ...] = ()
    options: Options = DEFAULT
    purpose: Purpose = Purpose.MARKETING


@dataclass(frozen=True, slots=True)
class Variant:
    """One of a campaign's texts. ``approved_hash`` stands for the very text that goes out; None until the campaign begins."""

    id: UUID
    number: int
    content_id: UUID
    segment: str | None
    share: int
    approved_hash: str | None = None
    won_at: dt.datetime | None = None
    template: Template | None = None


class Verdict(StrEnum):
    """How it was decided which text those who waited get."""

    WON = "won"
    TIE = "tie"  # none was better: the first one goes
    TOO_FEW = "too_few"  # too few were reached to tell: the first one goes


@dataclass(frozen=True, slots=True)
class Tally:
    """A text in its test: how many it reached, and how many of them did what decides."""

    number: int
    reached: int
    did: int


@dataclass(frozen=True, slots=True)
class Decision:
    """Which text the people of a segment get who waited for the better one, and how that came about."""

    segment: str | None
    number: int
    verdict: Verdict
    tallies: tuple[Tally, ...] = ()


@dataclass(frozen=True)
class Campaign:
    """A campaign as it is now.

    ``version`` counts its changes while it is a draft. ``approved`` is who pressed send. ``starts_at`` is the time on the shop's clock that
    was chosen; ``frozen_at`` when its audience was written down. ``reason`` says why it is paused or cancelled. ``edited`` is who changed
    it last; None: it is as it was made. ``decides_at`` is when the better of its texts is chosen, ``decisions`` how that came out.
    """

    id: UUID
    name: str
    state: CampaignState
    version: int
    medium: Medium
    channel: str
    purpose: Purpose
    segments: tuple[str, ...]
    filter: AudienceFilter
    options: Options
    variants: tuple[Variant, ...]
    created: Deed
    updated_at: dt.datetime
    edited: Deed | None = None
    approved: Deed | None = None
    starts_at: dt.datetime | None = None
    frozen_at: dt.datetime | None = None
    finished_at: dt.datetime | None = None
    decides_at: dt.datetime | None = None
    decisions: tuple[Decision, ...] = ()
    reason: Text | None = None
    run_id: UUID | None = None
    weekly_batch_id: UUID | None = None

    @property
    def question(self) -> Question:
        """Whom it is for."""
        return Question(self.id, self.medium, self.purpose, self.segments, self.filter, self.options)

    @property
    def over(self) -> bool:
        """Whether nothing more will be sent."""
        return self.state in {CampaignState.FINISHED, CampaignState.CANCELLED}


@dataclass(frozen=True, slots=True)
class CampaignWish:
    """Which campaigns are wanted; what is None does not matter."""

    state: CampaignState | None = None
    medium: Medium | None = None
    weekly_batch_id: UUID | None = None


@dataclass(frozen=True)
class Funnel:
    """How far messages got. ``sent`` holds those that were ``delivered``, and these those that were read; ``failed`` ones are apart.

    ``waiting`` are queued or in hand, ``unknown`` are messages of which nobody knows yet whether they went out. ``read`` is read or opened,
    whichever is more.
    """

    people: int = 0
    left_out: Mapping[LeftOut, int] = field(default_factory=dict)
    held_out: int = 0
    waiting: int = 0
    unknown: int = 0
    cancelled: int = 0
    sent: int = 0
    delivered: int = 0
    read: int = 0
    clicked: int = 0
    replied: int = 0
    unsubscribed: int = 0
    failed: Mapping[Failure, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Results:
    """A campaign's counts: all together, by segment and by variant. Read from counts alone, so it costs the same for any size."""

    total: Funnel
    segments: Mapping[str | None, Funnel]
    variants: Mapping[int, Funnel]
    counts: Mapping[Place, int]


@dataclass(frozen=True)
class Outcome:
    """What became of one of several campaigns that were to start: the campaign, or why it does not."""

    campaign_id: UUID
    campaign: Campaign | None = None
    problem: BatikError | None = None
