"""What an audience would be: counted now, nothing written. A million customers take seconds."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, Final

from batikrfm.db.engine import current_scope
from batikrfm.delivery.audience import queries as sql
from batikrfm.delivery.audience.draws import Draw, seed_of
from batikrfm.delivery.audience.model import Part, Preview, Question
from batikrfm.delivery.model import LeftOut
from batikrfm.delivery.options import Cap

FEWEST_HELD_OUT: Final = 200
"""Under so many people nobody is held out: there would be nothing to see in so few."""
_SCALE: Final = 10_000


async def preview_audience(question: Question, cap: Cap | None, *, now: dt.datetime | None = None) -> Preview:
    """How many would get it now, by segment, and how many would not and why. ``cap`` is what holds for this campaign, None: none does."""
    values = asked(question, cap, now or dt.datetime.now(dt.UTC))
    rows = await answered(sql.PREVIEW, *values)
    total, segments = _Counts(), defaultdict[str | None, _Counts](_Counts)
    for row in rows:
        for counts in (total, segments[row["segment"]]):
            counts.add(row["reason"], row["people"], held_out=row["held_out"])
    return Preview(total.part(), {name: counts.part() for name, counts in _by_size(segments.items())})


async def answered(statement: str, *values: object) -> list[Any]:
    """The rows of a statement over everybody of a shop, in time that grows with their number, whatever the planner believes of it."""
    await current_scope().execute(sql.BY_KEYS)
    return list(await current_scope().fetch(statement, *values))


def asked(question: Question, cap: Cap | None, at: dt.datetime) -> tuple[Any, ...]:
    """``$1..$20`` of the statements."""
    wanted = question.filter
    return (
        question.campaign_id,
        question.purpose,
        list(question.segments),
        *(wanted.r, wanted.f, wanted.m, wanted.fm),
        *(wanted.last_from, wanted.last_until),
        *(_at_least(wanted.spent_least), _at_most(wanted.spent_most)),
        *(wanted.purchases_least, wanted.purchases_most),
        *((None, 0) if cap is None else (cap.messages, cap.days)),
        at,
        question.options.hold_out,
        FEWEST_HELD_OUT,
        seed_of(question.campaign_id, Draw.HOLD_OUT),
        question.medium,
    )


@dataclass
class _Counts:
    receiving: int = 0
    held_out: int = 0
    left_out: dict[LeftOut, int] = field(default_factory=dict)

    def add(self, reason: str | None, people: int, *, held_out: bool) -> None:
        if reason is not None:
            why = LeftOut(reason)
            self.left_out[why] = self.left_out.get(why, 0) + people
        elif held_out:
            self.held_out += people
        else:
            self.receiving += people

    def part(self) -> Part:
        return Part(self.receiving, self.held_out, {why: self.left_out[why] for why in LeftOut if why in self.left_out})


def _by_size(segments: Iterable[tuple[str | None, _Counts]]) -> list[tuple[str | None, _Counts]]:
    return sorted(segments, key=lambda one: (-one[1].part().people, one[0] or ""))


def _at_least(money: Decimal | None) -> int | None:
    return None if money is None else int((money * _SCALE).to_integral_value(ROUND_CEILING))


def _at_most(money: Decimal | None) -> int | None:
    return None if money is None else int((money * _SCALE).to_integral_value(ROUND_FLOOR))
