"""A tenant's quota of a day: reserve before the work, settle with what came of it, or refund. Exact, whoever asks at the same moment."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from batikrfm.usage.model import Reservation, Resource, Standing

LEASE = timedelta(minutes=10)


async def reserve(  # noqa: PLR0913 - all but one have defaults
    resource: Resource,
    amount: int = 1,
    *,
    at_least: int | None = None,
    lease: timedelta = LEASE,
    key: UUID | None = None,
    may_cost: int = 0,
) -> Reservation:
    """Keep ``amount`` of today's quota for the caller, as part of its transaction; with ``at_least``, what is left down to that.

    The tenant's other reservations wait until the scope ends, so it should end soon: never ask a provider within. A reservation whose
    ``lease`` has run out may go to others; until it does, it can be settled all the same. The same ``key`` (a job's ID, or made from
    it) gives the same reservation again, its lease renewed, or settled if it was; one that was refunded or lost is made anew.
    ``may_cost`` (micro-USD) is what the work may cost: :func:`check_budget` counts it until the reservation ends.

    Raises:
        QuotaUsedUpError: not enough is left.
    """
    raise NotImplementedError


async def settle(reservation_id: UUID, amount: int | None = None) -> None:
    """Count the work as done, ``amount`` of it where it was less. Doing so again changes nothing.

    It counts for the day of the reservation, whatever day it is now. One that was lost or refunded meanwhile is taken again if that
    day's quota has room.

    Raises:
        ReservationLostError: it has none. What the scope did must not be kept.
        ReservationNotFoundError: the tenant has no such reservation.
    """
    raise NotImplementedError


async def refund(reservation_id: UUID) -> bool:
    """Give a reservation back that nothing came of. False if there is nothing to give back: it was settled, or ended before."""
    raise NotImplementedError


async def extend(reservation_id: UUID, lease: timedelta = LEASE) -> bool:
    """Keep a reservation for ``lease`` from now on. False if it has ended: reserve again under the same key."""
    raise NotImplementedError


async def standing(resource: Resource) -> Standing:
    """What is left today, and when it renews. Waits for nobody, so it may be old by the time that it is read."""
    raise NotImplementedError


async def set_quota(resource: Resource, limit: int | None) -> None:
    """Set how much of ``resource`` the tenant has in a day, from now on; None is what the installation gives.

    Reservations that were made stay good, also where they are more than the new limit.

    Raises:
        QuotaError: it is less than 0.
    """
    raise NotImplementedError
