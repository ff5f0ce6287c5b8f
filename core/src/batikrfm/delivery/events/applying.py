"""Applies events to messages: each once, in any order, in the transaction that counts them and tells consent. In the tenant's scope."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery.channels.errors import ChannelNotFoundError
from batikrfm.delivery.channels.states import note_outcomes
from batikrfm.delivery.counting import Place, count
from batikrfm.delivery.events import queries as sql
from batikrfm.delivery.events.effects import Struck, take_effect
from batikrfm.delivery.events.inbox import answered
from batikrfm.delivery.events.model import Applied
from batikrfm.delivery.events.steps import Course, Happened, after, moves
from batikrfm.delivery.message_ids import delivery_of, message_id
from batikrfm.delivery.model import DeliveryState, Medium
from batikrfm.delivery.tracking.settings import TRACKED, read_tracking
from batikrfm.sdk.channels import DeliveryEvent, DeliveryEvents, EventKind, Rejection

OURS: Final = "tracking"
"""In place of a channel's key: what happened on links of our own."""


@dataclass(frozen=True)
class Noted:
    """An event that is written down, under its row's id. ``event`` has its words and address only in the moment in which it came."""

    id: UUID
    event: DeliveryEvent


@dataclass(frozen=True)
class _Locked:
    """A message that nobody else changes now."""

    row: Mapping[str, Any]
    course: Course

    def takes(self, event: DeliveryEvent) -> bool:
        """Whether ``event`` moves it: not while it is being handed in, and not what is told of an earlier time that it was sent."""
        if event.message_id and delivery_of(event.message_id) == self.row["id"]:
            return event.message_id == message_id(self.row["id"], self.row["resent"]) and self._stands
        return self._stands

    @property
    def _stands(self) -> bool:
        return moves(self.course.state, self.course.reason)


async def apply(channel: str, medium: Medium, told: DeliveryEvents) -> Applied:
    """Take in what the account of ``channel`` reported.

    What was told before changes nothing; what names a message that we have no receipt of waits for it.
    """
    await _add_aliases(channel, told.aliases)
    wanted = await _wanted(channel, told.events)
    new = await _add(channel, wanted)
    named = await _named(channel, medium, new)
    waiting, moved = await _apply_to(channel, medium, new, named)
    return Applied(len(new), moved, waiting)


async def catch_up(channel: str, medium: Medium, receipts: Mapping[str, UUID]) -> int:
    """Apply what came before its receipt; how many messages moved.

    ``receipts``: the deliveries by the vendor's names, as they were just written down in the same transaction.
    """
    if not receipts:
        return 0
    rows = await current_scope().fetch(sql.CAME_BEFORE, channel, list(receipts))
    by_event = {row["id"]: receipts[row["named"]] for row in rows if row["named"] in receipts}
    _, moved = await _apply_to(channel, medium, [noted(row) for row in rows], by_event)
    return moved


def noted(row: Mapping[str, Any]) -> Noted:
    """An event as its row has it."""
    event = DeliveryEvent(
        id=str(row["id"]),
        kind=EventKind(row["kind"]),
        at=row["at"],
        vendor_id=row["vendor_id"],
        message_id=row["message_id"],
        permanent=row["permanent"],
        reason=Rejection(row["reason"]) if row["reason"] else None,
        code=row["code"],
    )
    return Noted(row["id"], event)


async def settle(channel: str, medium: Medium, events: Sequence[Noted], named: Mapping[UUID, UUID]) -> int:
    """Apply events that waited, now that it is known which delivery each of them means. How many messages moved."""
    _, moved = await _apply_to(channel, medium, events, named)
    return moved


async def _wanted(channel: str, events: Sequence[DeliveryEvent]) -> list[DeliveryEvent]:
    """Without what says who opens and clicks, unless the owner switched that on for persons: a vendor may report it all the same."""
    if channel == OURS or not any(event.kind in TRACKED for event in events):
        return [*events]
    tracking = await read_tracking()
    return [event for event in events if event.kind not in TRACKED or tracking.of_persons(event.kind)]


async def _add_aliases(channel: str, aliases: Mapping[str, str]) -> None:
    if aliases:
        await current_scope().execute(sql.ADD_ALIASES, channel, [uuid7() for _ in aliases], list(aliases), list(aliases.values()))


async def _add(channel: str, events: Sequence[DeliveryEvent]) -> list[Noted]:
    """Write events down; those that were not there yet, in the order in which they were told."""
    once = {event.id: event for event in reversed(events)}
    rows = sorted(((uuid7(), event) for event in reversed(once.values())), key=lambda row: row[1].id)  # all lock in one order
    if not rows:
        return []
    told = [event for _, event in rows]
    new = await current_scope().fetch(
        sql.ADD_EVENTS,
        channel,
        [id_ for id_, _ in rows],
        [event.id for event in told],
        [event.kind for event in told],
        [event.at for event in told],
        [event.vendor_id for event in told],
        [event.message_id if _delivery(event) else None for event in told],
        [event.permanent for event in told],
        [event.reason for event in told],
        [event.code for event in told],
    )
    kept = {row["id"] for row in new}
    return [Noted(id_, event) for id_, event in rows if id_ in kept]


async def _named(channel: str, medium: Medium, events: Sequence[Noted]) -> dict[UUID, UUID]:
    """Which delivery each event means, by the event's id; those of which that is not known are left out."""
    vendor_ids = {one.event.vendor_id for one in events if one.event.vendor_id}
    aliases = await _aliases(channel, vendor_ids) if vendor_ids else {}
    known = {aliases.get(vendor_id, vendor_id) for vendor_id in vendor_ids}
    rows = await current_scope().fetch(sql.BY_VENDOR_ID, channel, list(known)) if known else []
    deliveries = {row["vendor_id"]: row["id"] for row in rows}
    named: dict[UUID, UUID] = {}
    for one in events:
        vendor_id = one.event.vendor_id
        found = deliveries.get(aliases.get(vendor_id, vendor_id)) if vendor_id else None
        found = found or _delivery(one.event)
        if found is None and vendor_id is None and one.event.kind is EventKind.REPLIED:
            found = await answered(medium, one.event)
        if found is not None:
            named[one.id] = found
    return named


