"""Says what was measured, in numbers and in words. In the tenant's scope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.delivery.attribution import queries as sql
from batikrfm.delivery.attribution.intervals import Sample, Span, difference_of_means, difference_of_shares
from batikrfm.delivery.attribution.model import AttributedOrder, Comparison, Earned, Part, Sold, Verdict
from batikrfm.delivery.attribution.words import WORDS
from batikrfm.delivery.campaigns.errors import CampaignNotFoundError

FEWEST_PEOPLE: Final = 50
"""In each group. Below, whatever comes out is chance."""
FEWEST_BUYERS: Final = 10
"""In both groups together."""
SCALE: Final = 10_000

Row = Mapping[str, Any]


async def earned_by(campaign_id: UUID) -> Earned | None:
    """What a campaign earned, as it was measured last; None if that has not been yet. Raises CampaignNotFoundError."""
    rows = await current_scope().fetch(sql.READ, campaign_id)
    parts = {row["segment"]: Part(_sold(row), compare(row)) for row in rows}
    for row in rows:
        if row["segment"] is None:
            segments = {segment: part for segment, part in parts.items() if segment is not None}
            head = (campaign_id, row["window_days"], row["measured_at"], row["begins_at"], row["ends_at"], bool(row["open"]))
            return Earned(*head, parts[None], segments)
    await _require(campaign_id)
    return None


async def orders_of(campaign_id: UUID, *, after: UUID | None = None, limit: int = 50) -> list[AttributedOrder]:
    """The very orders behind a campaign's revenue, as they are now, in the order of their ids. Raises CampaignNotFoundError."""
    days = await current_scope().fetchval(sql.WINDOW, campaign_id)
    if days is None:
        await _require(campaign_id)
        return []
    rows = await current_scope().fetch(sql.ORDERS, campaign_id, dt.timedelta(days=days), after, limit)
    return [AttributedOrder(**row) for row in rows]


def compare(row: Row) -> Comparison:
    """What the sums of two groups say. ``row`` is one of ``campaign_results``."""
    treated, held = row["treated"], row["held"]
    buyers = (row["treated_buyers"], row["held_buyers"])
    conversion = difference_of_shares(buyers[0], treated, buyers[1], held) if treated and held else None
    revenue = difference_of_means(_sample(row, "treated"), _sample(row, "held"))
    verdict = _verdict(treated, held, sum(buyers), conversion)
    return Comparison(treated, buyers[0], held, buyers[1], conversion, revenue, verdict, WORDS[verdict])


def _verdict(treated: int, held: int, buyers: int, conversion: Span | None) -> Verdict:
    if not held or conversion is None:
        return Verdict.NO_HOLD_OUT
    if min(treated, held) < FEWEST_PEOPLE or buyers < FEWEST_BUYERS:
        return Verdict.TOO_FEW
    if conversion.low > 0:
        return Verdict.MORE
    return Verdict.LESS if conversion.high < 0 else Verdict.UNCLEAR


def _sample(row: Row, group: str) -> Sample:
    return Sample(row[group], row[f"{group}_e4"] / SCALE, row[f"{group}_squares"])


def _sold(row: Row) -> Sold:
    return Sold(row["reached"], row["buyers"], row["orders"], row["revenue_e4"])


async def _require(campaign_id: UUID) -> None:
    if await current_scope().fetchval(sql.FIND_CAMPAIGN, campaign_id) is None:
        raise CampaignNotFoundError
