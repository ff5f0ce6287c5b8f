"""What the pages behind a message's links show and do: for the person who got the message, whom only the link's signature lets in.

Everything here runs in the scope of the tenant that the link names. A link of a shop, a message or a person that is gone is like one that
never was: :class:`~batikrfm.delivery.signing.LinkError`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.delivery.consent.model import ConsentState, Means, Proof, Recipient
from batikrfm.delivery.consent.preferences import Often, choose_how_often, how_often
from batikrfm.delivery.consent.states import Said, consents_of, set_consent
from batikrfm.delivery.consent.stopping import SYSTEM, opt_out
from batikrfm.delivery.consent.suppressing import suppressions_of
from batikrfm.delivery.consent.wordings import keep_wording
from batikrfm.delivery.model import Medium, Purpose
from batikrfm.delivery.signing import LinkError

DELIVERY: Final = """
select d.customer_id, d.medium, c.id is not null as known from deliveries d left join customers c on c.id = d.customer_id where d.id = $1
"""
CONTACTS: Final = "select email, phone from customers where id = $1"
FIELD_OF: Final = {Medium.EMAIL: "email", Medium.WHATSAPP: "phone"}
LINK: Final = "link in a message"
PAGE: Final = "preference page"
_SHOWN: Final = 4


@dataclass(frozen=True, slots=True)
class Addressed:
    """Whom a message was for, and on what. ``known``: the person was not erased in the meantime."""

    customer_id: UUID
    medium: Medium
    known: bool


@dataclass(frozen=True, slots=True)
class Way:
    """One medium on which the shop could reach the person: the address, most of it hidden, and whether it may."""

    medium: Medium
    hint: str
    allowed: bool


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person chose."""

    ways: tuple[Way, ...]
    often: Often


async def addressed(delivery_id: UUID) -> Addressed:
    """Whom the message was for. Raises LinkError."""
    rows = await current_scope().fetch(DELIVERY, delivery_id)
    if not rows:
        raise LinkError
    return Addressed(rows[0]["customer_id"], Medium(rows[0]["medium"]), rows[0]["known"])


async def wishes_of(customer_id: UUID) -> Wishes:
    """What the person chose. Raises LinkError for somebody who is not there any more."""
    rows = await current_scope().fetch(CONTACTS, customer_id)
    if not rows:
        raise LinkError
    said = {one.medium: one.state for one in await consents_of(customer_id) if one.purpose is Purpose.MARKETING}
    stopped = {one.medium for one in await suppressions_of(customer_id)}
    allowed = {medium for medium, state in said.items() if state is ConsentState.GRANTED} - stopped
    return Wishes(tuple(_ways(rows[0], allowed)), await how_often(customer_id))


async def unsubscribe(delivery_id: UUID, proof: Proof, *, everywhere: bool) -> int:
    """The deed of the link in a message: no more on its medium, or on any. Raises LinkError."""
    who = await addressed(delivery_id)
    said = Said(LINK, SYSTEM, Means.RECIPIENT, proof=proof)
    return await opt_out(Recipient(who.medium, who.customer_id), said, everywhere=everywhere, delivery_id=delivery_id)


async def choose(customer_id: UUID, media: Collection[Medium], often: Often, proof: Proof, *, words: Mapping[Medium, str]) -> Wishes:
    """Keep what the person chose on their page: a yes to each of ``media``, a no to what they took away, and how often.

    ``words`` are what they agreed to, as the page said it. Raises LinkError.
    """
    before = await wishes_of(customer_id)
    for way in before.ways:
        if way.allowed and way.medium not in media:
            await opt_out(Recipient(way.medium, customer_id), Said(PAGE, SYSTEM, Means.RECIPIENT, proof=proof))
        elif not way.allowed and way.medium in media:
            wording = await keep_wording(Purpose.MARKETING, words[way.medium], by=SYSTEM)
            said = Said(PAGE, SYSTEM, Means.RECIPIENT, wording.id, proof)
            await set_consent(customer_id, way.medium, Purpose.MARKETING, ConsentState.GRANTED, said)
    await choose_how_often(customer_id, often)
    return await wishes_of(customer_id)


def hint_of(medium: Medium, address: str) -> str:
    """Enough of an address for its owner to know it, and too little for anybody else to write to it."""
    if medium is Medium.EMAIL:
        name, _, domain = address.partition("@")
        return f"{name[:1]}•••@{domain}"
    return f"•••{address[-_SHOWN:]}"


def _ways(row: Mapping[str, Any], allowed: Collection[Medium]) -> list[Way]:
    have = {medium: row[field] for medium, field in FIELD_OF.items() if row[field]}
    return [Way(medium, hint_of(medium, address), medium in allowed) for medium, address in have.items()]
