"""Meta's Cloud API: WhatsApp's own way. Templates that Meta approved, free text to those who wrote within the last 24 hours."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, ClassVar, Final

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
    Template,
    Text,
    UnknownOutcome,
    WebhookRequest,
)
from batikrfm_channel_whatsapp import facts, meta_errors
from batikrfm_channel_whatsapp.answers import dicts_in, name_of, not_taken, object_of, told
from batikrfm_channel_whatsapp.base import Asked, Outcome, Ready, WhatsAppChannel
from batikrfm_channel_whatsapp.configs import MetaConfig
from batikrfm_channel_whatsapp.meta_events import answered
from batikrfm_channel_whatsapp.texts import is_blank, one_line

TEMPLATE_NAME: Final = re.compile(r"[a-z0-9_]{1,512}")
LANGUAGE: Final = re.compile(r"[a-z]{2,3}(_[A-Za-z]{2,4})?")
LONGEST: Final = 4_096
ASLEEP: Final = frozenset({"BANNED", "DELETED", "DISCONNECTED", "MIGRATED", "PENDING", "UNVERIFIED"})
"""What a number's status says of one that cannot send."""
PORTFOLIO_LIMIT_FROM: Final = 24
"""The version since which the limit of the whole portfolio is asked for by another name."""


class MetaChannel(WhatsAppChannel[MetaConfig]):
    """WhatsApp by Meta's Cloud API.

    Our id of a message travels along (``biz_opaque_callback_data``) and comes back with its statuses: what became of a message whose answer
    never came is known as soon as one does.
    """

    key = "whatsapp_meta"
    name = Text(id="WhatsApp resmi (Meta Cloud API)", en="WhatsApp itself (Meta Cloud API)")
    config_model = MetaConfig
    capabilities: ClassVar[Capabilities] = Capabilities(
        addresses="phone",
        batch_size=20,
        per_second=80,
        max_length=LONGEST,
        needs_template=True,
        events=frozenset({EventKind.DELIVERED, EventKind.READ, EventKind.FAILED, EventKind.REPLIED, EventKind.UNSUBSCRIBED}),
    )

    async def check(self) -> Check:
        """Asks for the phone number: whether it may send, how people rate it, and how many it may write to."""
        limit = self._limit_field()
        fields = f"display_phone_number,verified_name,quality_rating,status,{limit}"
        answer = await self._ask(Asked(f"/{self.config.version}/{self.config.phone_number_id}?fields={fields}"), "GET")
        number = told(answer)
        if isinstance(number.get("error"), dict):
            raise meta_errors.trouble_of(number["error"], answer)
        if name_of(number.get("id")) != self.config.phone_number_id:
            raise not_taken(answer) or BadAnswerError(code="id")
        if (status := str(number.get("status"))) in ASLEEP:
            raise AccountNotReadyError(code=status.lower())
        shown = {
            facts.NUMBER: number.get("display_phone_number"),
            facts.NAME: number.get("verified_name"),
            facts.QUALITY: number.get("quality_rating"),
            facts.LIMIT: number.get(limit),
            facts.CONNECTION: number.get("status"),
        }
        return Check(facts.in_words(shown, self.context.language))

    def parse_events(self, request: WebhookRequest) -> DeliveryEvents:
        """Meta's handshake; statuses, replies and people who stopped, each signed with the app's secret."""
        return answered(request, self.config)

    def _limit_field(self) -> str:
        newer = int(self.config.version[1:3]) >= PORTFOLIO_LIMIT_FROM
        return "whatsapp_business_manager_messaging_limit" if newer else "messaging_limit_tier"

    def _address(self) -> str:
        return "https://graph.facebook.com"

    def _headers(self) -> Mapping[str, str]:
        return {"authorization": f"Bearer {self.config.access_token.reveal()}"}

    def _wrong_words(self, message: Message, text: str) -> str | None:
        if message.template is None:
            return super()._wrong_words(message, text)
        if max(len(text), sum(map(len, message.template.values))) > LONGEST:
            return "too_long"
        return "no_media" if message.media else _wrong_template(message.template)

    def _handed_in(self, ready: Ready) -> Asked:
        template = ready.message.template
        body = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": ready.number,
            "biz_opaque_callback_data": ready.message.id,
            **({"type": "text", "text": {"body": ready.text}} if template is None else _templated(template)),
        }
        return Asked(f"/{self.config.version}/{self.config.phone_number_id}/messages", json.dumps(body).encode())

    def _understood(self, message: Message, answer: HttpAnswer) -> Outcome:
        data = object_of(answer.body) or {}
        if isinstance(data.get("error"), dict):
            return meta_errors.outcome_of(data["error"], answer, message.id)
        taken = next((name_of(one.get("id")) for one in dicts_in(data.get("messages"))), None)
        if taken:
            return Accepted(message.id, taken)
        return not_taken(answer) or UnknownOutcome(message.id)


def _wrong_template(template: Template) -> str | None:
    if not TEMPLATE_NAME.fullmatch(template.name):
        return "template_name"
    if not LANGUAGE.fullmatch(template.language):
        return "template_language"
    return "empty_value" if any(is_blank(value) for value in template.values) else None


def _templated(template: Template) -> dict[str, Any]:
    values = [{"type": "text", "text": one_line(value)} for value in template.values]
    about: dict[str, Any] = {"name": template.name, "language": {"code": template.language}}
    if values:
        about["components"] = [{"type": "body", "parameters": values}]
    return {"type": "template", "template": about}
