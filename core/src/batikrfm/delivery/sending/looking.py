"""The last look before a message goes out: what was true when the audience was frozen may not be true any more."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery.campaigns.settings import cap_of
from batikrfm.delivery.channels.opening import channels
from batikrfm.delivery.consent import standing_of
from batikrfm.delivery.events import wrote_first
from batikrfm.delivery.model import LeftOut, Purpose
from batikrfm.delivery.options import Clock
from batikrfm.delivery.sending import queries as sql
from batikrfm.delivery.sending.model import Recipient, Run
from batikrfm.delivery.timing import next_allowed
from batikrfm.delivery.zones import zone_for
from batikrfm.tenancy import tenant_scope

REMEMBERED: Final = dt.timedelta(days=30)
"""So long it is believed what a gateway said of a number."""
SECONDS: Final = 30.0


async def last_look(run: Run, recipients: Sequence[Recipient], now: dt.datetime) -> dict[UUID, LeftOut]:
    """Who of them gets no message after all, and why. In the tenant's scope."""
    customers = [one.customer_id for one in recipients]
    standing = await standing_of(customers, run.medium, run.purpose)
    found = {one.id: why for one in recipients if (why := standing.get(one.customer_id, LeftOut.NO_ADDRESS)) is not None}
    capped = await _capped(run, customers, now)
    cold = await _cold(run, customers)
    for one in recipients:
        if one.customer_id in capped:
            found.setdefault(one.id, LeftOut.FREQUENCY_CAP)
        if one.customer_id in cold:
            found.setdefault(one.id, LeftOut.COLD_NUMBER)
    return found


def quiet_until(run: Run, recipients: Sequence[Recipient], now: dt.datetime) -> dict[UUID, dt.datetime]:
    """For whom it is a quiet hour now, and until when."""
    if run.options.quiet is None:
        return {}
    if run.options.clock is Clock.SHOP:
        at = next_allowed(now, run.options, run.zone)
        return {one.id: at for one in recipients} if at > now else {}
    times = {one.id: next_allowed(now, run.options, zone_for(one.phone, run.zone)) for one in recipients}
    return {delivery: at for delivery, at in times.items() if at > now}


async def unreachable(run: Run, recipients: Sequence[Recipient]) -> set[UUID]:
    """Those whose number is not on the network, where the gateway can say so: asked once, and remembered. Outside of any scope.

    Raises the ``PluginError`` of a gateway that does not answer.
    """
    if not run.account.capabilities.address_check:
        return set()
    house, digests = channels(), {one.id: _digest(one) for one in recipients if one.address}
    async with tenant_scope(run.tenant_id) as scope:
        rows = await scope.fetch(sql.CHECKED, [one.customer_id for one in recipients], run.medium, house.means.now() - REMEMBERED)
    known = {(row["customer_id"], row["digest"]): row["reachable"] for row in rows}
    asked = [one for one in recipients if one.id in digests and (one.customer_id, digests[one.id]) not in known]
    if asked:
        addresses = [one.address for one in asked if one.address]
        answers = await house.settings.plugins.call(run.account.channel.reachable, addresses, timeout=SECONDS)
        fresh = dict(zip([(one.customer_id, digests[one.id]) for one in asked], answers, strict=True))
        await _remember(run, fresh)
        known |= fresh
    return {one.id for one in recipients if one.id in digests and not known[one.customer_id, digests[one.id]]}


async def _remember(run: Run, fresh: Mapping[tuple[UUID, bytes], bool]) -> None:
    async with tenant_scope(run.tenant_id) as scope:
        keys, customers, digests = [uuid7() for _ in fresh], [one for one, _ in fresh], [digest for _, digest in fresh]
        await scope.execute(sql.KEEP_CHECKS, run.medium, channels().means.now(), keys, customers, digests, list(fresh.values()))


async def _capped(run: Run, customers: Sequence[UUID], now: dt.datetime) -> set[UUID]:
    if run.purpose is not Purpose.MARKETING:
        return set()
    cap = await cap_of(run.options, run.purpose)
    most, days = (None, 0) if cap is None else (cap.messages, cap.days)
    return {row["customer_id"] for row in await current_scope().fetch(sql.CAPPED, list(customers), run.campaign_id, now, most, days)}


async def _cold(run: Run, customers: Sequence[UUID]) -> set[UUID]:
    """Who never wrote to the shop and agreed to nothing, where the number must not write first."""
    if not run.rules.known_only:
        return set()
    agreed = await current_scope().fetch(sql.AGREED, list(customers), run.medium)
    return set(customers) - {row["customer_id"] for row in agreed} - await wrote_first(customers, run.medium)


def _digest(one: Recipient) -> bytes:
    """Of the address, with the customer in it: equal numbers of two customers are not seen to be equal."""
    return hashlib.sha256(f"{one.customer_id}/{one.address}".encode()).digest()
