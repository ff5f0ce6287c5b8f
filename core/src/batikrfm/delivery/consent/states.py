"""What a customer said, and what holds of it. The history is only ever added to; what holds now is kept beside it, in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import msgspec

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery.consent import queries as sql
from batikrfm.delivery.consent import suppressing, waiting
from batikrfm.delivery.consent.errors import ConsentError
from batikrfm.delivery.consent.model import Consent, ConsentState, Means, Proof
from batikrfm.delivery.model import LeftOut, Medium, Purpose
from batikrfm.segmentation.errors import CustomerNotFoundError

LONGEST_SOURCE: Final = 200


@dataclass(frozen=True, slots=True)
class Said:
    """How we know what a person said. ``source`` is in words ("chat", "form in the shop"), ``by`` whoever entered it.

    ``at`` is when it holds from, None for now.
    """

    source: str
    by: str
    means: Means = Means.OWNER
    wording_id: UUID | None = None
    proof: Proof | None = None
    at: dt.datetime | None = None


async def set_consent(customer_id: UUID, medium: Medium, purpose: Purpose, state: ConsentState, said: Said) -> Consent:
    """Add to the history what a customer said: from now on it holds.

    A yes takes back what the person had stopped on this medium. A no leaves out what is still waiting to be sent to them.
    Raises ConsentError (no source), CustomerNotFoundError.
    """
    entry = _Entry(uuid7(), customer_id, medium, purpose, state)
    await _keep(entry, said)
    if state is ConsentState.GRANTED and purpose is Purpose.MARKETING:
        await suppressing.allow_again(customer_id, medium)
    return _consent((await current_scope().fetch(sql.ONE, entry.id))[0])


async def refuse(customer_id: UUID, medium: Medium, said: Said) -> int:
    """They want no advertising on ``medium``: as :func:`set_consent`, but once; how many waiting messages are left out."""
    if await current_scope().fetchval(sql.STATE, customer_id, medium, Purpose.MARKETING) == ConsentState.REFUSED:
        return 0
    try:
        return await _keep(_Entry(uuid7(), customer_id, medium, Purpose.MARKETING, ConsentState.REFUSED), said)
    except CustomerNotFoundError:  # erased in the meantime, and with them what waited
        return 0


async def consents_of(customer_id: UUID) -> tuple[Consent, ...]:
    """What holds now, one for each purpose and medium, marketing first; UNKNOWN where nothing was ever said."""
    said = {(row["medium"], row["purpose"]): _consent(row) for row in await current_scope().fetch(sql.NOW, customer_id)}
    each = [(medium, purpose) for purpose in Purpose for medium in Medium]
    return tuple(said.get(one, Consent(*one, ConsentState.UNKNOWN)) for one in each)


async def consent_history(customer_id: UUID) -> list[Consent]:
    """Everything that was ever said, the latest first."""
    return [_consent(row) for row in await current_scope().fetch(sql.HISTORY, customer_id)]


@dataclass(frozen=True, slots=True)
class Held:
    """What holds for one customer, whose ``id`` it is, in a list of many."""

    id: UUID
    medium: Medium
    purpose: Purpose
    state: ConsentState
    at: dt.datetime
    source: str
    means: Means
    wording: int | None


async def list_consents(
    medium: Medium, purpose: Purpose, state: ConsentState | None = None, *, after: UUID | None = None, limit: int = 50
) -> list[Held]:
    """Customers who said something of ``medium`` and ``purpose``, in the order of their ids."""
    rows = await current_scope().fetch(sql.LIST, medium, purpose, state, after, limit)
    return [
        Held(
            row["id"],
            Medium(row["medium"]),
            Purpose(row["purpose"]),
            ConsentState(row["state"]),
            row["at"],
            row["source"],
            Means(row["means"]),
            row["wording"],
        )
        for row in rows
    ]


def told(source: str) -> str:
    """``source`` tidied. Raises ConsentError where it says nothing, or too much."""
    tidy = " ".join(source.replace("\x00", "").split())
    if not tidy or len(tidy) > LONGEST_SOURCE:
        raise ConsentError(longest=LONGEST_SOURCE)
    return tidy


@dataclass(frozen=True, slots=True)
class _Entry:
    id: UUID
    customer_id: UUID
    medium: Medium
    purpose: Purpose
    state: ConsentState


async def _keep(entry: _Entry, said: Said) -> int:
    """Write it into the history and beside it; how many waiting messages it stops."""
    source, scope = told(said.source), current_scope()
    if await scope.fetchval(sql.LOCK_CUSTOMER, entry.customer_id) is None:
        raise CustomerNotFoundError
    proof = msgspec.json.encode(said.proof).decode() if said.proof else None
    what = (entry.id, entry.customer_id, entry.medium, entry.purpose, entry.state)
    await scope.execute(sql.ADD, *what, said.at, said.means, source, said.by, said.wording_id, proof)
    await scope.execute(sql.HOLD, uuid7(), entry.id)
    if entry.state is not ConsentState.REFUSED:
        return 0
    return await waiting.leave_out([entry.customer_id], entry.medium, LeftOut.REFUSED, purpose=entry.purpose)


def _consent(row: Mapping[str, Any]) -> Consent:
    return Consent(
        medium=Medium(row["medium"]),
        purpose=Purpose(row["purpose"]),
        state=ConsentState(row["state"]),
        at=row["at"],
        source=row["source"],
        by=row["entered_by"],
        means=Means(row["means"]),
        wording=row["wording"],
        proof=msgspec.json.decode(row["proof"], type=Proof) if row["proof"] else None,
        declaration_id=row["declaration_id"],
    )
