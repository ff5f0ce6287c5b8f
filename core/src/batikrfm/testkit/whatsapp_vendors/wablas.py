"""Wablas's stand-in: JSON, a token and a secret in one header, ``data`` in an answer in three shapes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from batikrfm.sdk import Rejection
from batikrfm.testkit.channels.vendor import Arrived
from batikrfm.testkit.llm_vendor.serving import Answer, Request
from batikrfm.testkit.whatsapp_vendors.gateway import News, WhatsAppVendor, posted

Shape = Literal["messages", "list", "message", "bare"]
DEVICE = {
    "name": "Toko Batik",
    "serial": "WYE9XX",
    "sender": "6281100000001",
    "quota": 91,
    "expired_date": "2027-04-08",
    "active": True,
    "status": "connected",
}


class WablasVendor(WhatsAppVendor):
    """Wablas. ``device`` is what it says of the linked phone, ``shape`` how its answers are built."""

    host = "jogja.wablas.com"
    reasons: ClassVar[Sequence[Rejection]] = (Rejection.ADDRESS,)

    def __init__(self, *, port: int = 0, reports_to: str = "", pause: float = 1.0, shape: Shape = "messages") -> None:
        super().__init__(port=port, reports_to=reports_to, pause=pause)
        self.device: dict[str, Any] = dict(DEVICE)
        self.shape: Shape = shape

    def key_of(self, request: Request) -> str:
        """The token before the secret."""
        return request.headers.get("authorization", "").partition(".")[0]

    def messages_of(self, request: Request) -> Sequence[Arrived] | None:
        if request.path != "/api/v2/send-message":
            return None
        return [Arrived(self.key_of(request), str(one["phone"]), str(one["message"])) for one in request.data.get("data", ())]

    def taken(self, request: Request, outcomes: Sequence[tuple[Arrived, str | Rejection]]) -> Answer:  # noqa: ARG002 - one shape of answer
        refusals = [message for message, outcome in outcomes if isinstance(outcome, Rejection)]
        if refusals:
            return refused(f"phone number {refusals[0].to} is invalid: {refusals[0].content[:100]}")
        return accepted([entry(str(outcome), message.to) for message, outcome in outcomes], self.shape)

    def looked(self, request: Request) -> Answer:
        good = request.path == "/api/device/info" and request.method == "GET"
        return Answer.json({"status": True, "data": self.device}) if good else refused("not found")

    def bad_key(self) -> Answer:
        return refused("secret key invalid")

    def news(self, id_: str, to: str) -> Sequence[News]:
        statuses = [tracking(id_, to, word) for word in ("pending", "sent", "received", "read")]
        return [
            posted(one)
            for one in (*statuses, incoming(f"in-{id_}", to, "Terima kasih"), incoming(f"me-{id_}", to, "Sama-sama", from_me=True))
        ]


def entry(id_: str, phone: str, status: str = "pending") -> dict[str, Any]:
    """What an answer says of one message."""
    return {"id": id_, "phone": phone, "message": "", "status": status, "ref_id": None}


def accepted(entries: Sequence[dict[str, Any]], shape: Shape = "messages") -> Answer:
    """Pending. ``data`` is an object with ``messages``, a list, an object with one ``message``, or the message itself."""
    data = {
        "messages": {"device_id": "WYE9XX", "quota": 90, "messages": list(entries)},
        "list": list(entries),
        "message": {"device_id": "WYE9XX", "message": entries[0]},
        "bare": entries[0],
    }
    return Answer.json({"status": True, "message": "Message is pending and waiting to be processed", "data": data[shape]})


def refused(message: str) -> Answer:
    """HTTP 200, and no."""
    return Answer.json({"status": False, "message": message})


def tracking(id_: str, phone: str, status: str) -> dict[str, Any]:
    """A status as the webhook for tracking has it."""
    return {"id": id_, "phone": phone, "status": status, "note": "", "sender": "6281100000001", "deviceId": "WYE9XX"}


def incoming(id_: str, phone: str, message: str, *, from_me: bool = False, group: bool = False) -> dict[str, Any]:
    """A message as the webhook for incoming ones has it: the shop's own and a group's come, too."""
    return {
        "id": id_,
        "pushName": "Ani",
        "isGroup": group,
        "group": {"sender": phone if group else "", "subject": "Arisan" if group else "", "owner": "", "desc": "", "participants": None},
        "message": message,
        "phone": "120363064449269123" if group else phone,
        "messageType": "text",
        "file": "",
        "url": "",
        "mimeType": "",
        "deviceId": "WYE9XX",
        "sender": "6281100000001",
        "isFromMe": from_me,
        "timestamp": "2026-11-26T03:50:00Z",
        "profileImage": "",
        "ticketId": "",
    }
