"""Whom a campaign is for, as a question, and what its answer looks like before anything is written down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from batikrfm.delivery.model import LeftOut, Medium, Purpose
from batikrfm.delivery.options import DEFAULT, Options


@dataclass(frozen=True, slots=True)
class AudienceFilter:
    """Which customers of the segments. What is None does not matter; conditions all hold at once.

    ``r``, ``f``, ``m`` are scores 1..5, ``fm`` is a column of the heat map, as in the list of customers. Days are of the last purchase,
    where the shop is, both included. Who was in no segment in the latest run fits no condition.
    """

    r: int | None = None
    f: int | None = None
    m: int | None = None
    fm: int | None = None
    last_from: dt.date | None = None
    last_until: dt.date | None = None
    spent_least: Decimal | None = None
    spent_most: Decimal | None = None
    purchases_least: int | None = None
    purchases_most: int | None = None


EVERYBODY = AudienceFilter()


@dataclass(frozen=True, slots=True)
class Question:
    """Who is asked for. ``segments`` empty: everybody, also who is in none.

    ``campaign_id`` keeps a campaign's own messages out of the frequency cap, and draws the same people again for the hold-out.
    """

    campaign_id: UUID
    medium: Medium
    purpose: Purpose = Purpose.MARKETING
    segments: tuple[str, ...] = ()
    filter: AudienceFilter = EVERYBODY
    options: Options = DEFAULT


@dataclass(frozen=True, slots=True)
class Part:
    """People of an audience, all of it or one segment: who gets a message, who is held out, who is left out and why."""

    receiving: int = 0
    held_out: int = 0
    left_out: Mapping[LeftOut, int] = field(default_factory=dict)

    @property
    def people(self) -> int:
        """All of them."""
        return self.receiving + self.held_out + sum(self.left_out.values())


@dataclass(frozen=True, slots=True)
class Preview:
    """What an audience would be if it were frozen now. ``segments``: None is who is in none."""

    total: Part
    segments: Mapping[str | None, Part]
