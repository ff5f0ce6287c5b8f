"""Whether a customer wants to hear from the shop, by channel. A history that is only ever added to. Runs in the tenant's scope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.segmentation import people_queries as sql
from batikrfm.segmentation.errors import ConsentError, CustomerNotFoundError

LONGEST_SOURCE: Final = 200


class ConsentChannel(StrEnum):
    """Where a message would arrive."""

    EMAIL = "email"
    WHATSAPP = "whatsapp"


class ConsentState(StrEnum):
    """What a customer said. Nothing said is UNKNOWN, and unknown is no yes."""

    GRANTED = "granted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Consent:
    """What holds for one channel: since when, said where (``source``, such as "chat", "form in the shop"), entered by whom."""

    channel: ConsentChannel
    state: ConsentState
    at: dt.datetime | None = None
    source: str | None = None
    by: str | None = None


async def set_consent(customer_id: UUID, channel: ConsentChannel, state: ConsentState, *, source: str, by: str) -> Consent:
    """Add to the history what a customer said. Raises ConsentError (no source), CustomerNotFoundError."""
    told = " ".join(source.replace("\x00", "").split())
    if not told or len(told) > LONGEST_SOURCE:
        raise ConsentError(longest=LONGEST_SOURCE)
    rows = await current_scope().fetch(sql.ADD_CONSENT, uuid7(), customer_id, channel, state, told, by)
    if not rows:
        raise CustomerNotFoundError
    return _consent(rows[0])


async def consents_of(customer_id: UUID) -> tuple[Consent, ...]:
    """What holds now, one for each channel, UNKNOWN where nothing was ever said."""
    said = {row["channel"]: _consent(row) for row in await current_scope().fetch(sql.CONSENTS_NOW, customer_id)}
    return tuple(said.get(channel, Consent(channel, ConsentState.UNKNOWN)) for channel in ConsentChannel)


async def consent_history(customer_id: UUID) -> list[Consent]:
    """Everything that was ever said, the latest first."""
    return [_consent(row) for row in await current_scope().fetch(sql.CONSENTS, customer_id)]


def _consent(row: Mapping[str, Any]) -> Consent:
    return Consent(ConsentChannel(row["channel"]), ConsentState(row["state"]), row["created_at"], row["source"], row["entered_by"])
