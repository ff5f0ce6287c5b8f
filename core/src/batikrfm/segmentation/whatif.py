"""Who would move under another strategy or other rules: worked out on the shop's customers as they are, nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.sdk.text import Text
from batikrfm.segmentation import queries
from batikrfm.segmentation.history import Flow, PastRun, past_runs
from batikrfm.segmentation.overview import words_of
from batikrfm.segmentation.preferences import Preferences, checked_preferences, question_of

if TYPE_CHECKING:
    from batikrfm.segmentation.summary import SegmentSummary


MANY: Final = 50_000
"""Customers who are worked out within a second or so."""


@dataclass(frozen=True)
class SegmentCount:
    """A segment with its customers now and then; None where the strategy of that time has no such segment."""

    key: str
    name: Text
    now: int | None
    then: int | None


@dataclass(frozen=True)
class WouldMove:
    """One customer who would be in another segment. No name: this is kept as a job's result, and jobs hold nothing of anybody."""

    customer_id: UUID
    from_segment: str | None
    to_segment: str | None


@dataclass(frozen=True)
class WhatIf:
    """What would change. ``flows`` has everyone, also those who would stay; ``moving`` counts those who would not."""

    preferences: Preferences
    mode: str
    cut_points: dict[str, list[int | float | str]]
    reason: Text
    notices: tuple[Text, ...]
    segments: tuple[SegmentCount, ...]
    flows: tuple[Flow, ...]
    moving: int
    samples: tuple[WouldMove, ...]


async def what_if(wanted: Preferences) -> WhatIf:
    """See the module. In the tenant's scope; many seconds for a million customers: see :func:`takes_long`.

    Raises :class:`~batikrfm.segmentation.errors.StrategySettingsError` and its kin, as saving would.
    """
    import asyncio

    from batikrfm.segmentation import comparing
    from batikrfm.segmentation.running import score_tenant

    scope, question = current_scope(), await question_of(wanted)
    _, config = checked_preferences(wanted)
    latest = next(iter(await past_runs(1)), None)
    if latest:  # the same day as the run, so that nobody moves only because time went by
        question = replace(question, as_of=latest.as_of)
    scored = await score_tenant(scope, question, config)
    segments = [result.segment for result in latest.results] if latest else []
    compared = await asyncio.to_thread(comparing.compare, await comparing.stored(scope), segments, scored)
    answer = scored.segmentation
    return WhatIf(
        preferences=wanted,
        mode=answer.mode,
        cut_points={name: list(cuts) for name, cuts in answer.cut_points.items()},
        reason=answer.reason,
        notices=answer.notices,
        segments=_counts(latest, scored.segments),
        flows=compared.flows,
        moving=compared.moving,
        samples=tuple(WouldMove(one.customer_id, one.from_segment, one.to_segment) for one in compared.samples),
    )


async def takes_long() -> bool:
    """Whether the shop is too large to be asked in passing: :func:`~batikrfm.segmentation.tasks.try_segments` does it as a job."""
    latest = next(iter(await past_runs(1)), None)
    return latest is not None and latest.customers > MANY


async def contact_names(answer: WhatIf) -> dict[UUID, str]:
    """How to call the customers among the samples."""
    rows = await current_scope().fetch(queries.CONTACTS, [sample.customer_id for sample in answer.samples])
    return {row["id"]: row["name"] or row["key"] for row in rows}


def _counts(latest: PastRun | None, then: Sequence[SegmentSummary]) -> tuple[SegmentCount, ...]:
    """The segments of the strategy that would be, then those of the strategy that is and would be no more."""
    now = {result.segment: result.customers for result in latest.results} if latest else {}
    would = {summary.segment.key: summary for summary in then}
    words = (words_of(latest.strategy) if latest else {}) | {key: summary.segment for key, summary in would.items()}
    return tuple(
        SegmentCount(
            key=key,
            name=words[key].name if key in words else Text(id=key, en=key),
            now=now.get(key),
            then=would[key].customers if key in would else None,
        )
        for key in {**would, **now}
    )
