"""What people write back: read-only, for the shop's eyes; who answered what, and who wrote first. In the tenant's scope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery.consent import Recipient, heard
from batikrfm.delivery.consent.finding import find_person
from batikrfm.delivery.events import queries as sql
from batikrfm.delivery.events.model import Reply, ReplyWish
from batikrfm.delivery.model import Medium
from batikrfm.sdk.channels import DeliveryEvent

ANSWERS_WITHIN: Final = dt.timedelta(days=14)
"""A reply that names no message answers the last one that the person got, if that is no older."""


async def answered(medium: Medium, event: DeliveryEvent) -> UUID | None:
    """Which message a reply answers that names none: the last one that its sender had got by then."""
    if not event.address:
        return None
    person = await find_person(Recipient(medium, address=event.address))
    found: UUID | None = await current_scope().fetchval(sql.LAST_BEFORE, list(person.customers), medium, event.at, ANSWERS_WITHIN)
    return found


async def keep_reply(channel: str, medium: Medium, event: DeliveryEvent, delivery_id: UUID | None, customer_id: UUID | None) -> None:
    """Keep what somebody wrote, and do what it asks for if it says stop. They have written to the shop from now on."""
    person = await find_person(Recipient(medium, customer_id, None if customer_id else event.address))
    customer = customer_id or next(iter(person.customers), None)
    address, words = event.address or person.address, event.text or ""
    stopped = address is not None and await heard(medium, address, words, message_id=event.vendor_id or event.id, at=event.at)
    unknown = None if customer else event.address
    await current_scope().execute(
        sql.ADD_REPLY, uuid7(), channel, event.id, medium, event.at, customer, delivery_id, unknown, words, stopped
    )
    if customer:
        await current_scope().execute(sql.NOTE_CONTACT, uuid7(), customer, medium, event.at)


async def list_replies(wish: ReplyWish, *, after: UUID | None = None, limit: int = 50) -> list[Reply]:
    """Replies, those that came last first."""
    rows = await current_scope().fetch(sql.LIST_REPLIES, limit, after, wish.customer_id, wish.campaign_id, wish.medium)
    return [Reply(**{**row, "medium": Medium(row["medium"])}) for row in rows]


async def wrote_first(customer_ids: Sequence[UUID], medium: Medium) -> set[UUID]:
    """Who of these has ever written to the shop on this medium: whoever has is no stranger to it."""
    return {row["customer_id"] for row in await current_scope().fetch(sql.WROTE_FIRST, list(customer_ids), medium)}
