"""Messages that a shop has sent, for tests of what becomes of them. What a campaign says is another room's business."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from batikrfm.db.keys import uuid7
from batikrfm.delivery.counting import Place, count, counts_of
from batikrfm.delivery.model import Medium
from batikrfm.sdk.channels import DeliveryEvent, EventKind
from batikrfm.tenancy import tenant_scope
from batikrfm.testkit.rows import Rows

SENT_AT: Final = dt.datetime(2026, 11, 2, 3, 0, tzinfo=dt.UTC)

CUSTOMER: Final = """
insert into customers (tenant_id, id, contact_at, key, name, phone, email)
values (current_setting('app.tenant_id')::uuid, $1, now(), $2, $3, $4, $5)
"""
CAMPAIGN: Final = """
insert into campaigns (tenant_id, id, name, state, medium, channel, created, approved, starts_at, frozen_at)
values ($1, $2, 'Kain baru', 'sending', $3, $4, '{}', '{}', $5, $5)
"""
TEXT: Final = """
insert into campaign_variants (tenant_id, id, campaign_id, variant, content_id, approved_hash) values ($1, $2, $3, 0, $2, 'hash')
"""
DELIVERY: Final = """
insert into deliveries (tenant_id, id, campaign_id, customer_id, variant, medium, state, reason, approved_hash, vendor_id, segment,
    accepted_at)
values ($1, $2, $3, $4, 0, $5, $6, $7, 'hash', $8, $9, $10)
"""
HANDED_IN: Final = frozenset({"accepted", "delivered", "read", "failed"})


@dataclass(frozen=True)
class Letter:
    """A message, as it was made."""

    id: UUID
    campaign_id: UUID
    customer_id: UUID
    vendor_id: str | None


@dataclass
class Posted:
    """Makes what a test needs in a shop. Each message is to a customer of its own."""

    tenant: UUID
    rows: Rows
    channel: str = "fake_whatsapp"
    medium: Medium = Medium.WHATSAPP
    made: int = field(default=0)

    async def campaign(self, at: dt.datetime = SENT_AT) -> UUID:
        """A campaign that is being sent."""
        campaign_id = uuid7()
        await self.put(CAMPAIGN, self.tenant, campaign_id, self.medium, self.channel, at)
        await self.put(TEXT, self.tenant, uuid7(), campaign_id)
        return campaign_id

    async def customer(self, phone: str | None = None, email: str | None = None) -> UUID:
        """A customer with a phone and a mail address that nobody else has."""
        self.made += 1
        customer_id = uuid7()
        async with tenant_scope(self.tenant) as scope:
            phone, email = phone or f"+62812{self.made:08}", email or f"ani{self.made}@toko.example"
            await scope.execute(CUSTOMER, customer_id, f"c{customer_id.hex}", f"Ani {self.made}", phone, email)
        return customer_id

    async def letter(
        self,
        campaign_id: UUID | None = None,
        customer_id: UUID | None = None,
        *,
        state: str = "accepted",
        reason: str | None = None,
        vendor_id: str | None = "",
        segment: str | None = "loyal",
        at: dt.datetime = SENT_AT,
    ) -> Letter:
        """A message in ``state``, counted. ``vendor_id`` is made up unless it is given."""
        campaign = campaign_id or await self.campaign()
        customer = customer_id or await self.customer()
        made = Letter(uuid7(), campaign, customer, f"v-{uuid7().hex}" if vendor_id == "" else vendor_id)
        accepted = at if state in HANDED_IN else None
        values = (self.tenant, made.id, campaign, customer, self.medium, state, reason, made.vendor_id, segment, accepted)
        await self.put(DELIVERY, *values)
        async with tenant_scope(self.tenant):
            await count(campaign, [(Place(state, reason, 0, segment), 1)])
        return made

    async def put(self, statement: str, *values: object) -> None:
        """As it stands after many steps, and without the text that it points at: neither triggers nor keys are looked at."""
        async with self.rows.admin.transaction():
            await self.rows.admin.execute("set local session_replication_role = replica")
            await self.rows.admin.execute(statement, *values)

    async def row(self, letter: Letter) -> dict[str, Any]:
        """What the ledger says of a message now."""
        async with tenant_scope(self.tenant) as scope:
            return dict((await scope.fetch("select * from deliveries where id = $1", letter.id))[0])

    async def counts(self, letter: Letter) -> dict[tuple[str, str | None], int]:
        """The counts of its campaign, by what and why."""
        async with tenant_scope(self.tenant):
            return {(place.what, place.reason): amount for place, amount in (await counts_of(letter.campaign_id)).items()}


def event(kind: EventKind, letter: Letter | None = None, minute: int = 1, **more: Any) -> DeliveryEvent:  # noqa: ANN401 - fields of an event
    """An event so many minutes after the message was sent; its id says what it is, unless another is given."""
    given: dict[str, Any] = {
        "id": f"{kind}-{letter.vendor_id if letter else more.get('address')}-{minute}",
        "vendor_id": letter and letter.vendor_id,
    }
    return DeliveryEvent(kind=kind, at=SENT_AT + dt.timedelta(minutes=minute), **{**given, **more})
