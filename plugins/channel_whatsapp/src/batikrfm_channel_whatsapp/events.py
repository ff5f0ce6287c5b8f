"""What webhooks of all gateways share: reading what anybody may have sent, and our words for it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from batikrfm.sdk import DeliveryEvent, EventKind, Rejection, Secret, WebhookRequest
from batikrfm_channel_whatsapp.texts import clean

LONGEST_TEXT: Final = 65_536
OLDEST: Final = timedelta(days=60)
AHEAD: Final = timedelta(minutes=10)


def same(one: str, other: str) -> bool:
    """Whether two texts are the same, in a time that says nothing about them."""
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))


def proves(request: WebhookRequest, secret: Secret | None) -> bool:
    """Whether the address that ``request`` was made to ends in ``?secret=``, if there has to be one."""
    return secret is None or same(request.query.get("secret", ""), secret.reveal())


def moment_of(value: object, received: datetime) -> datetime:
    """The moment that a vendor gives, in seconds or ISO form; when it came, where that makes no sense."""
    moment = _moment(value)
    return moment if moment is not None and received - OLDEST < moment < received + AHEAD else received


def words_of(value: object) -> str:
    """A reply's text, fit to be kept; empty of a picture without words."""
    return clean(value)[:LONGEST_TEXT] if isinstance(value, str) else ""


def reply(id_: str, at: datetime, address: str, text: str, *, answers: str | None = None) -> DeliveryEvent:
    """Somebody wrote; ``answers`` is the message that they answer, if they said which."""
    return DeliveryEvent(f"reply:{id_}", EventKind.REPLIED, at, vendor_id=answers, address=address, text=text)


def status(name: str, kind: EventKind, at: datetime) -> DeliveryEvent:
    """What happened to the message that the vendor calls ``name``."""
    return DeliveryEvent(f"{name}:{kind}", kind, at, vendor_id=name)


def failure(name: str, at: datetime, reason: Rejection, code: str | None) -> DeliveryEvent:
    """It never arrived, and will not."""
    return replace(status(name, EventKind.FAILED, at), reason=reason, code=code)


def mark(*parts: object) -> str:
    """The same for the same parts, each time that they are reported; it says nothing about them."""
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def kind_of(word: object, kinds: Mapping[str, EventKind]) -> EventKind | None:
    """Our kind for a vendor's word, however it is written; None of one that says nothing new."""
    return kinds.get(word.strip().lower()) if isinstance(word, str) else None


def _moment(value: object) -> datetime | None:
    if isinstance(value, bool):
        return None
    try:
        if isinstance(value, int | float) or (isinstance(value, str) and value.isascii() and value.isdigit()):
            return datetime.fromtimestamp(float(value), UTC)
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment is not None and moment.tzinfo else None
