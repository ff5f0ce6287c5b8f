"""Who somebody is: the customers behind an address, the address of a customer."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.delivery.consent import suppressing_queries as sql
from batikrfm.delivery.consent.addresses import tidy_address
from batikrfm.delivery.consent.errors import AddressError
from batikrfm.delivery.consent.model import Recipient
from batikrfm.delivery.model import Medium
from batikrfm.sales.values.regions import region_of


@dataclass(frozen=True, slots=True)
class Person:
    """An address, None if there is none, and all customers that have it, in the order of their ids."""

    address: str | None = field(repr=False)
    customers: tuple[UUID, ...]


async def find_person(recipient: Recipient) -> Person:
    """The person. A vendor's address that is none, and a customer that is gone, are nobody."""
    if recipient.customer_id is None:
        return await _behind(recipient.medium, await _tidy(recipient))
    address: str | None = await current_scope().fetchval(sql.ADDRESS_OF[recipient.medium], recipient.customer_id)
    found = await _behind(recipient.medium, address)
    return found if found.customers else Person(None, (recipient.customer_id,))


async def region() -> str:
    """The country whose phone numbers the shop writes without a country code."""
    return region_of(await current_scope().fetchval(sql.CURRENCY))


async def _behind(medium: Medium, address: str | None) -> Person:
    if address is None:
        return Person(None, ())
    rows = await current_scope().fetch(sql.WHOSE[medium], address)
    return Person(address, tuple(row["id"] for row in rows))


async def _tidy(recipient: Recipient) -> str | None:
    try:
        return tidy_address(recipient.medium, recipient.address or "", await region())
    except AddressError:
        return None
