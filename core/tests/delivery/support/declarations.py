"""Files with customers in them, and what an owner declares of those."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery.consent.declaring import Claim
from batikrfm.delivery.model import Medium, Purpose
from batikrfm.sdk.extension import Principal
from batikrfm.tenancy import tenant_scope

TENANT: Final = "current_setting('app.tenant_id')::uuid"
IMPORT: Final = f"""
    insert into imports (tenant_id, id, files, rows, imported, cancelled, refund, without_customer, rejected)
    values ({TENANT}, $1, '{{pelanggan.csv}}', 0, 0, 0, 0, 0, 0)
"""
ORDERS: Final = f"""
    insert into orders (tenant_id, id, import_id, customer_id, ordered_at, net_e4, gross_e4, key)
    select {TENANT}, uuidv7(), $1, id, now(), 1, 1, uuidv7()::text from unnest($2::uuid[]) as c (id)
"""
CUSTOMERS: Final = f"""
    insert into customers (tenant_id, id, contact_at, key, email)
    select {TENANT}, id, now(), id::text, id::text || '@contoh.id' from unnest($1::uuid[]) as c (id)
"""
SINCE: Final = dt.date(2026, 1, 5)
CLAIM: Final = Claim(Medium.EMAIL, Purpose.MARKETING, "formulir pendaftaran", SINCE)


def by(tenant: UUID) -> Principal:
    """The owner."""
    return Principal("user", uuid7(), "Bu Sri", tenant, frozenset())


async def bring(tenant: UUID, *customers: UUID) -> UUID:
    """A file in which each of the customers has two orders."""
    made = uuid7()
    async with tenant_scope(tenant) as scope:
        await scope.execute(IMPORT, made)
        await scope.execute(ORDERS, made, [*customers, *customers])
    return made


async def people(tenant: UUID, many: int) -> Sequence[UUID]:
    """So many customers, in the order of their ids."""
    made = sorted(uuid7() for _ in range(many))
    async with tenant_scope(tenant):
        await current_scope().execute(CUSTOMERS, made)
    return made
