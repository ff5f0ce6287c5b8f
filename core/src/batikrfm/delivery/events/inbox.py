"""What people write back: read-only, for the shop's eyes; who answered what, and who wrote first. In the tenant's scope."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery.consent import heard
from batikrfm.delivery.consent.addresses import tidy_address
from batikrfm.delivery.consent.errors import AddressError
from batikrfm.delivery.events import queries as sql
from batikrfm.delivery.events.model import Reply, ReplyWish
from batikrfm.delivery.model import Medium
from batikrfm.sdk.channels import DeliveryEvent

ANSWERS_WITHIN: Final = dt.timedelta(days=14)
"""A reply that names no message answers the last one that the person got, if that is no older."""

_FIND: Final = {Medium.EMAIL: sql.FIND_BY_EMAIL, Medium.WHATSAPP: sql.FIND_BY_PHONE}
_ADDRESS: Final = {Medium.EMAIL: sql.EMAIL_OF, Medium.WHATSAPP: sql.PHONE_OF}


async def answered(medium: Medium, event: DeliveryEvent) -> UUID | None:
    """Which message a reply answers that names none: the last one that its sender had got by then."""
    customer_id = await _customer(medium, event.address)
    if customer_id is None:
        return None
    found: UUID | None = await current_scope().fetchval(sql.LAST_BEFORE, customer_id, medium, event.at, ANSWERS_WITHIN)
    return found


async def keep_reply(channel: str, medium: Medium, event: DeliveryEvent, delivery_id: UUID | None, customer_id: UUID | None) -> None:
    """Keep what somebody wrote, and do what it asks for if it says stop. They have written to the shop from now on."""
    customer = customer_id or await _customer(medium, event.address)
    address = event.address or (await current_scope().fetchval(_ADDRESS[medium], customer) if customer else None)
    stopped = bool(address) and await heard(medium, str(address), event.text or "", message_id=event.vendor_id, at=event.at)
    unknown = None if customer else event.address
    await current_scope().execute(
        sql.ADD_REPLY, uuid7(), channel, event.id, medium, event.at, customer, delivery_id, unknown, event.text or "", stopped
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


async def _customer(medium: Medium, address: str | None) -> UUID | None:
    """Whose address it is; None where nobody has it."""
    with contextlib.suppress(AddressError):
        found: UUID | None = await current_scope().fetchval(_FIND[medium], tidy_address(medium, address or ""))
        return found
    return None
