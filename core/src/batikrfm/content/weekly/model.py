"""What a week of words is, as pages and the API show it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from batikrfm.sdk.text import Text


class ItemState(StrEnum):
    """How far a segment is."""

    WAITING = "waiting"  # for its day, or for its turn on it
    HANDED_IN = "handed_in"  # in a vendor's batch, at half the price
    WRITTEN = "written"  # its drafts are there
    LEFT_OUT = "left_out"  # too few people to write to
    FAILED = "failed"  # it cannot be written as the shop is set up; ``reason`` says what to do


@dataclass(frozen=True, slots=True)
class Item:
    """A segment in a week. ``due`` is the day on which it is written, where the shop is; ``revenue`` is what is at stake."""

    id: UUID
    segment: str
    state: ItemState
    due: dt.date
    revenue: Decimal
    reason: Text | None
    contents: tuple[UUID, ...]
    written_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Week:
    """A week's batch, the segments with the most at stake first. ``started_by`` is empty where the clock did it."""

    id: UUID
    week: dt.date
    started_by: str
    run_id: UUID | None
    created_at: dt.datetime
    told_at: dt.datetime | None
    items: tuple[Item, ...]

    @property
    def over(self) -> bool:
        """Whether nothing is left to be written."""
        return self.run_id is not None and all(item.state not in {ItemState.WAITING, ItemState.HANDED_IN} for item in self.items)
