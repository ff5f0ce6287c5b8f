"""Somebody wants no more, or nobody is there: effective at once, on messages that still wait, too."""

from __future__ import annotations

import datetime as dt
from typing import Final
from uuid import UUID

from batikrfm.delivery.consent import keywords, waiting
from batikrfm.delivery.consent.finding import find_person
from batikrfm.delivery.consent.model import Means, Proof, Reason, Recipient
from batikrfm.delivery.consent.settings import stop_settings
from batikrfm.delivery.consent.states import Said, refuse
from batikrfm.delivery.consent.suppressing import note_soft_bounce, suppress
from batikrfm.delivery.model import Medium

SYSTEM: Final = "BatikRFM"


async def opt_out(recipient: Recipient, said: Said, *, everywhere: bool = False, delivery_id: UUID | None = None) -> int:
    """No more advertising to this person on this medium, or ``everywhere``: on all. How many waiting messages are left out.

    Whoever shares the address is stopped with them. Said twice it is the same as once. ``delivery_id`` is the message that made them do
    it; its campaign counts it, so that nobody else has to.
    """
    person = await find_person(recipient)
    stopped = 0
    for medium in Medium if everywhere else (recipient.medium,):
        for customer_id in person.customers:
            stopped += await refuse(customer_id, medium, said)
            stopped += await suppress(Recipient(medium, customer_id=customer_id), Reason.UNSUBSCRIBED, by=said.by)
    if not person.customers:
        stopped += await suppress(recipient, Reason.UNSUBSCRIBED, by=said.by)
    if delivery_id is not None:
        await waiting.note_unsubscribed(delivery_id)
    return stopped


async def bounced(recipient: Recipient, *, permanent: bool, delivery_id: UUID | None = None, at: dt.datetime | None = None) -> int:
    """A message did not arrive. For good: nothing goes there any more. For now: that counts, and some of them are as good as for good."""
    when = at or dt.datetime.now(dt.UTC)
    if permanent or await note_soft_bounce(recipient, delivery_id=delivery_id, at=when):
        return await suppress(recipient, Reason.BOUNCED, by=SYSTEM)
    return 0


async def complained(recipient: Recipient, *, delivery_id: UUID | None = None, at: dt.datetime | None = None) -> int:
    """Somebody called a message spam. Nothing goes there any more, and they said no as clearly as one can."""
    person = await find_person(recipient)
    said = Said("complaint", SYSTEM, Means.VENDOR, proof=Proof(delivery_id=delivery_id) if delivery_id else None, at=at)
    stopped = await suppress(recipient, Reason.COMPLAINED, by=SYSTEM)
    for customer_id in person.customers:
        stopped += await refuse(customer_id, recipient.medium, said)
    return stopped


async def heard(medium: Medium, address: str, text: str, *, message_id: str, at: dt.datetime | None = None) -> bool:
    """A reply. Whether it says stop, all of it; then they get no more on this medium. ``message_id`` is the vendor's."""
    if not keywords.says_stop(text, (await stop_settings()).words):
        return False
    said = Said(keywords.normal(text), SYSTEM, Means.KEYWORD, proof=Proof(message_id=message_id), at=at)
    await opt_out(Recipient(medium, address=address), said)
    return True
