"""What the demonstration's customers do with a message: made up, and the same each time, for it follows from who they are.

Nobody gets anything by a channel that only keeps its messages. So that a shop owner sees what a campaign's page would show, a program of
its own plays the customers; every page that shows it says that it is a simulation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from batikrfm.delivery.events import Delivery
from batikrfm.delivery.message_ids import message_id
from batikrfm.delivery.model import Medium
from batikrfm.sdk.channels import DeliveryEvent, EventKind

BOUNCED: Final = 0.003
"""Few: with more, a number stops by itself before it is banned, as it should."""
READ: Final = 0.46
CLICKED: Final = 0.3
"""Of those who read."""
REPLIED: Final = 0.006
UNSUBSCRIBED: Final = 0.004
ORDERED: Final = 0.06
"""Of those whom a message reached."""
ORDERED_ANYWAY: Final = 0.025
"""Of those who got none."""
REPLIES: Final = (
    "Masih ada yang warna biru, Kak?",
    "Terima kasih infonya. Besok saya mampir ya.",
    "Bisa dikirim ke Solo?",
    "Yang kemarin bagus sekali, ibu saya suka.",
)
DRAWS: Final = 8


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one message."""

    bounced: bool
    read: bool
    clicked: bool
    reply: str | None
    unsubscribed: bool
    orders: bool


def fate_of(customer: str, campaign: str) -> Fate:
    """What ``customer``, by the name that the sales file gives them, does with the message of ``campaign``."""
    bounced, read, clicked, replied, unsubscribed, ordered, words, _ = drawn(customer, campaign)
    if bounced < BOUNCED:
        return Fate(bounced=True, read=False, clicked=False, reply=None, unsubscribed=False, orders=False)
    reads = read < READ
    return Fate(
        bounced=False,
        read=reads,
        clicked=reads and clicked < CLICKED,
        reply=REPLIES[int(words * len(REPLIES))] if reads and replied < REPLIED / READ else None,
        unsubscribed=reads and unsubscribed < UNSUBSCRIBED / READ,
        orders=ordered < ORDERED,
    )


def orders_anyway(customer: str, campaign: str) -> bool:
    """Whether somebody who was held out buys in the same days."""
    return drawn(customer, campaign)[5] < ORDERED_ANYWAY


def drawn(customer: str, campaign: str) -> tuple[float, ...]:
    """Numbers from 0 up to 1 that look like chance."""
    digest = hashlib.blake2b(f"{campaign}\0{customer}".encode(), digest_size=4 * DRAWS).digest()
    return tuple(int.from_bytes(digest[at : at + 4]) / 2**32 for at in range(0, len(digest), 4))


def events_of(delivery: Delivery, fate: Fate) -> Iterator[DeliveryEvent]:
    """What a vendor would report of the message."""
    for kind, text in _kinds(delivery, fate):
        yield DeliveryEvent(
            id=f"simulasi-{kind}-{delivery.id}",
            kind=kind,
            at=delivery.accepted_at or delivery.due_at,  # type: ignore[arg-type] # one that was accepted has a time
            message_id=message_id(delivery.id),
            permanent=kind is EventKind.BOUNCED,
            code="simulasi",
            text=text,
        )


def _kinds(delivery: Delivery, fate: Fate) -> Iterator[tuple[EventKind, str | None]]:
    if fate.bounced:
        yield EventKind.BOUNCED, None
        return
    yield EventKind.DELIVERED, None
    if fate.read:
        yield (EventKind.OPENED if delivery.medium is Medium.EMAIL else EventKind.READ), None
    if fate.clicked:
        yield EventKind.CLICKED, None
    if fate.reply:
        yield EventKind.REPLIED, fate.reply
    if fate.unsubscribed:
        yield EventKind.UNSUBSCRIBED, None
