"""What the outbox holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from batikrfm.delivery.model import Medium
from batikrfm.sdk.channels import Message
from batikrfm.sdk.errors import NotFoundError
from batikrfm.sdk.text import Text


class Handed(NamedTuple):
    """A message that a channel accepted, and whose it is. No customer: somebody of the shop sent it to themselves."""

    message: Message
    customer_id: UUID | None = None


@dataclass(frozen=True)
class OutboxMessage:
    """A message as it would have gone out."""

    id: UUID
    created_at: dt.datetime
    medium: Medium
    channel: str
    address: str = field(repr=False)
    subject: str | None = field(repr=False)
    text: str = field(repr=False)
    html: str | None = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    customer_id: UUID | None = None


class NoSuchOutboxMessageError(NotFoundError):
    """The outbox has no such message (any more)."""

    text = Text(
        id="Pesan ini tidak ada di kotak keluar. Pesan disimpan 30 hari.",
        en="This message is not in the outbox. Messages are kept for 30 days.",
    )
