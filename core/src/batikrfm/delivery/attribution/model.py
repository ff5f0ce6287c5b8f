"""What is said of a campaign's sales."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from batikrfm.delivery.attribution.intervals import Span
from batikrfm.sdk.text import Text


@dataclass(frozen=True, slots=True)
class Sold:
    """By last touch: of the people whom a message reached, who bought within the window after it, how often, and for how much.

    An order counts for one campaign only: the last one that reached its customer before it. Money is in ten-thousandths.
    """

    reached: int = 0
    buyers: int = 0
    orders: int = 0
    revenue_e4: int = 0


class Verdict(StrEnum):
    """What the comparison with those who were held out says."""

    NO_HOLD_OUT = "no_hold_out"
    TOO_FEW = "too_few"  # too few people or purchases to say anything
    UNCLEAR = "unclear"  # the interval holds both more and less
    MORE = "more"
    LESS = "less"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everybody who was to get a message, whatever became of it, beside those who were held out, over the same days.

    ``conversion`` is how much greater the share of buyers is, ``revenue`` how much more was spent for each person, in currency units; each
    with its 95 % interval, None where nothing can be said. ``words`` say it plainly.
    """

    treated: int
    treated_buyers: int
    held: int
    held_buyers: int
    conversion: Span | None
    revenue: Span | None
    verdict: Verdict
    words: Text


@dataclass(frozen=True, slots=True)
class Part:
    """One segment of a campaign, or all of it."""

    sold: Sold
    comparison: Comparison


@dataclass(frozen=True)
class Earned:
    """What a campaign earned, as of ``measured_at``. ``open``: purchases still count until ``ends_at``, so the numbers will grow."""

    campaign_id: UUID
    window_days: int
    measured_at: dt.datetime
    begins_at: dt.datetime | None
    ends_at: dt.datetime | None
    open: bool
    total: Part
    segments: Mapping[str, Part] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AttributedOrder:
    """An order that counts for a campaign: which message came last before it."""

    id: UUID
    key: str
    customer_id: UUID
    delivery_id: UUID
    segment: str | None
    ordered_at: dt.datetime
    net_e4: int
