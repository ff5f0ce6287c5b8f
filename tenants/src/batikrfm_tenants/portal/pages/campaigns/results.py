"""What became of a campaign: how far it is, how far its messages got, what failed and why, and what it earned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from batikrfm.delivery.campaigns import is_late
from batikrfm.delivery.campaigns.model import Campaign, Funnel, Results
from batikrfm.delivery.campaigns.repeating import MAY_HAVE_ARRIVED, MAY_PASS
from batikrfm.delivery.model import CampaignState
from batikrfm.sdk.text import Text
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.formats import Formats
from batikrfm_tenants.portal.pages.campaigns.counting import NO_SEGMENT, Names, reasons
from batikrfm_tenants.portal.pages.campaigns.earning import Earned
from batikrfm_tenants.portal.pages.campaigns.tabs import SIMULATED_HELP
from batikrfm_tenants.portal.pages.campaigns.words import STATES, failed

SENT: Final = Text(id="Terkirim", en="Sent")
DELIVERED: Final = Text(id="Sampai", en="Delivered")
READ: Final = Text(id="Dibaca", en="Read")
CLICKED: Final = Text(id="Diklik", en="Clicked")
ORDERED: Final = Text(id="Memesan", en="Ordered")
FRESH: Final = dt.timedelta(minutes=15)
"""After its end most of what recipients do is told within so long: a page that is open follows it."""
MOVING: Final = frozenset({CampaignState.SCHEDULED, CampaignState.SENDING})


@dataclass(frozen=True)
class Line:
    """One step of the funnel: so many got there, of so many who were sent the message. ``many`` None: nobody knows."""

    words: Text
    many: int | None
    of: int


@dataclass(frozen=True)
class Row:
    """A part of a campaign, a segment or a text, beside the others."""

    name: Text
    sent: int
    delivered: int
    read: int
    clicked: int
    won: bool = False


@dataclass(frozen=True)
class Shown:
    """A campaign's results, ready to be shown.

    ``again``: so many failures may pass. ``unsure``: of so many nobody knows whether they arrived. ``moving``: there will be something new
    to say soon. ``late``: it should have begun long ago. ``leaving``: so many still wait of a campaign that was cancelled; none is sent.
    """

    campaign: Campaign
    state: Text
    badge: str
    done: int
    total: int
    funnel: tuple[Line, ...]
    total_people: int
    held_out: int
    unknown: int
    unsubscribed: int
    replied: int
    without: tuple[tuple[Text, int, str], ...]
    failures: tuple[tuple[Text, int, str], ...]
    again: int
    unsure: int
    segments: tuple[Row, ...]
    texts: tuple[Row, ...]
    moving: bool
    late: bool
    leaving: int

    @property
    def failed(self) -> int:
        """All that reached nobody."""
        return sum(many for _, many, _ in self.failures)

    @property
    def left_out(self) -> int:
        """Everybody who was left out for a reason."""
        return sum(many for _, many, _ in self.without)


@dataclass(frozen=True, kw_only=True)
class ResultsPiece(Page):
    """The numbers alone; htmx asks for them again and again while messages go out."""

    template: ClassVar[str] = "campaigns/results.html"
    shown: Shown = field(metadata={"help": "The campaign and its numbers."})
    earned: Earned | None = field(metadata={"help": "What it earned, beside who was held out; None before anything was sent."})
    simulated: Text | None = field(metadata=SIMULATED_HELP)


@dataclass(frozen=True, kw_only=True)
class ResultsPage(ResultsPiece):
    """The whole page."""

    template: ClassVar[str] = "campaigns/one.html"
    channel: Text = field(metadata={"help": "What it goes by."})
    unofficial: bool = field(metadata={"help": "Whether that is not the network's own way."})


def shown(campaign: Campaign, results: Results, names: Names, ordered: int | None, formats: Formats) -> Shown:
    """``campaign`` with its counts; ``ordered`` is how many of those who got it bought afterwards."""
    state, badge = STATES[campaign.state]
    total, now = results.total, formats.now
    leaving = total.waiting if campaign.state is CampaignState.CANCELLED else 0
    failures = _failures(total)
    lost = sum(many for _, many, _ in failures)
    return Shown(
        campaign=campaign,
        state=state,
        badge=badge,
        done=total.sent + lost + total.cancelled,
        total=total.sent + lost + total.cancelled + total.waiting + total.unknown,
        funnel=_funnel(total, ordered),
        total_people=total.people,
        held_out=total.held_out,
        unknown=total.unknown,
        unsubscribed=total.unsubscribed,
        replied=total.replied,
        without=reasons(total.left_out),
        failures=failures,
        again=sum(many for _, many, reason in failures if reason in MAY_PASS),
        unsure=sum(many for _, many, reason in failures if reason in MAY_HAVE_ARRIVED),
        segments=_rows({NO_SEGMENT if key is None else names(key): one for key, one in results.segments.items()}),
        texts=_texts(campaign, results, names),
        moving=campaign.state in MOVING or bool(leaving) or (campaign.finished_at is not None and now - campaign.finished_at < FRESH),
        late=is_late(campaign, now, ZoneInfo(formats.time_zone)),
        leaving=leaving,
    )


def _funnel(total: Funnel, ordered: int | None) -> tuple[Line, ...]:
    steps = ((SENT, total.sent), (DELIVERED, total.delivered), (READ, total.read), (CLICKED, total.clicked), (ORDERED, ordered))
    return tuple(Line(words, many, total.sent) for words, many in steps)


def _failures(total: Funnel) -> tuple[tuple[Text, int, str], ...]:
    return tuple((failed(reason), many, str(reason)) for reason, many in sorted(total.failed.items(), key=lambda one: -one[1]) if many)


def _rows(parts: Mapping[Text, Funnel]) -> tuple[Row, ...]:
    found = (Row(name, one.sent, one.delivered, one.read, one.clicked) for name, one in parts.items() if one.sent)
    return tuple(sorted(found, key=lambda row: -row.sent))


def _texts(campaign: Campaign, results: Results, names: Names) -> tuple[Row, ...]:
    """The texts beside each other, where there are several for the same people."""
    found = []
    for one in campaign.variants:
        rivals = [other for other in campaign.variants if other.segment == one.segment]
        if len(rivals) > 1:
            letter = "ABCDE"[rivals.index(one)] if len(rivals) <= 5 else str(one.number)  # noqa: PLR2004 - as many as there are letters
            part, group = results.variants.get(one.number, Funnel()), names(one.segment) if one.segment else None
            name = Text(id=f"{group.id} {letter}" if group else letter, en=f"{group.en} {letter}" if group else letter)
            found.append(Row(name, part.sent, part.delivered, part.read, part.clicked, won=one.won_at is not None))
    return tuple(found)
