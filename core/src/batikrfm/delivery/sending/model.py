"""What sending works with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from batikrfm.delivery.channels.opening import OpenChannel
from batikrfm.delivery.letters.letter import Letter
from batikrfm.delivery.letters.model import LinkMaker, Person
from batikrfm.delivery.message_ids import message_id
from batikrfm.delivery.model import DeliveryState, Failure, Medium, Purpose
from batikrfm.delivery.numbers.rules import NumberRules
from batikrfm.delivery.options import Options
from batikrfm.sdk.channels import Message, Template

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pacing:
    """How patient sending is; seconds. Tests make it shorter.

    ``lease``: a batch of a worker that is not heard of is taken for lost. ``call``: a channel has so long for one batch; what is not handed
    in within a third of the lease after it was marked is not handed in at all. ``tries`` of one message, ``first_wait`` between two.
    ``look``: when the vendor is first asked what became of a lost message, then ever later, ``looks`` times. ``again``: how long after a
    batch was handed in an idempotent vendor still knows it. ``nap``: a job waits so long for what is due soon, before it ends.
    """

    lease: float = 180.0
    call: float = 60.0
    tries: int = 5
    first_wait: float = 30.0
    look: float = 15.0
    looks: int = 6
    again: float = 20 * 3_600.0
    nap: float = 5.0
    batch: int = 100


@dataclass(frozen=True)
class Words:
    """One of a campaign's texts, compiled."""

    content_id: UUID
    approved_hash: str
    letter: Letter
    template: Template | None
    links: LinkMaker


@dataclass(frozen=True)
class Run:
    """One campaign on one open account, for as long as a job sends it."""

    tenant_id: UUID
    campaign_id: UUID
    medium: Medium
    purpose: Purpose
    options: Options
    zone: ZoneInfo
    account: OpenChannel
    words: Mapping[int, Words]
    rules: NumberRules
    pacing: Pacing

    @property
    def names_products(self) -> bool:
        """Whether a text says what somebody bought."""
        return any("produk_terakhir" in one.letter.names or _in_template(one.template) for one in self.words.values())

    @property
    def batch_size(self) -> int:
        """How many messages are handed in at once."""
        if self.rules.pause[1] > 0:
            return 1
        return min(self.account.capabilities.batch_size, self.pacing.batch)


def _in_template(template: Template | None) -> bool:
    return template is not None and any("produk_terakhir" in value for value in template.values)


@dataclass(frozen=True, slots=True)
class Recipient:
    """A delivery in hand: whose it is and what is known of it."""

    id: UUID
    customer_id: UUID
    variant: int
    segment: str | None
    attempts: int
    looks: int
    message_id: str
    batch: UUID | None
    handed_in_at: dt.datetime | None
    state: DeliveryState
    name: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    address: str | None = field(repr=False)
    product: str | None = field(repr=False)

    @property
    def person(self) -> Person:
        """Whom the letter is filled for."""
        return Person(self.id, self.name, self.product)

    @classmethod
    def of(cls, row: Row) -> Self:
        """Of a row of the statements that take rows in hand."""
        return cls(
            row["id"],
            row["customer_id"],
            row["variant"],
            row["segment"],
            row["attempts"],
            row["looks"],
            message_id(row["id"], row["resent"]),
            row["batch"],
            row["handed_in_at"],
            DeliveryState(row["state"]),
            row["name"],
            row["phone"],
            row["address"],
            row["product"],
        )


@dataclass(frozen=True, slots=True)
class Said:
    """What a receipt makes of a delivery. ``at``: when it is due again, or when to look again. ``free``: the attempt does not count."""

    id: UUID
    state: DeliveryState
    reason: Failure | None = None
    code: str | None = None
    vendor_id: str | None = None
    at: dt.datetime | None = None
    free: bool = False


@dataclass(frozen=True)
class Batch:
    """Messages with the deliveries that they are of, in the order of their ids."""

    id: UUID
    claim: UUID
    recipients: tuple[Recipient, ...]
    messages: tuple[Message, ...] = field(default=(), repr=False)

    def only(self, ids: Sequence[UUID]) -> Batch:
        """Those of ``ids``."""
        kept = set(ids)
        pairs = [pair for pair in zip(self.recipients, self.messages, strict=True) if pair[0].id in kept]
        return Batch(self.id, self.claim, tuple(one for one, _ in pairs), tuple(message for _, message in pairs))


class Halt(Enum):
    """Why a run stops before everything due is sent."""

    NOT_SENDING = "not_sending"  # the campaign was paused, cancelled or finished
    PAUSED = "paused"  # we paused it
    WAITING = "waiting"  # a number has had its share for now
