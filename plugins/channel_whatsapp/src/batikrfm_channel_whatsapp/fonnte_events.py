"""What Fonnte reports.

The first status of a message has ``id``, as the receipt has it, and ``stateid``; later ones may have ``stateid`` alone. Such an event has
the ``stateid`` as its ``vendor_id``, and whatever names both gives the pair in ``DeliveryEvents.aliases``: a host that keeps aliases finds
the message, one that does not leaves the event aside.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from batikrfm.sdk import DeliveryEvent, DeliveryEvents, EventKind, ForgedRequestError, Rejection, Secret, WebhookRequest
from batikrfm_channel_whatsapp.answers import name_of, named, object_of
from batikrfm_channel_whatsapp.events import failure, kind_of, mark, moment_of, proves, reply, same, status, words_of
from batikrfm_channel_whatsapp.texts import person_of

KINDS: Final = {
    **dict.fromkeys(("delivered", "received"), EventKind.DELIVERED),
    **dict.fromkeys(("read", "played"), EventKind.READ),
    **dict.fromkeys(("invalid", "expired", "failed", "cancel", "cancelled", "url unreachable"), EventKind.FAILED),
}
"""What a ``state`` or ``status`` says; ``sent``, ``pending``, ``waiting`` and ``processing`` say nothing that the receipt did not."""

REASONS: Final = {"invalid": Rejection.ADDRESS, "url unreachable": Rejection.CONTENT}
MOST_FIELDS: Final = 50
STATE: Final = "state:"
"""Before a ``stateid``, so that none can be taken for an ``id``."""


def events_of(request: WebhookRequest, secret: Secret | None) -> DeliveryEvents:
    """What ``request`` says, if it carries ``secret``: in its body, or at the end of its address."""
    data = named(object_of(request.body) or {})
    if not (proves(request, secret) or _carries(data, secret)):
        raise ForgedRequestError
    if data.get("stateid") or (data.get("id") and "sender" not in data):
        return _statuses(data, request)
    return DeliveryEvents(tuple(_replies(data, request)))


def _carries(data: Mapping[str, Any], secret: Secret | None) -> bool:
    """Whether any field is the secret: Fonnte's pages do not name the one that it sends it in."""
    if secret is None:
        return True
    values = [value for value in data.values() if isinstance(value, str)][:MOST_FIELDS]
    return any([same(value, secret.reveal()) for value in values])  # noqa: C419 - each is compared, whichever it is


def _statuses(data: Mapping[str, Any], request: WebhookRequest) -> DeliveryEvents:
    id_, state = name_of(data.get("id")), name_of(data.get("stateid"))
    alias = f"{STATE}{state}" if state else None
    name = id_ or alias
    word = next((word for word in (data.get("state"), data.get("status")) if kind_of(word, KINDS)), None)
    kind = kind_of(word, KINDS)
    events: tuple[DeliveryEvent, ...] = ()
    if name and kind:
        events = (_status(name, kind, str(word).strip().lower(), request, data.get("timestamp")),)
    return DeliveryEvents(events, aliases={alias: id_} if alias and id_ else {})


def _status(name: str, kind: EventKind, word: str, request: WebhookRequest, at: object) -> DeliveryEvent:
    moment = moment_of(at, request.received_at)
    if kind is EventKind.FAILED:
        return failure(name, moment, REASONS.get(word, Rejection.OTHER), word.replace(" ", "_"))
    return status(name, kind, moment)


def _replies(data: Mapping[str, Any], request: WebhookRequest) -> list[DeliveryEvent]:
    """What a person wrote: no group's talk, nothing of the shop's own phone."""
    sender = person_of(data.get("sender"))
    if sender is None or data.get("member") or data.get("isgroup") is True or sender == person_of(data.get("device")):
        return []
    at = data.get("timestamp")
    id_ = name_of(data.get("inboxid")) or mark(data.get("device"), sender, at, data.get("message"))
    return [reply(id_, moment_of(at, request.received_at), sender, words_of(data.get("message")))]
