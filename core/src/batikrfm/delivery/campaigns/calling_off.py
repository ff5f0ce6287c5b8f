"""What still waits of a campaign that was cancelled: some messages at a time, with their counts. Nobody sends them meanwhile."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.delivery.campaigns import queries as sql
from batikrfm.delivery.counting import Place, count
from batikrfm.delivery.model import CampaignState, DeliveryState

AT_ONCE: Final = 10_000
"""Messages of one step."""
WHY: Final = "campaign"
"""The reason of a message that was cancelled with its campaign."""
NOBODY: Final = UUID(int=0)
"""Comes before every customer."""


async def call_off(campaign_id: UUID, after: UUID = NOBODY) -> UUID | None:
    """Cancel the next messages that wait, those of customers ``after`` this one; the last of these, None once there are no more.

    In the tenant's scope. A campaign that is not cancelled keeps all of them.
    """
    if await current_scope().fetchval(sql.STATE, campaign_id) != CampaignState.CANCELLED:
        return None
    rows = await current_scope().fetch(sql.CANCEL_QUEUED, campaign_id, WHY, after, AT_ONCE)
    last: UUID | None = rows[0]["last"]
    left = [(Place(DeliveryState.QUEUED, None, row["variant"], row["segment"]), -row["people"]) for row in rows if row["people"]]
    await count(campaign_id, left + [(Place(DeliveryState.CANCELLED, WHY, place.variant, place.segment), -many) for place, many in left])
    return last


async def call_off_all(campaign_id: UUID) -> None:
    """The same for all that wait, in one transaction."""
    after: UUID | None = NOBODY
    while after is not None:
        after = await call_off(campaign_id, after)