async def _aliases(channel: str, vendor_ids: set[str]) -> dict[str, str]:
    return {row["alias"]: row["vendor_id"] for row in await current_scope().fetch(sql.ALIASES, channel, list(vendor_ids))}


async def _apply_to(channel: str, medium: Medium, events: Sequence[Noted], named: Mapping[UUID, UUID]) -> tuple[int, int]:
    """Apply ``events`` to the deliveries that they mean. How many of them wait, and how many messages moved."""
    locked = await _lock(set(named.values()))
    by_delivery: defaultdict[UUID, list[Noted]] = defaultdict(list)
    for one in events:
        delivery_id = named.get(one.id)
        if delivery_id in locked and locked[delivery_id].takes(one.event):
            by_delivery[delivery_id].append(one)
    moved = await _move(channel, {delivery_id: (locked[delivery_id], of_it) for delivery_id, of_it in by_delivery.items()})
    await _settle(by_delivery)
    settled = {one.id: delivery_id for delivery_id, of_it in by_delivery.items() for one in of_it}
    for one in events:
        delivery_id = settled.get(one.id)
        customer_id = locked[delivery_id].row["customer_id"] if delivery_id else None
        await take_effect(Struck(channel, medium, one.event, delivery_id, customer_id))
    waiting = sum(1 for one in events if one.id not in settled and (one.event.vendor_id or one.event.message_id))
    return waiting, moved


async def _lock(delivery_ids: set[UUID]) -> dict[UUID, _Locked]:
    rows = await current_scope().fetch(sql.LOCK, list(delivery_ids)) if delivery_ids else []
    return {row["id"]: _Locked(row, _course(row)) for row in rows}


async def _move(channel: str, found: Mapping[UUID, tuple[_Locked, Sequence[Noted]]]) -> int:
    changed: list[tuple[_Locked, Course, str | None]] = []
    for locked, events in found.values():
        course = after(locked.course, (_happened(one.event) for one in events))
        vendor_id = locked.row["vendor_id"] or next((one.event.vendor_id for one in events if one.event.vendor_id), None)
        if course != locked.course or vendor_id != locked.row["vendor_id"]:
            changed.append((locked, course, vendor_id))
    if changed:
        await _write(changed)
        await _count([(locked, course) for locked, course, _ in changed])
        await _tell_channel(channel, sum(1 for locked, course, _ in changed if _went_wrong(locked.course, course)))
    return len(changed)


async def _tell_channel(channel: str, bad: int) -> None:
    """A number on which too much goes wrong stops by itself: see :mod:`batikrfm.delivery.numbers`. One that is gone needs not."""
    if bad and channel != OURS:
        with contextlib.suppress(ChannelNotFoundError):
            await note_outcomes(channel, bad=bad)


def _went_wrong(before: Course, now: Course) -> bool:
    return now.state is DeliveryState.FAILED and before.state is not DeliveryState.FAILED


async def _write(changed: Sequence[tuple[_Locked, Course, str | None]]) -> None:
    courses = [course for _, course, _ in changed]
    await current_scope().execute(
        sql.MOVE,
        [locked.row["id"] for locked, _, _ in changed],
        [course.state for course in courses],
        [course.reason for course in courses],
        [course.code for course in courses],
        [course.accepted_at for course in courses],
        [course.delivered_at for course in courses],
        [course.read_at for course in courses],
        [course.opened_at for course in courses],
        [course.clicked_at for course in courses],
        [course.replied_at for course in courses],
        [course.unsubscribed_at for course in courses],
        [course.failed_at for course in courses],
        [vendor_id for _, _, vendor_id in changed],
    )


async def _count(changed: Sequence[tuple[_Locked, Course]]) -> None:
    """Campaign by campaign, always in the same order, so that no two transactions wait for each other."""
    changes: defaultdict[UUID, list[tuple[Place, int]]] = defaultdict(list)
    for locked, course in changed:
        changes[locked.row["campaign_id"]] += _changes(locked, course)
    for campaign_id in sorted(changes):
        await count(campaign_id, changes[campaign_id])


def _changes(locked: _Locked, course: Course) -> list[tuple[Place, int]]:
    variant, segment = locked.row["variant"], locked.row["segment"]
    deeds = course.deeds - locked.course.deeds
    return [
        (Place(locked.course.state, locked.course.reason, variant, segment), -1),
        (Place(course.state, course.reason, variant, segment), 1),
        *((Place(deed, None, variant, segment), 1) for deed in deeds),
    ]


async def _settle(by_delivery: Mapping[UUID, Sequence[Noted]]) -> None:
    pairs = [(one.id, delivery_id) for delivery_id, events in by_delivery.items() for one in events]
    if pairs:
        await current_scope().execute(sql.SETTLE, *map(list, zip(*pairs, strict=True)))


def _happened(event: DeliveryEvent) -> Happened:
    return Happened(event.kind, event.at, event.permanent, event.reason, event.code)


def _course(row: Mapping[str, Any]) -> Course:
    values = {name: row[name] for name in Course.__dataclass_fields__}
    return Course(**{**values, "state": DeliveryState(row["state"])})


def _delivery(event: DeliveryEvent) -> UUID | None:
    return delivery_of(event.message_id) if event.message_id else None
