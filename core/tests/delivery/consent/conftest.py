"""A shop with customers, and messages that wait to be sent to them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import pytest

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery.counting import Place, count, counts_of
from batikrfm.delivery.model import Medium, Purpose
from batikrfm.tenancy import tenant_scope
from batikrfm.testkit.rows import Rows

EMAIL, PHONE = "sari@contoh.id", "+6281234567890"

CUSTOMER: Final = """
    insert into customers (tenant_id, id, contact_at, key, name, phone, email)
    values (current_setting('app.tenant_id')::uuid, $1, now(), $2, $3, $4, $5)
"""
CAMPAIGN: Final = """
    insert into campaigns (tenant_id, id, name, medium, channel, purpose, created)
    values (current_setting('app.tenant_id')::uuid, $1, 'Lebaran', $2, 'outbox_email', $3, '{}')
"""
# What a campaign says is another room's business: the rows that a delivery would point at are left out, as the superuser.
DELIVERY: Final = """
    insert into deliveries (tenant_id, id, campaign_id, customer_id, variant, medium, state, approved_hash, due_at)
    values ($1, $2, $3, $4, 0, $5, $6, 'hash', now())
"""


@dataclass(frozen=True)
class Waiting:
    """A message of a campaign, as it was made."""

    id: UUID
    campaign_id: UUID


@dataclass(frozen=True)
class Shop:
    """Makes what a test needs, in the tenant's shop."""

    tenant: UUID
    rows: Rows

    async def customer(self, name: str = "Sari", *, phone: str | None = PHONE, email: str | None = EMAIL) -> UUID:
        made = uuid7()
        async with tenant_scope(self.tenant) as scope:
            await scope.execute(CUSTOMER, made, f"{name}-{made}", name, phone, email)
        return made

    async def message(
        self, customer: UUID, medium: Medium = Medium.EMAIL, purpose: Purpose = Purpose.MARKETING, state: str = "queued"
    ) -> Waiting:
        made = Waiting(uuid7(), uuid7())
        async with tenant_scope(self.tenant) as scope:
            await scope.execute(CAMPAIGN, made.campaign_id, medium, purpose)
            await count(made.campaign_id, [(Place(state, variant=0), 1)])
        async with self.rows.admin.transaction():
            await self.rows.admin.execute("set local session_replication_role = replica")
            await self.rows.admin.execute(DELIVERY, self.tenant, made.id, made.campaign_id, customer, medium, state)
        return made

    async def state_of(self, message: Waiting) -> tuple[str, str | None]:
        async with tenant_scope(self.tenant) as scope:
            row = (await scope.fetch("select state, reason from deliveries where id = $1", message.id))[0]
            assert sum((await counts_of(message.campaign_id)).values()) >= 1
            return row["state"], row["reason"]

    async def counts(self, message: Waiting) -> dict[Place, int]:
        async with tenant_scope(self.tenant):
            return await counts_of(message.campaign_id)


@pytest.fixture
async def shop(tenant: UUID, rows: Rows) -> Shop:
    return Shop(tenant, rows)


@pytest.fixture
async def sari(shop: Shop) -> UUID:
    """A customer with an e-mail address and a phone."""
    return await shop.customer()


Erase = Callable[[UUID], Awaitable[None]]


@pytest.fixture
def erase() -> Erase:
    """Take a customer away as an owner of the database would."""

    async def gone(customer: UUID) -> None:
        await current_scope().execute("delete from customers where id = $1", customer)

    return gone
