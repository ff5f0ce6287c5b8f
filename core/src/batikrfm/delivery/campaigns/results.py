"""How a campaign goes, from its counts alone: the same few rows for ten people and for a million."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from batikrfm.delivery.campaigns.model import Funnel, Results
from batikrfm.delivery.counting import Place, counts_of
from batikrfm.delivery.model import Deed, DeliveryState, Failure, LeftOut

_STATES: Final = frozenset(DeliveryState)


async def results(campaign_id: UUID) -> Results:
    """What the deliveries of a campaign have come to, all together, by segment and by text."""
    counts = await counts_of(campaign_id)
    segments: dict[str | None, dict[Place, int]] = defaultdict(dict)
    variants: dict[int, dict[Place, int]] = defaultdict(dict)
    for place, amount in counts.items():
        segments[place.segment][place] = amount
        if place.variant is not None:
            variants[place.variant][place] = amount
    return Results(
        funnel_of(counts),
        {segment: funnel_of(of) for segment, of in _by_size(segments)},
        {number: funnel_of(variants[number]) for number in sorted(variants)},
        counts,
    )


def funnel_of(counts: Mapping[Place, int]) -> Funnel:
    """What ``counts`` come to."""
    by: Counter[str] = Counter()
    left_out: Counter[LeftOut] = Counter()
    failed: Counter[Failure] = Counter()
    for place, amount in counts.items():
        by[place.what] += amount
        if place.what == DeliveryState.LEFT_OUT:
            left_out[LeftOut(place.reason or "")] += amount
        elif place.what == DeliveryState.FAILED:
            failed[Failure(place.reason or "")] += amount
    read, delivered = by[DeliveryState.READ], by[DeliveryState.DELIVERED]
    return Funnel(
        people=sum(by[state] for state in _STATES),
        left_out={why: left_out[why] for why in LeftOut if left_out[why]},
        held_out=by[DeliveryState.HELD_OUT],
        waiting=by[DeliveryState.QUEUED] + by[DeliveryState.SENDING],
        unknown=by[DeliveryState.UNKNOWN],
        cancelled=by[DeliveryState.CANCELLED],
        sent=by[DeliveryState.ACCEPTED] + delivered + read,
        delivered=delivered + read,
        read=max(read, by[Deed.OPENED]),
        clicked=by[Deed.CLICKED],
        replied=by[Deed.REPLIED],
        unsubscribed=by[Deed.UNSUBSCRIBED],
        failed={why: failed[why] for why in Failure if failed[why]},
    )


def _by_size(segments: Mapping[str | None, Mapping[Place, int]]) -> list[tuple[str | None, Mapping[Place, int]]]:
    sizes = {segment: sum(amount for place, amount in of.items() if place.what in _STATES) for segment, of in segments.items()}
    return sorted(segments.items(), key=lambda one: (-sizes[one[0]], one[0] or ""))
