"""What an event makes of a message. Nothing here asks the database.

What is known of a message only grows: its place moves up one fixed ladder, each time is the earliest that was told. So doubled events
change nothing, and their order does not matter.

::

    accepted
    failed    not_found, given_up, soft_bounced        we or the vendor gave up; it may arrive all the same
    delivered
    failed    other, content, address, unwanted, bounced
    read
    failed    complained
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from batikrfm.delivery.model import Deed, DeliveryState, Failure
from batikrfm.sdk.channels import EventKind, Rejection

Rung = tuple[DeliveryState, Failure | None]

LADDER: Final[tuple[Rung, ...]] = (
    (DeliveryState.ACCEPTED, None),
    (DeliveryState.FAILED, Failure.NOT_FOUND),
    (DeliveryState.FAILED, Failure.GIVEN_UP),
    (DeliveryState.FAILED, Failure.SOFT_BOUNCED),
    (DeliveryState.DELIVERED, None),
    (DeliveryState.FAILED, Failure.OTHER),
    (DeliveryState.FAILED, Failure.CONTENT),
    (DeliveryState.FAILED, Failure.ADDRESS),
    (DeliveryState.FAILED, Failure.UNWANTED),
    (DeliveryState.FAILED, Failure.BOUNCED),
    (DeliveryState.READ, None),
    (DeliveryState.FAILED, Failure.COMPLAINED),
)
_HEIGHT: Final = {rung: height for height, rung in enumerate(LADDER)}

_UNKNOWN_HEIGHT: Final = -1
"""Of a message whose call broke off: an event that names it is as good as its receipt."""

_REASONS: Final = {
    Rejection.ADDRESS: Failure.ADDRESS,
    Rejection.UNWANTED: Failure.UNWANTED,
    Rejection.CONTENT: Failure.CONTENT,
    Rejection.OTHER: Failure.OTHER,
}
DEEDS: Final = {
    EventKind.OPENED: Deed.OPENED,
    EventKind.CLICKED: Deed.CLICKED,
    EventKind.REPLIED: Deed.REPLIED,
    EventKind.UNSUBSCRIBED: Deed.UNSUBSCRIBED,
}


@dataclass(frozen=True, slots=True)
class Happened:
    """What an event says, as far as its message's state goes."""

    kind: EventKind
    at: dt.datetime
    permanent: bool = False
    reason: Rejection | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """How far a message got, and when: the columns of a delivery that events move."""

    state: DeliveryState
    reason: str | None = None
    code: str | None = None
    accepted_at: dt.datetime | None = None
    delivered_at: dt.datetime | None = None
    read_at: dt.datetime | None = None
    opened_at: dt.datetime | None = None
    clicked_at: dt.datetime | None = None
    replied_at: dt.datetime | None = None
    unsubscribed_at: dt.datetime | None = None
    failed_at: dt.datetime | None = None

    @property
    def deeds(self) -> frozenset[Deed]:
        """What the recipient did, by now."""
        times = {
            Deed.OPENED: self.opened_at,
            Deed.CLICKED: self.clicked_at,
            Deed.REPLIED: self.replied_at,
            Deed.UNSUBSCRIBED: self.unsubscribed_at,
        }
        return frozenset(deed for deed, at in times.items() if at is not None)


def moves(state: DeliveryState, reason: str | None) -> bool:
    """Whether events move a message that stands there: not one that nobody handed in yet, or that is being handed in just now."""
    return _height(state, reason) is not None


def after(course: Course, events: Iterable[Happened]) -> Course:
    """``course`` and all that ``events`` add to it, in any order and however often each of them comes."""
    for event in events:
        course = _step(course, event)
    return course


def _step(course: Course, event: Happened) -> Course:
    if not moves(course.state, course.reason):
        return course
    climbed = replace(_climbed(course, event), accepted_at=_first(course.accepted_at, event.at))
    return _timed(climbed, event)


def _climbed(course: Course, event: Happened) -> Course:
    rung = rung_of(event)
    here, there = _height(course.state, course.reason), _HEIGHT[rung]
    if here is None or there > here:
        return replace(course, state=rung[0], reason=rung[1], code=event.code if rung[1] else None)
    if there == here and rung[1] is not None:  # told twice, in two ways: one of them is kept, whichever comes first
        return replace(course, code=min((code for code in (course.code, event.code) if code), default=None))
    return course


def rung_of(event: Happened) -> Rung:
    """How far a message got of which ``event`` is told."""
    match event.kind:
        case EventKind.READ:
            return DeliveryState.READ, None
        case EventKind.BOUNCED:
            return DeliveryState.FAILED, Failure.BOUNCED if event.permanent else Failure.SOFT_BOUNCED
        case EventKind.COMPLAINED:
            return DeliveryState.FAILED, Failure.COMPLAINED
        case EventKind.FAILED:
            return DeliveryState.FAILED, _REASONS[event.reason or Rejection.OTHER]
        case _:  # whoever opens, clicks, answers or unsubscribes has it
            return DeliveryState.DELIVERED, None


def _timed(course: Course, event: Happened) -> Course:
    at = event.at
    match event.kind:
        case EventKind.BOUNCED | EventKind.FAILED:
            return replace(course, failed_at=_first(course.failed_at, at))
        case EventKind.COMPLAINED:
            course = replace(course, failed_at=_first(course.failed_at, at))
        case EventKind.READ:
            course = replace(course, read_at=_first(course.read_at, at))
        case EventKind.OPENED:
            course = replace(course, opened_at=_first(course.opened_at, at))
        case EventKind.CLICKED:
            course = replace(course, clicked_at=_first(course.clicked_at, at))
        case EventKind.REPLIED:
            course = replace(course, replied_at=_first(course.replied_at, at))
        case EventKind.UNSUBSCRIBED:
            course = replace(course, unsubscribed_at=_first(course.unsubscribed_at, at))
        case EventKind.DELIVERED:
            pass
    return replace(course, delivered_at=_first(course.delivered_at, at))


def _first(known: dt.datetime | None, at: dt.datetime) -> dt.datetime:
    return at if known is None else min(known, at)


def _height(state: DeliveryState, reason: str | None) -> int | None:
    if state is DeliveryState.UNKNOWN:
        return _UNKNOWN_HEIGHT
    return _HEIGHT.get((state, Failure(reason) if state is DeliveryState.FAILED and reason in set(Failure) else None))
