"""Fonnte: a phone of the shop's, linked as a device. POST, form-encoded; a no comes with HTTP 200."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from batikrfm.sdk import (
    Accepted,
    AccountNotReadyError,
    BadAnswerError,
    Capabilities,
    Check,
    DeliveryEvents,
    EventKind,
    HttpAnswer,
    Message,
    QuotaExhaustedError,
    Text,
    UnknownOutcome,
    WebhookRequest,
)
from batikrfm_channel_whatsapp import facts
from batikrfm_channel_whatsapp.answers import name_of, named, not_taken, object_of, told, yes_or_no
from batikrfm_channel_whatsapp.base import Asked, Outcome, Ready, WhatsAppChannel
from batikrfm_channel_whatsapp.configs import FonnteConfig
from batikrfm_channel_whatsapp.fonnte_events import events_of
from batikrfm_channel_whatsapp.reasons import meaning_of, trouble_of
from batikrfm_channel_whatsapp.texts import digits_of

FORM: Final = "application/x-www-form-urlencoded"
AT_ONCE: Final = 100
"""Numbers that one question asks about."""


class FonnteChannel(WhatsAppChannel[FonnteConfig]):
    """WhatsApp by Fonnte.

    Fonnte takes many messages in one request, but refuses them with one sentence that does not say which it means, and the host's pause
    between two messages of a linked phone would not lie between them. So a batch is one message.
    """

    key = "whatsapp_fonnte"
    name = Text(id="WhatsApp lewat Fonnte (tidak resmi)", en="WhatsApp by Fonnte (unofficial)")
    config_model = FonnteConfig
    capabilities: ClassVar[Capabilities] = Capabilities(
        addresses="phone",
        batch_size=1,
        per_second=0.5,
        max_length=60_000,
        unofficial=True,
        events=frozenset({EventKind.DELIVERED, EventKind.READ, EventKind.FAILED, EventKind.REPLIED}),
        address_check=True,
    )

    async def check(self) -> Check:
        """Asks for the device: whether it is linked, what is left and until when."""
        device = await self._told("/device")
        if str(device.get("device_status", "")).lower() not in ("connect", "connected"):
            raise AccountNotReadyError(code="device_disconnected")
        if str(device.get("quota", "")).strip() == "0":
            raise QuotaExhaustedError(code="quota")
        shown = {
            facts.NUMBER: device.get("device"),
            facts.NAME: device.get("name"),
            facts.PACKAGE: device.get("package"),
            facts.QUOTA: device.get("quota"),
            facts.EXPIRES: facts.day_of(device.get("expired")),
            facts.CONNECTION: facts.CONNECTED,
            facts.CAUTION: facts.WARNING,
        }
        return Check(facts.in_words(shown, self.context.language))

    async def reachable(self, addresses: Sequence[str]) -> Sequence[bool]:
        """Whether Fonnte names each number as registered. Without this, it takes messages for numbers that nobody has."""
        numbers = [digits_of(address) for address in addresses]
        asked = sorted({number for number in numbers if number})
        registered: set[str] = set()
        for start in range(0, len(asked), AT_ONCE):
            registered |= await self._registered(asked[start : start + AT_ONCE])
        return [number in registered for number in numbers]

    def parse_events(self, request: WebhookRequest) -> DeliveryEvents:
        """Statuses and replies. With a secret key set, only what carries it is believed: Fonnte signs nothing."""
        return events_of(request, self.config.webhook_secret)

    def _address(self) -> str:
        return "https://api.fonnte.com"

    def _headers(self) -> Mapping[str, str]:
        return {"authorization": self.config.token.reveal()}

    def _handed_in(self, ready: Ready) -> Asked:
        """``countryCode`` 0: a full number stays as it is. ``connectOnly``: nothing is queued for a phone that is off."""
        return _form("/send", target=ready.number, message=ready.text, countryCode="0", connectOnly="true")

    def _understood(self, message: Message, answer: HttpAnswer) -> Outcome:
        data = named(object_of(answer.body) or {})
        said = yes_or_no(data.get("status"))
        if said is None:
            return not_taken(answer) or UnknownOutcome(message.id)
        if not said:
            return meaning_of(data.get("reason"), message.id)
        ids = data.get("id")
        taken = name_of(ids[0] if isinstance(ids, list) and ids else ids)
        return Accepted(message.id, taken) if taken else UnknownOutcome(message.id)

    async def _registered(self, numbers: Sequence[str]) -> set[str]:
        found = (await self._told("/validate", target=",".join(numbers), countryCode="0")).get("registered")
        if not isinstance(found, list):
            raise BadAnswerError(code="registered")
        return {str(number) for number in found}

    async def _told(self, path: str, **fields: str) -> dict[str, Any]:
        data = named(told(await self._ask(_form(path, **fields))))
        match yes_or_no(data.get("status")):
            case True:
                return data
            case False:
                raise trouble_of(data.get("reason"))
            case _:
                raise BadAnswerError(code="status")


def _form(path: str, **fields: str) -> Asked:
    return Asked(path, urlencode(fields).encode(), FORM)
