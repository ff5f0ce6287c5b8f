"""What an event does besides moving its message: consent hears of it, and words are kept. In the transaction that applies it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from batikrfm.delivery.consent import Means, Proof, Reason, Recipient, Said, bounced, complained, opt_out, suppress
from batikrfm.delivery.events.inbox import keep_reply
from batikrfm.delivery.model import Medium
from batikrfm.sdk.channels import DeliveryEvent, EventKind, Rejection

SOURCE: Final = "vendor"
"""Where we know it from, as consent's history has it."""


@dataclass(frozen=True)
class Struck:
    """An event, by which account it came, and whose message it means, as far as that is known."""

    channel: str
    medium: Medium
    event: DeliveryEvent
    delivery_id: UUID | None
    customer_id: UUID | None

    @property
    def recipient(self) -> Recipient | None:
        """Whom it is about; None while nobody knows."""
        if self.customer_id is None and not self.event.address:
            return None
        return Recipient(self.medium, self.customer_id, None if self.customer_id else self.event.address)

    @property
    def proof(self) -> Proof:
        """What shows that it was so."""
        return Proof(message_id=self.event.vendor_id, delivery_id=self.delivery_id)


async def take_effect(struck: Struck) -> None:
    """Tell consent, or keep the words. Nothing at all for an event that only says how far a message got."""
    event, recipient = struck.event, struck.recipient
    if event.kind is EventKind.REPLIED:
        if event.text is not None:  # when it waited for its receipt, its words were kept at once
            await keep_reply(struck.channel, struck.medium, event, struck.delivery_id, struck.customer_id)
    elif recipient is None:
        return
    elif event.kind is EventKind.UNSUBSCRIBED:
        await opt_out(recipient, Said(SOURCE, struck.channel, Means.VENDOR, proof=struck.proof, at=event.at))
    elif event.kind is EventKind.COMPLAINED:
        await complained(recipient, delivery_id=struck.delivery_id, at=event.at)
    elif struck.delivery_id is not None:
        await _unreached(struck, recipient)


async def _unreached(struck: Struck, recipient: Recipient) -> None:
    """A message that did not arrive. Only for one of ours, which a vendor tells once: soft bounces are counted."""
    event = struck.event
    if event.kind is EventKind.BOUNCED:
        await bounced(recipient, permanent=event.permanent, delivery_id=struck.delivery_id, at=event.at)
    elif event.kind is EventKind.FAILED and event.reason is Rejection.ADDRESS:
        await bounced(recipient, permanent=True, delivery_id=struck.delivery_id, at=event.at)
    elif event.kind is EventKind.FAILED and event.reason is Rejection.UNWANTED:
        await suppress(recipient, Reason.VENDOR, by=struck.channel)
