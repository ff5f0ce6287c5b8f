"""How many of a campaign are where, kept beside the deliveries: a page costs the same for ten people and for a million."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery import queries as sql


@dataclass(frozen=True, slots=True)
class Place:
    """What is counted: a state or a deed (``what``), its reason if it has one, for one variant and segment."""

    what: str
    reason: str | None = None
    variant: int | None = None
    segment: str | None = None


async def count(campaign_id: UUID, changes: Iterable[tuple[Place, int]]) -> None:
    """Add to the counts of a campaign, in the transaction that changes its deliveries. What leaves a place is negative.

    Rows are changed in one order, whoever asks, so that two transactions never wait for each other.
    """
    sums: Counter[Place] = Counter()
    for place, amount in changes:
        sums[place] += amount
    changed = sorted(((place, amount) for place, amount in sums.items() if amount), key=lambda one: _order(one[0]))
    if not changed:
        return
    places = [place for place, _ in changed]
    await current_scope().execute(
        sql.COUNT,
        campaign_id,
        [uuid7() for _ in places],
        [place.what for place in places],
        [place.reason for place in places],
        [place.variant for place in places],
        [place.segment for place in places],
        [amount for _, amount in changed],
    )


async def counts_of(campaign_id: UUID) -> dict[Place, int]:
    """Every count of a campaign that is not zero."""
    rows = await current_scope().fetch(sql.COUNTS, campaign_id)
    return {Place(row["what"], row["reason"], row["variant"], row["segment"]): row["amount"] for row in rows}


def _order(place: Place) -> tuple[str, str, int, str]:
    return place.what, place.reason or "", -1 if place.variant is None else place.variant, place.segment or ""
