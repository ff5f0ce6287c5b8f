"""What other rooms see of webhooks, events and replies."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from uuid import UUID

from batikrfm.delivery.model import DeliveryState, Medium
from batikrfm.sdk.channels import EventKind


@dataclass(frozen=True, slots=True)
class WebhookUrl:
    """Where a vendor reports to. ``ends_at``: another has taken its place, and until then both are heard.

    ``heard_at`` is when a request last came that was believed; ``forged`` counts those that were not.
    """

    id: UUID
    channel: str
    created_by: str
    created_at: dt.datetime
    ends_at: dt.datetime | None = None
    heard_at: dt.datetime | None = None
    forged: int = 0


@dataclass(frozen=True, slots=True)
class NewUrl:
    """A URL that was just made. Its ``token`` is the path's end and is never shown again."""

    url: WebhookUrl
    token: str = field(repr=False)

    @property
    def path(self) -> str:
        """Below the installation's address."""
        return f"/hooks/{self.token}"


@dataclass(frozen=True, slots=True)
class DeliveryWish:
    """Which messages are wanted; what is None does not matter."""

    campaign_id: UUID | None = None
    customer_id: UUID | None = None
    state: DeliveryState | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One person's message and how far it got. No address: that is the customer's."""

    id: UUID
    campaign_id: UUID
    customer_id: UUID
    medium: Medium
    state: DeliveryState
    reason: str | None
    code: str | None
    variant: int | None
    segment: str | None
    attempts: int
    due_at: dt.datetime | None
    accepted_at: dt.datetime | None
    delivered_at: dt.datetime | None
    read_at: dt.datetime | None
    opened_at: dt.datetime | None
    clicked_at: dt.datetime | None
    replied_at: dt.datetime | None
    unsubscribed_at: dt.datetime | None
    failed_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a vendor reported of a message, or that its recipient did."""

    id: UUID
    kind: EventKind
    at: dt.datetime
    received_at: dt.datetime
    permanent: bool
    reason: str | None
    code: str | None


@dataclass(frozen=True, slots=True)
class ReplyWish:
    """Which replies are wanted; what is None does not matter."""

    customer_id: UUID | None = None
    campaign_id: UUID | None = None
    medium: Medium | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody wrote back. ``name`` is the customer's; ``address`` is there only for somebody whom we do not know.

    ``stopped``: it said stop, and was obeyed. ``delivery_id`` is the message that it answers, where the vendor says so, or else the last
    one that the person had got.
    """

    id: UUID
    medium: Medium
    channel: str
    at: dt.datetime
    words: str = field(repr=False)
    stopped: bool = False
    customer_id: UUID | None = None
    name: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)
    delivery_id: UUID | None = None
    campaign_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of events: how many were ``new``, how many messages ``moved``, how many events ``wait`` for their receipt."""

    new: int = 0
    moved: int = 0
    waiting: int = 0
