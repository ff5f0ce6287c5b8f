"""Addresses that get nothing any more: entered for a reason, kept as a hash, taken out again by whom the reason allows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery.consent import suppressing_queries as sql
from batikrfm.delivery.consent import waiting
from batikrfm.delivery.consent.addresses import tidy_address
from batikrfm.delivery.consent.errors import PersonalStopError, SuppressionNotFoundError
from batikrfm.delivery.consent.finding import find_person, region
from batikrfm.delivery.consent.model import Reason, Recipient, Suppression
from batikrfm.delivery.consent.settings import require_salt, stop_settings
from batikrfm.delivery.model import LeftOut, Medium, Purpose


async def suppress(recipient: Recipient, reason: Reason, *, by: str) -> int:
    """Nothing goes to this address any more, whoever has it; returns how many messages that were waiting are left out.

    A reason that stops less than the one that is there changes nothing.
    """
    person = await find_person(recipient)
    if person.address is None:
        return 0
    await require_salt()
    customer_id = recipient.customer_id if recipient.customer_id in person.customers else next(iter(person.customers), None)
    await current_scope().execute(sql.SUPPRESS, uuid7(), recipient.medium, person.address, reason, by, customer_id)
    purpose = Purpose.MARKETING if reason is Reason.UNSUBSCRIBED else None
    return await waiting.leave_out(person.customers, recipient.medium, LeftOut.SUPPRESSED, purpose=purpose)


async def add_suppression(medium: Medium, typed: str, *, by: str) -> Suppression:
    """Stop an address by hand. Raises AddressError."""
    address = tidy_address(medium, typed, await region())
    await suppress(Recipient(medium, address=address), Reason.MANUAL, by=by)
    return _suppression((await current_scope().fetch(sql.FIND_BY_ADDRESS, medium, address))[0])


async def remove_suppression(suppression_id: UUID) -> Suppression:
    """Take an address off the list. Raises SuppressionNotFoundError, and PersonalStopError where the person wants it so."""
    personal = await current_scope().fetchval(sql.LOCK, suppression_id)
    if personal is None:
        raise SuppressionNotFoundError
    if personal:
        raise PersonalStopError
    found = _suppression((await current_scope().fetch(sql.FIND, suppression_id))[0])
    await current_scope().execute(sql.REMOVE, suppression_id)
    return found


async def allow_again(customer_id: UUID, medium: Medium) -> None:
    """The person agreed anew: what they had stopped on ``medium`` is over. An address that bounces goes on bouncing."""
    address = await current_scope().fetchval(sql.ADDRESS_OF[medium], customer_id)
    if address is not None:
        await current_scope().execute(sql.ALLOW_AGAIN, medium, address)
        await current_scope().execute(sql.NO_LONGER_PERSONAL, medium, address)


async def list_suppressions(
    medium: Medium | None = None, reason: Reason | None = None, *, after: UUID | None = None, limit: int = 50
) -> list[Suppression]:
    """The latest first; ``after`` is the last one of the page before."""
    return [_suppression(row) for row in await current_scope().fetch(sql.LIST, after, medium, reason, limit)]


async def suppressions_of(customer_id: UUID) -> list[Suppression]:
    """What stops messages to the addresses that a customer has now."""
    return [_suppression(row) for row in await current_scope().fetch(sql.OF_CUSTOMER, customer_id)]


async def note_soft_bounce(recipient: Recipient, *, delivery_id: UUID | None, at: dt.datetime) -> bool:
    """Count a message that did not arrive for now, once for a delivery. Whether the address is to be taken for dead."""
    person = await find_person(recipient)
    if person.address is None:
        return False
    await require_salt()
    scope, settings = current_scope(), await stop_settings()
    since = at - dt.timedelta(days=settings.days)
    await scope.execute(sql.FORGET_OLD_BOUNCES, recipient.medium, person.address, since)
    await scope.execute(sql.ADD_BOUNCE, uuid7(), at, delivery_id, recipient.medium, person.address)
    count: int = await scope.fetchval(sql.COUNT_BOUNCES, recipient.medium, person.address, since)
    return count >= settings.bounces


def _suppression(row: Mapping[str, Any]) -> Suppression:
    return Suppression(
        id=row["id"],
        medium=Medium(row["medium"]),
        reason=Reason(row["reason"]),
        at=row["at"],
        by=row["entered_by"],
        customer_id=row["customer_id"],
        name=row["name"],
        personal=row["personal"],
    )
