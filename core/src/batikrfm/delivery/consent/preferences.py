"""How often a person wants to hear from the shop, over all media and campaigns."""

from __future__ import annotations

from enum import StrEnum
from typing import Final
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.segmentation.errors import CustomerNotFoundError

_TENANT: Final = "(select current_setting('app.tenant_id')::uuid)"

FIND: Final = "select most, days from contact_preferences where customer_id = $1"
KEEP: Final = f"""
insert into contact_preferences (tenant_id, id, customer_id, most, days) select {_TENANT}, $1, id, $3, $4 from customers where id = $2
on conflict (tenant_id, customer_id) do update set most = excluded.most, days = excluded.days, updated_at = now()
"""


class Often(StrEnum):
    """What a recipient can choose. The shop's own cap holds besides it: whichever allows less."""

    AS_IT_COMES = "as_it_comes"
    WEEKLY = "weekly"
    TWICE_A_MONTH = "twice_a_month"
    MONTHLY = "monthly"


CAPS: Final[dict[Often, tuple[int, int] | tuple[None, None]]] = {
    Often.AS_IT_COMES: (None, None),
    Often.WEEKLY: (1, 7),
    Often.TWICE_A_MONTH: (2, 30),
    Often.MONTHLY: (1, 30),
}
"""At most so many messages in so many days."""


async def how_often(customer_id: UUID) -> Often:
    """What the person chose; AS_IT_COMES where they chose nothing."""
    rows = await current_scope().fetch(FIND, customer_id)
    cap = (rows[0]["most"], rows[0]["days"]) if rows else (None, None)
    return next((often for often, one in CAPS.items() if one == cap), Often.AS_IT_COMES)


async def choose_how_often(customer_id: UUID, often: Often) -> None:
    """Keep it. Raises CustomerNotFoundError."""
    if await current_scope().execute(KEEP, uuid7(), customer_id, *CAPS[often]) == "INSERT 0 0":
        raise CustomerNotFoundError
