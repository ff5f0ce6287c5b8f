"""Messages one by one: how far each got, and what happened to it. In the tenant's scope."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.delivery.events import queries as sql
from batikrfm.delivery.events.errors import DeliveryNotFoundError
from batikrfm.delivery.events.model import Delivery, DeliveryWish, Event
from batikrfm.delivery.model import DeliveryState, Medium
from batikrfm.sdk.channels import EventKind


async def list_deliveries(wish: DeliveryWish, *, after: UUID | None = None, limit: int = 50) -> list[Delivery]:
    """Messages in the order of sending, also those that somebody did not get."""
    rows = await current_scope().fetch(sql.LIST_DELIVERIES, limit, after, wish.campaign_id, wish.customer_id, wish.state)
    return [_delivery(row) for row in rows]


async def find_delivery(delivery_id: UUID) -> Delivery:
    """One message. Raises DeliveryNotFoundError."""
    for row in await current_scope().fetch(sql.FIND_DELIVERY, delivery_id):
        return _delivery(row)
    raise DeliveryNotFoundError


async def events_of(delivery_id: UUID) -> list[Event]:
    """What happened to a message, in the order in which it happened."""
    return [Event(**{**row, "kind": EventKind(row["kind"])}) for row in await current_scope().fetch(sql.EVENTS_OF, delivery_id)]


def _delivery(row: Mapping[str, Any]) -> Delivery:
    return Delivery(**{**row, "medium": Medium(row["medium"]), "state": DeliveryState(row["state"])})
