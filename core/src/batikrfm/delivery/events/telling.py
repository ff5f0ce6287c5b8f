"""What a channel read in a request, as it is kept until it is worked on: tidied, for vendors write down anything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256
from typing import Final

import msgspec

from batikrfm.sdk.channels import DeliveryEvent, DeliveryEvents

LONGEST_ID: Final = 200
LONGEST_CODE: Final = 60
LONGEST_ADDRESS: Final = 254
LONGEST_WORDS: Final = 4_000
LONGEST_URL: Final = 2_000


def tidied(told: DeliveryEvents, received_at: dt.datetime) -> DeliveryEvents:
    """``told`` with nothing that a column cannot hold; nothing that is told happened after we were told."""
    events = tuple(_tidy(event, received_at) for event in told.events)
    aliases = {_name(alias): _name(vendor_id) for alias, vendor_id in told.aliases.items() if alias != vendor_id}
    return replace(told, events=events, aliases=aliases)


def encoded(told: DeliveryEvents) -> str:
    """As JSON."""
    return msgspec.json.encode(told).decode()


def decoded(text: str) -> DeliveryEvents:
    """What :func:`encoded` wrote."""
    return msgspec.json.decode(text, type=DeliveryEvents)


def together(all_told: Iterable[DeliveryEvents]) -> DeliveryEvents:
    """What several requests said, each event once."""
    every = list(all_told)
    events = {event.id: event for told in reversed(every) for event in reversed(told.events)}
    return DeliveryEvents(tuple(reversed(events.values())), aliases={key: value for told in every for key, value in told.aliases.items()})


def _tidy(event: DeliveryEvent, received_at: dt.datetime) -> DeliveryEvent:
    at = event.at if event.at.tzinfo else event.at.replace(tzinfo=dt.UTC)
    return replace(
        event,
        id=_name(event.id),
        at=min(at, received_at),
        vendor_id=_name(event.vendor_id) if event.vendor_id else None,
        message_id=_name(event.message_id) if event.message_id else None,
        address=_cut(event.address, LONGEST_ADDRESS),
        code=_cut(event.code, LONGEST_CODE),
        text=_cut(event.text, LONGEST_WORDS),
        url=_cut(event.url, LONGEST_URL),
    )


def _name(text: str) -> str:
    """A vendor's name for something; one that is too long is told by its hash."""
    clean = _clean(text)
    return clean if len(clean) <= LONGEST_ID else f"sha256:{sha256(clean.encode()).hexdigest()}"


def _cut(text: str | None, longest: int) -> str | None:
    return None if text is None else _clean(text)[:longest]


def _clean(text: str) -> str:
    """Without what PostgreSQL cannot keep: NUL, and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
