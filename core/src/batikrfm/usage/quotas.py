"""A tenant's quota of a day: reserve before the work, settle with what came of it, or refund. Exact, whoever asks at the same moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from batikrfm.db.engine import Scope, current_scope
from batikrfm.db.keys import uuid7
from batikrfm.db.lookups import Lookup, look_up
from batikrfm.usage import queries
from batikrfm.usage.days import day_after, day_of
from batikrfm.usage.errors import KeyReused, QuotaError, QuotaUsedUpError, ReservationLostError, ReservationNotFoundError
from batikrfm.usage.model import Reservation, ReservationState, Resource, Standing
from batikrfm.usage.settings import UsageSettings

LEASE = timedelta(minutes=10)
MOST = 1_000_000_000
DONE = "UPDATE 1"


@dataclass(frozen=True, slots=True)
class Today:
    """The tenant's day, and how much of a resource it has in it."""

    limit: int
    day: dt.date
    renews_at: dt.datetime


async def reserve(  # noqa: PLR0913 - all but one have defaults
    resource: Resource,
    amount: int = 1,
    *,
    at_least: int | None = None,
    lease: timedelta = LEASE,
    key: UUID | None = None,
    may_cost: int = 0,
    today: Today | None = None,
) -> Reservation:
    """Keep ``amount`` of today's quota for the caller, as part of its transaction; with ``at_least``, what is left down to that.

    The tenant's other reservations wait until the scope ends, so it should end soon: it is lost if it then pauses for some seconds, and a
    provider is never asked within. A reservation whose ``lease`` has run out may go to others; until it does, it can be settled all the
    same. The same ``key`` (a job's ID, or made from it) gives the same reservation again, its lease renewed, or settled if it was; one
    that was refunded or lost is made anew. ``may_cost`` (micro-USD) is what the work may cost: :func:`check_budget` counts it until the
    reservation ends. ``today`` is what :func:`quota_lock` gave in the same scope, if that was asked.

    Raises:
        QuotaUsedUpError: not enough is left.
        KeyReused: the key's reservation is for another amount.
    """
    scope = current_scope()
    today = today or await _locked(scope, resource)
    for row in await scope.fetch(queries.TAKE, uuid7(), resource, today.day, amount, key, may_cost, lease, today.limit):
        return _reservation(row)
    if key is not None:
        there = await _still_there(scope, resource, key, lease)
        if there is not None:
            if not there.settled and at_least is None and there.amount != amount:
                raise KeyReused(f"{key} has {there.amount} of {resource}, not {amount}")
            return there
    left = max(0, today.limit - await _taken(scope, resource, today.day))
    if left < (amount if at_least is None else max(1, at_least)):
        raise QuotaUsedUpError(limit=today.limit, left=left, wanted=amount, renews_at=today.renews_at)
    rows = await scope.fetch(queries.RESERVE, uuid7(), resource, today.day, min(amount, left), key, may_cost, lease)
    return _reservation(rows[0])


def quota_lock(resource: Resource) -> Lookup[Today | None]:
    """The right to change what is taken of today's quota until the scope ends, for :func:`reserve`; None before the tenant's first time.

    A lookup that locks: it goes with others as the last thing before the reservation.
    """
    return Lookup(queries.LOCK_QUOTA, (resource,), lambda rows: _today(rows[0]) if rows else None)


async def reserve_each(
    resource: Resource, keys: Sequence[UUID], *, lease: timedelta = LEASE, today: Today | None = None
) -> dict[UUID, Reservation]:
    """Keep one of today's quota for each of ``keys``, in their order, as far as it goes; by key. As :func:`reserve` otherwise.

    A key that has its one already keeps it, with a new lease. Only what is simple: a key whose reservation has ended is left out, and so is
    every new one while one whose lease ran out has its place still. What is left out, :func:`reserve` gives or refuses.
    """
    scope = current_scope()
    today = today or await _locked(scope, resource)
    rows = await scope.fetch(queries.TAKE_EACH, [uuid7() for _ in keys], list(keys), resource, today.day, lease, today.limit)
    found = {values.pop("key"): values for values in map(dict, rows)}
    return {key: _reservation(found[key]) for key in keys if key in found}


async def hold_money(reservation_id: UUID, may_cost: int) -> None:
    """Say what reserved work may cost (micro-USD), once that is known: :func:`check_budget` counts it until the reservation ends.

    As :func:`reserve`, one after the other in a tenant, so that a check that follows in the same scope is exact.

    Raises:
        ReservationNotFoundError: the tenant has no such reservation.
    """
    scope = current_scope()
    await _locked(scope, (await _find(scope, reservation_id)).resource)
    await scope.execute(queries.HOLD_MONEY, reservation_id, may_cost)


