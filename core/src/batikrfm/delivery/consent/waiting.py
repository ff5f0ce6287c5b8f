"""Messages that still wait to be sent are stopped at once, and counted where they now are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.delivery.consent import waiting_queries as sql
from batikrfm.delivery.counting import Place, count
from batikrfm.delivery.model import Deed, DeliveryState, LeftOut, Medium, Purpose


async def leave_out(customer_ids: Sequence[UUID], medium: Medium, reason: LeftOut, *, purpose: Purpose | None = None) -> int:
    """Leave these customers out of every campaign (of ``purpose``, None: of any) that has not written to them yet; returns how many times.

    What a worker has in hand at this moment is not waiting any more: its own last look is what stops it.
    """
    rows = await current_scope().fetch(sql.LEAVE_OUT, list(customer_ids), medium, reason, purpose)
    for campaign_id, moved in groupby(rows, key=lambda row: row["campaign_id"]):
        await count(campaign_id, [change for row in moved for change in _moves(row, reason)])
    return sum(row["amount"] for row in rows)


async def note_unsubscribed(delivery_id: UUID) -> None:
    """Count, once for a message, that it made somebody unsubscribe."""
    for row in await current_scope().fetch(sql.NOTE_UNSUBSCRIBED, delivery_id):
        await count(row["campaign_id"], [(Place(Deed.UNSUBSCRIBED, None, row["variant"], row["segment"]), 1)])


def _moves(row: Mapping[str, Any], reason: LeftOut) -> list[tuple[Place, int]]:
    before = Place(DeliveryState.QUEUED, None, row["variant"], row["segment"])
    now = Place(DeliveryState.LEFT_OUT, reason, row["variant"], row["segment"])
    return [(before, -row["amount"]), (now, row["amount"])]
