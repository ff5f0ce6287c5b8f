"""Wablas: a phone of the shop's, linked as a device, on a server of the account's own. JSON; a no comes with HTTP 200."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from batikrfm.sdk import (
    Accepted,
    AccountNotReadyError,
    BadAnswerError,
    Capabilities,
    Check,
    DeliveryEvent,
    DeliveryEvents,
    EventKind,
    ForgedRequestError,
    HttpAnswer,
    Message,
    QuotaExhaustedError,
    Rejected,
    Rejection,
    Text,
    UnknownOutcome,
    WebhookRequest,
)
from batikrfm_channel_whatsapp import facts
from batikrfm_channel_whatsapp.answers import dicts_in, name_of, named, not_taken, object_of, told, yes_or_no
from batikrfm_channel_whatsapp.base import Asked, Outcome, Ready, WhatsAppChannel
from batikrfm_channel_whatsapp.configs import WablasConfig
from batikrfm_channel_whatsapp.events import failure, kind_of, moment_of, proves, reply, status, words_of
from batikrfm_channel_whatsapp.reasons import meaning_of, trouble_of
from batikrfm_channel_whatsapp.texts import person_of

KINDS: Final = {
    **dict.fromkeys(("received", "delivered"), EventKind.DELIVERED),
    "read": EventKind.READ,
    **dict.fromkeys(("cancel", "reject", "rejected", "failed"), EventKind.FAILED),
}
"""What a tracked ``status`` says; ``pending`` and ``sent`` say nothing that the receipt did not."""


class WablasChannel(WhatsAppChannel[WablasConfig]):
    """WhatsApp by Wablas.

    It signs no webhooks: the proof is the host's address for them, which nobody can guess, and a secret at its end. What a webhook is
    answered with it sends to the customer, so the answer stays empty. Its look-up of numbers wants them in an address: it is not used.
    """

    key = "whatsapp_wablas"
    name = Text(id="WhatsApp lewat Wablas (tidak resmi)", en="WhatsApp by Wablas (unofficial)")
    config_model = WablasConfig
    capabilities: ClassVar[Capabilities] = Capabilities(
        addresses="phone",
        batch_size=1,
        per_second=0.5,
        max_length=65_536,  # WhatsApp's own; Wablas gives none
        unofficial=True,
        events=frozenset({EventKind.DELIVERED, EventKind.READ, EventKind.FAILED, EventKind.REPLIED}),
    )

    async def check(self) -> Check:
        """Asks for the device: whether it is linked, what is left and until when."""
        data = named(told(await self._ask(Asked("/api/device/info"), "GET")))
        if yes_or_no(data.get("status")) is False:
            raise trouble_of(data.get("message"))
        device = next(iter(dicts_in(data.get("data"))), None)
        if device is None:
            raise BadAnswerError(code="data")
        if str(device.get("status", "")).lower() not in ("connect", "connected"):
            raise AccountNotReadyError(code="device_disconnected")
        if str(device.get("quota", "")).strip() == "0":
            raise QuotaExhaustedError(code="quota")
        shown = {
            facts.NUMBER: device.get("sender"),
            facts.NAME: device.get("name"),
            facts.QUOTA: device.get("quota"),
            facts.EXPIRES: device.get("expired_date"),
            facts.CONNECTION: facts.CONNECTED,
            facts.CAUTION: facts.WARNING,
        }
        return Check(facts.in_words(shown, self.context.language))

    def parse_events(self, request: WebhookRequest) -> DeliveryEvents:
        """Statuses and replies, whichever of its two addresses for webhooks they come by."""
        if not proves(request, self.config.webhook_secret):
            raise ForgedRequestError
        data = object_of(request.body) or {}
        found = _reply(data, request) if "isFromMe" in data or "status" not in data else _status(data, request)
        return DeliveryEvents((found,) if found else ())

    def _address(self) -> str:
        return self.config.server

    def _headers(self) -> Mapping[str, str]:
        return {"authorization": f"{self.config.token.reveal()}.{self.config.secret_key.reveal()}"}

    def _handed_in(self, ready: Ready) -> Asked:
        one = {"phone": ready.number, "message": ready.text, "isGroup": False, "secret": False, "priority": False, "retry": False}
        return Asked("/api/v2/send-message", json.dumps({"data": [one]}).encode())

    def _understood(self, message: Message, answer: HttpAnswer) -> Outcome:
        data = named(object_of(answer.body) or {})
        said = yes_or_no(data.get("status"))
        if said is None:
            return not_taken(answer) or UnknownOutcome(message.id)
        if not said:
            return meaning_of(data.get("message"), message.id)
        one = _entry(data.get("data"))
        word, taken = str(one.get("status", "")).lower(), name_of(one.get("id"))
        if KINDS.get(word) is EventKind.FAILED:
            return Rejected(message.id, Rejection.OTHER, word)
        return Accepted(message.id, taken) if taken else UnknownOutcome(message.id)


def _entry(data: object) -> dict[str, Any]:
    """What the answer says of the one message that it is about: in a list, in ``messages``, in ``message``, or by itself."""
    outer = next(iter(dicts_in(data)), {})
    return next((one for inner in ("messages", "message") for one in dicts_in(outer.get(inner))), outer)


def _reply(data: Mapping[str, Any], request: WebhookRequest) -> DeliveryEvent | None:
    """What a person wrote. Wablas reports the shop's own messages and a group's talk, too."""
    sender, id_ = person_of(data.get("phone")), name_of(data.get("id"))
    if sender is None or id_ is None or data.get("isFromMe") not in (False, None) or data.get("isGroup") not in (False, None):
        return None
    return reply(id_, moment_of(data.get("timestamp"), request.received_at), sender, words_of(data.get("message")))


def _status(data: Mapping[str, Any], request: WebhookRequest) -> DeliveryEvent | None:
    kind, id_ = kind_of(data.get("status"), KINDS), name_of(data.get("id"))
    if kind is None or id_ is None:
        return None
    at = moment_of(data.get("timestamp"), request.received_at)
    if kind is EventKind.FAILED:
        return failure(id_, at, Rejection.OTHER, data["status"].strip().lower())
    return status(id_, kind, at)