async def settle(reservation_id: UUID, amount: int | None = None) -> None:
    """Count the work as done, ``amount`` (at least 1) of it where it was less. Doing so again changes nothing.

    It counts for the day of the reservation, whatever day it is now. One that was lost or refunded meanwhile is taken again if that
    day's quota has room.

    Raises:
        ReservationLostError: it has none. What the scope did must not be kept.
        ReservationNotFoundError: the tenant has no such reservation.
    """
    scope = current_scope()
    while await scope.execute(queries.SETTLE, reservation_id, amount) != DONE:
        there = await _find(scope, reservation_id)
        if there.settled:
            return
        today = await _locked(scope, there.resource)
        wanted = min(there.amount, amount or there.amount)
        if today.limit - await _taken(scope, there.resource, there.day) < wanted:
            raise ReservationLostError
        if await scope.execute(queries.TAKE_AGAIN, reservation_id, wanted) == DONE:
            return  # else it was reserved again in between, under its key


async def refund(reservation_id: UUID) -> bool:
    """Give a reservation back that nothing came of. False if there is nothing to give back: it was settled, or ended before.

    Raises:
        ReservationNotFoundError: the tenant has no such reservation.
    """
    scope = current_scope()
    if await scope.execute(queries.REFUND, reservation_id) == DONE:
        return True
    await _find(scope, reservation_id)
    return False


async def refund_key(resource: Resource, key: UUID) -> bool:
    """As :func:`refund`, by the key, for who does not know whether anything was reserved under it. False if nothing was."""
    return await current_scope().execute(queries.REFUND_KEY, resource, key) == DONE


async def extend(reservation_id: UUID, lease: timedelta = LEASE) -> bool:
    """Keep a reservation for ``lease`` from now on. False if it has ended: reserve again under the same key."""
    return bool(await current_scope().fetch(queries.EXTEND, reservation_id, lease))


async def standing(resource: Resource) -> Standing:
    """What is left today, and when it renews. Waits for nobody, so it may be old by the time that it is read."""
    (row,) = await current_scope().fetch(queries.STANDING, resource)
    today, used, held = _today(row), row["used"], row["held"]
    return Standing(resource, today.limit, used, held, max(0, today.limit - used - held), today.renews_at)


async def set_quota(resource: Resource, limit: int | None) -> None:
    """Set how much of ``resource`` the tenant has in a day, from now on; None is what the installation gives.

    Reservations that were made stay good, also where they are more than the new limit.

    Raises:
        QuotaError: it is less than 0, or beyond all reason.
    """
    if limit is not None and not 0 <= limit <= MOST:
        raise QuotaError
    await current_scope().execute(queries.SET_QUOTA, uuid7(), resource, limit)


async def forget_reservations(older_than_days: int, at_once: int) -> int:
    """Remove reservations of days long past, so many at once; how many. Their keys are free again."""
    done = await current_scope().execute(queries.FORGET_RESERVATIONS, older_than_days, at_once)
    return int(done.removeprefix("DELETE "))


async def _locked(scope: Scope, resource: Resource) -> Today:
    """Today's quota, with the right to change what is taken of it until the scope ends."""
    while (today := await look_up(quota_lock(resource))) is None:  # the tenant's first time
        await scope.execute(queries.MAKE_QUOTA, uuid7(), resource)
    return today


def _today(row: Mapping[str, Any]) -> Today:
    limit, zone = row["day_limit"], row["time_zone"]
    day = day_of(row["now"], zone)
    if limit is None:
        limit = UsageSettings.from_environment().generations_a_day
    return Today(limit, day, day_after(day, zone))


async def _taken(scope: Scope, resource: Resource, day: dt.date) -> int:
    """How much of the day is used or reserved, after leases that ran out have given their places back. Called under the lock."""
    ((used, held, overdue),) = await scope.fetch(queries.TAKEN, resource, day)
    if overdue and await scope.execute(queries.EXPIRE, resource, day) != "UPDATE 0":
        ((used, held, _),) = await scope.fetch(queries.TAKEN, resource, day)
    return int(used + held)


async def _still_there(scope: Scope, resource: Resource, key: UUID, lease: timedelta) -> Reservation | None:
    """The key's reservation if it is settled or held, its lease renewed. Called under the lock."""
    rows = await scope.fetch(queries.BY_KEY, resource, key)
    if rows and rows[0]["state"] == ReservationState.HELD:
        rows = await scope.fetch(queries.EXTEND, rows[0]["id"], lease)
    there = _reservation(rows[0]) if rows else None
    return there if there is not None and there.state in {ReservationState.HELD, ReservationState.SETTLED} else None


async def _find(scope: Scope, reservation_id: UUID) -> Reservation:
    rows = await scope.fetch(queries.BY_ID, reservation_id)
    if not rows:
        raise ReservationNotFoundError
    return _reservation(rows[0])


def _reservation(row: Mapping[str, Any]) -> Reservation:
    return Reservation(**{**row, "state": ReservationState(row["state"])})
