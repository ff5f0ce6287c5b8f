"""What Resend's webhooks mean in our words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from batikrfm.sdk import DeliveryEvent, EventKind, Rejection
from batikrfm_channel_email.resend.writing import TAG

KINDS: Final = frozenset(
    {EventKind.DELIVERED, EventKind.OPENED, EventKind.CLICKED, EventKind.BOUNCED, EventKind.COMPLAINED, EventKind.FAILED}
)
ID: Final = re.compile(r"[A-Za-z0-9_-]{1,100}")
CODE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
LINK: Final = re.compile(r"https?://[!-~]{1,2000}")
CONTENT: Final = re.compile(r"content|attachment|too_?large|template", re.IGNORECASE)

Data = Mapping[str, Any]
Told = tuple[EventKind, dict[str, Any]]


def event_of(body: bytes, name: str, at: datetime) -> DeliveryEvent | None:
    """The event in ``body``; None for what means nothing to us or cannot be read.

    ``name`` is the webhook's id, ``at`` when it came, which stands in where it does not say when it happened.
    """
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    data = _dict(told, "data")
    meaning = MEANINGS.get(_text(told, "type"))
    vendor_id = _text(data, "email_id")
    if meaning is None or not ID.fullmatch(vendor_id):
        return None
    kind, more = meaning(data)
    return DeliveryEvent(id=name, kind=kind, at=_time(told) or at, vendor_id=vendor_id, message_id=_message(data), **more)


def _plain(kind: EventKind) -> Callable[[Data], Told]:
    return lambda _data: (kind, {})


def _clicked(data: Data) -> Told:
    link = _text(_dict(data, "click"), "link")
    return EventKind.CLICKED, {"url": link} if LINK.fullmatch(link) else {}


def _bounced(data: Data) -> Told:
    """``Permanent`` is for good; ``Transient`` and ``Undetermined`` count as soft."""
    bounce = _dict(data, "bounce")
    return EventKind.BOUNCED, {"permanent": _text(bounce, "type") == "Permanent", "code": _code(bounce, "subType")}


def _failed(data: Data) -> Told:
    code = _code(_dict(data, "failed"), "reason")
    reason = Rejection.CONTENT if code and CONTENT.search(code) else Rejection.OTHER
    return EventKind.FAILED, {"reason": reason, "code": code}


def _suppressed(data: Data) -> Told:
    """Resend did not even try: the address bounced before, or somebody complained before."""
    suppressed = _dict(data, "suppressed")
    code = _code(suppressed, "reason")
    if code == "previous_complaint":
        return EventKind.COMPLAINED, {"code": code}
    return EventKind.BOUNCED, {"permanent": True, "code": code or _code(suppressed, "type")}


MEANINGS: Final[Mapping[str, Callable[[Data], Told]]] = {
    "email.delivered": _plain(EventKind.DELIVERED),
    "email.opened": _plain(EventKind.OPENED),
    "email.clicked": _clicked,
    "email.bounced": _bounced,
    "email.complained": _plain(EventKind.COMPLAINED),
    "email.failed": _failed,
    "email.suppressed": _suppressed,
}
"""By Resend's type. All others (sent, delayed, scheduled, contacts, domains, whatever comes next) are none of ours."""


def _message(data: Data) -> str | None:
    """Our own id of the message, from the tag that it was sent with."""
    text = _text(data.get("tags"), TAG)
    return text if ID.fullmatch(text) else None


def _dict(told: object, name: str) -> Data:
    inside = told.get(name) if isinstance(told, dict) else None
    return inside if isinstance(inside, dict) else {}


def _text(told: object, name: str) -> str:
    text = told.get(name) if isinstance(told, dict) else None
    return text if isinstance(text, str) else ""


def _code(told: Data, name: str) -> str | None:
    text = _text(told, name)
    return text if CODE.fullmatch(text) else None


def _time(told: object) -> datetime | None:
    try:
        time = datetime.fromisoformat(_text(told, "created_at"))
    except ValueError:
        return None
    return time if time.tzinfo is not None else None
