"""``/api/replies``: what people wrote back. Read-only."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get
from litestar.params import QueryParameter

from batikrfm.delivery.events import Reply, ReplyWish, list_replies
from batikrfm.delivery.model import Medium
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.cursors import last_of, page_of
from batikrfm.web.guards import needs
from batikrfm.web.params import Cursor, Limit, Next

KIND = "replies"

OfCampaign = Annotated[UUID | None, QueryParameter(name="campaign_id", description="Only answers to this campaign")]
OfCustomer = Annotated[UUID | None, QueryParameter(name="customer_id", description="Only from this customer")]
OnMedium = Annotated[Medium | None, QueryParameter(name="medium", description="Only by this medium")]


class ReplyItem(msgspec.Struct, frozen=True):
    """What somebody wrote. `delivery_id` is the message that it answers, as far as that is known."""

    id: UUID
    medium: Medium
    channel: str
    at: datetime
    words: str
    stopped: Annotated[bool, msgspec.Meta(description="It said stop, and was obeyed")]
    customer_id: UUID | None
    name: Annotated[str | None, msgspec.Meta(description="The customer's")]
    address: Annotated[str | None, msgspec.Meta(description="Only of somebody who is no customer")]
    delivery_id: UUID | None
    campaign_id: UUID | None


class ReplyPage(msgspec.Struct, frozen=True):
    """Replies, those that came last first."""

    items: list[ReplyItem]
    next: Next


@get("/replies", opt=needs(Permission.REPLIES_READ), operation_id="listReplies", tags=[KIND])
async def list_(
    limit: Limit = 50, cursor: Cursor = None, campaign_id: OfCampaign = None, customer_id: OfCustomer = None, medium: OnMedium = None
) -> ReplyPage:
    """What people wrote back, on all channels."""
    wish = ReplyWish(customer_id, campaign_id, medium)
    found, after = page_of(await list_replies(wish, after=last_of(cursor, KIND), limit=limit + 1), limit, KIND)
    return ReplyPage([_item(one) for one in found], after)


def _item(one: Reply) -> ReplyItem:
    return ReplyItem(**{name: getattr(one, name) for name in ReplyItem.__struct_fields__})


ROUTES = (list_,)
