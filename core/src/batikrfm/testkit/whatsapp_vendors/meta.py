"""The stand-in of Meta's Cloud API: templates, error codes, signed webhooks of many entries."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from batikrfm.sdk import Rejection
from batikrfm.testkit.channels.vendor import Arrived
from batikrfm.testkit.llm_vendor.serving import Answer, Request
from batikrfm.testkit.whatsapp_vendors.gateway import News, WhatsAppVendor

PHONE_NUMBER_ID = "106540352242922"
APP_SECRET = "rahasia-aplikasi"  # noqa: S105 - of a vendor that does not exist
CODES = {Rejection.ADDRESS: 131026, Rejection.UNWANTED: 131050, Rejection.CONTENT: 132001}
FEWEST_SPACES = "    "


class MetaVendor(WhatsAppVendor):
    """The Cloud API. ``number`` is what it says of the phone number, ``app_secret`` signs its webhooks."""

    host = "graph.facebook.com"
    reasons: ClassVar[Sequence[Rejection]] = tuple(CODES)

    def __init__(self, *, port: int = 0, reports_to: str = "", pause: float = 1.0, app_secret: str = APP_SECRET) -> None:
        super().__init__(port=port, reports_to=reports_to, pause=pause)
        self.app_secret = app_secret
        self.callbacks: dict[str, str] = {}
        self.number: dict[str, Any] = {
            "id": PHONE_NUMBER_ID,
            "display_phone_number": "+62 811-0000-0001",
            "verified_name": "Toko Batik",
            "quality_rating": "GREEN",
            "status": "CONNECTED",
            "messaging_limit_tier": "TIER_1K",
        }

    def messages_of(self, request: Request) -> Sequence[Arrived] | None:
        if not request.path.endswith("/messages"):
            return None
        self.callbacks[request.data["to"]] = request.data.get("biz_opaque_callback_data", "")
        return [Arrived(self.key_of(request), request.data["to"], json.dumps(content_of(request.data), ensure_ascii=False))]

    def taken(self, request: Request, outcomes: Sequence[tuple[Arrived, str | Rejection]]) -> Answer:  # noqa: ARG002 - one shape of answer
        ((message, outcome),) = outcomes
        if isinstance(outcome, Rejection):
            return failed(CODES[outcome], f"({message.to}) {message.content[:100]}")
        return accepted(outcome, message.to)

    def looked(self, request: Request) -> Answer:
        if request.method != "GET" or not request.path.endswith(f"/{PHONE_NUMBER_ID}"):
            return failed(100, "Unsupported request", error_subcode=33)
        wanted = request.query.get("fields", "").split(",")
        return Answer.json({"id": self.number["id"], **{name: self.number[name] for name in wanted if name in self.number}})

    def bad_key(self) -> Answer:
        return failed(190, "Error validating access token: Session has expired", status=401)

    def throttled(self) -> Answer:
        headers = {} if self.wait is None else {"retry-after": f"{self.wait:g}"}
        return Answer.json(error(130429, "Rate limit hit"), 429, headers)

    def down(self) -> Answer:
        return failed(131016, "Service unavailable", status=503, is_transient=True)

    def news(self, id_: str, to: str) -> Sequence[News]:
        callback = self.callbacks.get(to)
        statuses = [status(id_, to, word, biz_opaque_callback_data=callback) for word in ("sent", "delivered", "read")]
        values = [*({"statuses": [one]} for one in statuses), {"messages": [message(f"wamid.in-{id_}", to, "Terima kasih")]}]
        return [signed(webhook(value), self.app_secret) for value in values]


def content_of(body: Mapping[str, Any]) -> object:
    """What a person sees of a message: its text, or what fills a template. What Meta refuses to fill in is an assertion here."""
    if body["type"] == "text":
        return body["text"]["body"]
    components = body["template"].get("components", [])
    values = [parameter["text"] for component in components for parameter in component["parameters"]]
    bad = [value for value in values if not value or {"\n", "\t"} & set(value) or FEWEST_SPACES in value]
    assert not bad, "Meta: (#100) Param text cannot have new-line/tab characters or more than 4 consecutive spaces"
    return values


def accepted(id_: str, to: str) -> Answer:
    """Accepted: not yet delivered."""
    contacts = [{"input": to, "wa_id": to}]
    return Answer.json(
        {"messaging_product": "whatsapp", "contacts": contacts, "messages": [{"id": f"wamid.{id_}", "message_status": "accepted"}]}
    )


def error(code: int, message: str = "-", **more: object) -> dict[str, Any]:
    """The shape of every error."""
    about = {"message": f"(#{code}) {message}", "type": "OAuthException", "code": code, "fbtrace_id": "Az8or2yhqkZfEZ-_4Qn_Bam"}
    return {"error": {**about, "error_data": {"messaging_product": "whatsapp", "details": message}, **more}}


def failed(code: int, message: str = "-", *, status: int = 400, **more: object) -> Answer:
    """An error; ``more`` are fields of it such as ``is_transient``."""
    return Answer.json(error(code, message, **more), status)


def webhook(*values: Mapping[str, Any], number: str = PHONE_NUMBER_ID, field: str = "messages") -> dict[str, Any]:
    """A request with an entry for each of ``values``, about the phone number with the id ``number``."""
    about = {"messaging_product": "whatsapp", "metadata": {"display_phone_number": "6281100000001", "phone_number_id": number}}
    entries = [{"id": "102290129340398", "changes": [{"field": field, "value": {**about, **value}}]} for value in values]
    return {"object": "whatsapp_business_account", "entry": entries}


def status(id_: str, to: str, word: str, **more: object) -> dict[str, Any]:
    """What happened to a message; ``more`` are fields such as ``errors``."""
    pricing = {"billable": True, "pricing_model": "PMP", "category": "marketing", "type": "regular"}
    about = {"id": id_ if id_.startswith("wamid.") else f"wamid.{id_}", "status": word, "timestamp": "1795665000", "recipient_id": to}
    return {**about, "pricing": pricing, **{key: value for key, value in more.items() if value}}


def message(id_: str, sender: str, text: str, **more: object) -> dict[str, Any]:
    """A text that somebody wrote; ``more`` are fields such as ``context``, or another ``type``."""
    return {"from": sender, "id": id_, "timestamp": "1795665000", "type": "text", "text": {"body": text}, **more}


def preference(wa_id: str, value: str) -> dict[str, Any]:
    """Somebody stopped the shop's marketing, or took it up again."""
    detail = f"User requested to {value} marketing messages"
    return {"wa_id": wa_id, "detail": detail, "category": "marketing_messages", "value": value, "timestamp": 1_795_665_000}


def signed(data: object, app_secret: str) -> News:
    """``data`` as Meta posts it: signed over exactly the bytes that are sent."""
    body = json.dumps(data).encode()
    return News(body, signature(body, app_secret))


def signature(body: bytes, app_secret: str) -> dict[str, str]:
    """The header that proves where ``body`` comes from."""
    return {"x-hub-signature-256": f"sha256={hmac.digest(app_secret.encode(), body, hashlib.sha256).hex()}"}
