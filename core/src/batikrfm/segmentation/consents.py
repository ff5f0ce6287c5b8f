"""Whether a customer wants to hear from the shop, by channel. A history that is only ever added to. Runs in the tenant's scope."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


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
    raise NotImplementedError


async def consents_of(customer_id: UUID) -> tuple[Consent, ...]:
    """What holds now, one for each channel, UNKNOWN where nothing was ever said."""
    raise NotImplementedError


async def consent_history(customer_id: UUID) -> list[Consent]:
    """Everything that was ever said, the latest first."""
    raise NotImplementedError
