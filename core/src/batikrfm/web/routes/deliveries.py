"""``/api/deliveries``: messages one by one, how far each got and what happened to it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get
from litestar.params import FromPath, QueryParameter

from batikrfm.delivery.events import Delivery, DeliveryWish, Event, events_of, find_delivery, list_deliveries
from batikrfm.delivery.model import DeliveryState, Medium
from batikrfm.sdk.channels import EventKind
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.cursors import last_of, page_of
from batikrfm.web.guards import needs
from batikrfm.web.params import Cursor, Limit, Next

KIND = "deliveries"

OfCampaign = Annotated[UUID | None, QueryParameter(name="campaign_id", description="Only of this campaign")]
OfCustomer = Annotated[UUID | None, QueryParameter(name="customer_id", description="Only to this customer")]
InState = Annotated[DeliveryState | None, QueryParameter(name="state", description="Only those that stand here")]


class DeliveryItem(msgspec.Struct, frozen=True):
    """One person's message. It holds no address: that is the customer's. `reason` says why somebody got none, or why it failed."""

    id: UUID
    campaign_id: UUID
    customer_id: UUID
    medium: Medium
    state: DeliveryState
    reason: str | None
    code: Annotated[str | None, msgspec.Meta(description="The vendor's short code")]
    variant: Annotated[int | None, msgspec.Meta(description="Which of the campaign's texts")]
    segment: str | None
    attempts: int
    due_at: datetime | None
    accepted_at: datetime | None
    delivered_at: datetime | None
    read_at: datetime | None
    opened_at: Annotated[datetime | None, msgspec.Meta(description="Only where the shop tracks opens by person")]
    clicked_at: Annotated[datetime | None, msgspec.Meta(description="Only where the shop tracks clicks by person")]
    replied_at: datetime | None
    unsubscribed_at: datetime | None
    failed_at: datetime | None


class DeliveryPage(msgspec.Struct, frozen=True):
    """Messages in the order of sending."""

    items: list[DeliveryItem]
    next: Next


class EventItem(msgspec.Struct, frozen=True):
    """Something that the vendor reported, or that the recipient did."""

    kind: EventKind
    at: datetime
    received_at: datetime
    permanent: Annotated[bool, msgspec.Meta(description="Of a bounce: nobody will ever be there")]
    reason: str | None
    code: str | None


class DeliveryWithEvents(DeliveryItem, frozen=True):
    """A message and what happened to it, in the order in which it happened."""

    events: list[EventItem]


@get("/deliveries", opt=needs(Permission.CAMPAIGNS_READ), operation_id="listDeliveries", tags=[KIND])
async def list_(
    limit: Limit = 50, cursor: Cursor = None, campaign_id: OfCampaign = None, customer_id: OfCustomer = None, stand: InState = None
) -> DeliveryPage:
    """Messages of the shop, also those that somebody did not get."""
    wish = DeliveryWish(campaign_id, customer_id, stand)
    found, after = page_of(await list_deliveries(wish, after=last_of(cursor, KIND), limit=limit + 1), limit, KIND)
    return DeliveryPage([_item(one) for one in found], after)


@get("/deliveries/{delivery_id:uuid}", opt=needs(Permission.CAMPAIGNS_READ), operation_id="getDelivery", tags=[KIND])
async def one(delivery_id: FromPath[UUID]) -> DeliveryWithEvents:
    """One message, and its events."""
    found = await find_delivery(delivery_id)
    return DeliveryWithEvents(**msgspec.structs.asdict(_item(found)), events=[_event(event) for event in await events_of(delivery_id)])


def _item(one: Delivery) -> DeliveryItem:
    return DeliveryItem(**{name: getattr(one, name) for name in DeliveryItem.__struct_fields__})


def _event(one: Event) -> EventItem:
    return EventItem(one.kind, one.at, one.received_at, one.permanent, one.reason, one.code)


ROUTES = (list_, one)
