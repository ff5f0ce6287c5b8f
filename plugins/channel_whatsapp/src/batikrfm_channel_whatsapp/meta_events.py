"""What Meta reports: one request may hold many entries, of several numbers, each at least once and in any order."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from batikrfm.sdk import DeliveryEvent, DeliveryEvents, EventKind, ForgedRequestError, Rejection, WebhookRequest
from batikrfm_channel_whatsapp.answers import dicts_in, name_of, object_of
from batikrfm_channel_whatsapp.configs import MetaConfig
from batikrfm_channel_whatsapp.events import failure, kind_of, mark, moment_of, reply, same, status, words_of
from batikrfm_channel_whatsapp.meta_errors import REJECTIONS, code_of
from batikrfm_channel_whatsapp.texts import person_of

KINDS: Final = {
    "delivered": EventKind.DELIVERED,
    **dict.fromkeys(("read", "played"), EventKind.READ),
    "failed": EventKind.FAILED,
}
CHALLENGE: Final = re.compile(r"[A-Za-z0-9_.-]{1,200}")
SILENT: Final = frozenset({"system", "unsupported"})
"""Types of incoming messages that nobody wrote."""


def answered(request: WebhookRequest, config: MetaConfig) -> DeliveryEvents:
    """What to answer, and what was said. Raises ``ForgedRequestError``."""
    if request.method == "GET":
        return _handshake(request.query, config)
    if not same(request.headers.get("x-hub-signature-256", ""), signature(request.body, config.app_secret.reveal())):
        raise ForgedRequestError
    return DeliveryEvents(tuple(_events(object_of(request.body) or {}, config.phone_number_id, request.received_at)))


def signature(body: bytes, secret: str) -> str:
    """What Meta signs ``body`` with."""
    return f"sha256={hmac.digest(secret.encode(), body, hashlib.sha256).hex()}"


def _handshake(query: Mapping[str, str], config: MetaConfig) -> DeliveryEvents:
    challenge = query.get("hub.challenge", "")
    known = same(query.get("hub.verify_token", ""), config.verify_token.reveal())
    if not known or query.get("hub.mode") != "subscribe" or not CHALLENGE.fullmatch(challenge):
        raise ForgedRequestError
    return DeliveryEvents(body=challenge)


def _events(data: Mapping[str, Any], number: str, received: datetime) -> Iterator[DeliveryEvent]:
    """Only what is about our own number: an app has one address for all of its numbers, and they may be of several shops."""
    for entry in dicts_in(data.get("entry")):
        for change in dicts_in(entry.get("changes")):
            value = next(iter(dicts_in(change.get("value"))), {})
            about = next(iter(dicts_in(value.get("metadata"))), {})
            if name_of(about.get("phone_number_id")) == number:
                yield from _changes(value, received)


def _changes(value: Mapping[str, Any], received: datetime) -> Iterator[DeliveryEvent]:
    for kind, read in (("messages", _reply), ("statuses", _status), ("user_preferences", _preference)):
        for one in dicts_in(value.get(kind)):
            event = read(one, moment_of(one.get("timestamp"), received))
            if event is not None:
                yield event


def _reply(message: Mapping[str, Any], at: datetime) -> DeliveryEvent | None:
    sender, id_ = person_of(message.get("from")), name_of(message.get("id"))
    if sender is None or id_ is None or str(message.get("type")) in SILENT:
        return None
    context = next(iter(dicts_in(message.get("context"))), {})
    return reply(id_, at, sender, words_of(_written(message)), answers=name_of(context.get("id")))


def _written(message: Mapping[str, Any]) -> object:
    """What somebody wrote, pressed, chose or put under a picture."""
    kind = message.get("type")
    inside = next(iter(dicts_in(message.get(kind) if isinstance(kind, str) else None)), {})
    chosen = next((one for name in ("button_reply", "list_reply") for one in dicts_in(inside.get(name))), {})
    found = (inside.get("body"), inside.get("text"), chosen.get("title"), inside.get("caption"), inside.get("emoji"))
    return next((text for text in found if isinstance(text, str) and text), None)


def _status(one: Mapping[str, Any], at: datetime) -> DeliveryEvent | None:
    kind, id_ = kind_of(one.get("status"), KINDS), name_of(one.get("id"))
    if kind is None or id_ is None:
        return None
    ours = name_of(one.get("biz_opaque_callback_data"))
    event = _failure(id_, at, one.get("errors")) if kind is EventKind.FAILED else status(id_, kind, at)
    return replace(event, message_id=ours)


def _failure(id_: str, at: datetime, errors: object) -> DeliveryEvent:
    code = next((code for error in dicts_in(errors) if (code := code_of(error)) is not None), None)
    if code is None:
        return failure(id_, at, Rejection.OTHER, None)
    return failure(id_, at, REJECTIONS.get(code, Rejection.OTHER), str(code))


def _preference(one: Mapping[str, Any], at: datetime) -> DeliveryEvent | None:
    """Somebody pressed "stop" on the shop's marketing. Whoever presses "resume" has to be asked by the shop again."""
    person = person_of(one.get("wa_id"))
    if person is None or one.get("value") != "stop" or one.get("category") != "marketing_messages":
        return None
    return DeliveryEvent(f"stop:{mark(person, one.get('timestamp'))}", EventKind.UNSUBSCRIBED, at, address=person)
