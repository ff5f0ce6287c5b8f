"""Write down who gets it: one statement, a delivery for each person of the audience, and the counts that they add up to."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from batikrfm.db.engine import current_scope
from batikrfm.delivery.audience import queries as sql
from batikrfm.delivery.audience.asking import answered, asked
from batikrfm.delivery.audience.draws import Draw, seed_of
from batikrfm.delivery.audience.model import Question
from batikrfm.delivery.audience.timetable import Timetable, timetable
from batikrfm.delivery.counting import Place, count
from batikrfm.delivery.model import DeliveryState
from batikrfm.delivery.options import Cap

HUNDRED: Final = 100
MANY: Final = 1_000
"""An audience of so many is a reason to look at the table anew."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A text that some get: those of ``segment``, or with None whoever has no text of their own. ``share``: percent of them."""

    number: int
    segment: str | None
    share: int
    approved_hash: str


@dataclass(frozen=True, slots=True)
class When:
    """The time that was chosen, what time it is, and the shop's clock."""

    starts_at: dt.datetime
    now: dt.datetime
    shop: ZoneInfo


@dataclass(frozen=True, slots=True)
class Frozen:
    """What was written: how many get a message, of those how many wait for the better text, and when the first one is due."""

    queued: int
    waiting: int
    first_due: dt.datetime | None


async def freeze(question: Question, choices: Sequence[Choice], cap: Cap | None, when: When) -> Frozen:
    """Write the audience down, in the caller's transaction: who is queued, held out, left out and why, with segment, text and time.

    The same campaign draws the same people each time. Once: a second time there would be two rows for a person, which the table refuses.
    """
    times = timetable(when.starts_at, when.now, question.options, when.shop)
    values = (
        *asked(question, cap, when.now),
        seed_of(question.campaign_id, Draw.TEXT),
        *_texts(choices),
        *times.codes,
        *times.stretches,
        seed_of(question.campaign_id, Draw.SECOND),
        times.seconds,
    )
    rows = await answered(sql.FREEZE, *values)
    await count(question.campaign_id, [(_place(row), row["people"]) for row in rows])
    if sum(row["people"] for row in rows) >= MANY:
        await current_scope().execute(sql.ANALYZE)
    queued = [row for row in rows if row["state"] == DeliveryState.QUEUED]
    return Frozen(
        sum(row["people"] for row in queued),
        sum(row["waiting"] for row in queued),
        min((row["due_at"] for row in queued if row["due_at"] is not None), default=None),
    )


async def release(question: Question, place: Choice, text: Choice, when: When) -> Frozen:
    """Give those who waited in the ``place`` of a text the better one, ``text``, and their time from now on."""
    times: Timetable = timetable(when.now, when.now, question.options, when.shop)
    rows = await answered(
        sql.RELEASE,
        question.campaign_id,
        *(place.number, text.number, text.approved_hash),
        *times.codes,
        *times.stretches,
        seed_of(question.campaign_id, Draw.SECOND),
        times.seconds,
    )
    moved = [(row["segment"], row["people"]) for row in rows]
    await count(
        question.campaign_id,
        [(Place(DeliveryState.QUEUED, None, place.number, segment), -people) for segment, people in moved]
        + [(Place(DeliveryState.QUEUED, None, text.number, segment), people) for segment, people in moved],
    )
    return Frozen(sum(people for _, people in moved), 0, min((row["due_at"] for row in rows), default=None))


def _texts(choices: Sequence[Choice]) -> tuple[list[Any], ...]:
    """The texts as arrays: each has a part of the hundred that are drawn from; what is left waits in the place of the first."""
    groups: dict[str, list[Choice]] = defaultdict(list)
    for choice in choices:
        groups[choice.segment or ""].append(choice)
    rows = [row for segment, group in groups.items() for row in _parts(segment, group)]
    return tuple(list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [], [], [], [])


def _parts(segment: str, group: Sequence[Choice]) -> list[tuple[Any, ...]]:
    parts, begins = [], 0
    for choice in group:
        parts.append((segment, begins, begins + choice.share, choice.number, choice.approved_hash, False))
        begins += choice.share
    if begins < HUNDRED:
        parts.append((segment, begins, HUNDRED, group[0].number, group[0].approved_hash, True))
    return parts


def _place(row: Mapping[str, Any]) -> Place:
    return Place(row["state"], row["reason"], row["variant"], row["segment"])
