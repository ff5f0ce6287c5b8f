"""Fonnte's stand-in: form-encoded, HTTP 200 whatever happens, keys of an answer in changing letters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from batikrfm.sdk import Rejection
from batikrfm.testkit.channels.vendor import Arrived, why
from batikrfm.testkit.llm_vendor.serving import Answer, Request
from batikrfm.testkit.whatsapp_vendors.gateway import News, WhatsAppVendor, posted

REASONS = {Rejection.ADDRESS: "target invalid", Rejection.CONTENT: "file format not supported"}
DEVICE = {
    "device": "6281100000001",
    "device_status": "connect",
    "expired": "1798675200",
    "messages": 12,
    "name": "Toko Batik",
    "package": "Super",
    "quota": "78",
    "status": True,
}


class FonnteVendor(WhatsAppVendor):
    """Fonnte. ``device`` is what it says of the linked phone."""

    host = "api.fonnte.com"
    reasons: ClassVar[Sequence[Rejection]] = tuple(REASONS)

    def __init__(self, *, port: int = 0, reports_to: str = "", pause: float = 1.0) -> None:
        super().__init__(port=port, reports_to=reports_to, pause=pause)
        self.device: dict[str, Any] = dict(DEVICE)

    def key_of(self, request: Request) -> str:
        """The token stands there by itself: no scheme before it."""
        return request.headers.get("authorization", "")

    def messages_of(self, request: Request) -> Sequence[Arrived] | None:
        if request.path != "/send":
            return None
        fields = form_of(request)
        return [Arrived(self.key_of(request), to, fields.get("message", "")) for to in targets_of(fields)]

    def taken(self, request: Request, outcomes: Sequence[tuple[Arrived, str | Rejection]]) -> Answer:  # noqa: ARG002 - one shape of answer
        """One no is a no to all of them."""
        if not outcomes:
            return refused("input invalid")
        for message, outcome in outcomes:
            if isinstance(outcome, Rejection):
                return refused(f"{REASONS[outcome]} ({message.to}: {message.content[:100]})")
        return accepted([str(outcome) for _, outcome in outcomes], [message.to for message, _ in outcomes])

    def looked(self, request: Request) -> Answer:
        if request.method != "POST":
            return refused("invalid method")
        if request.path == "/device":
            return Answer.json(self.device)
        return self._validated(form_of(request)) if request.path == "/validate" else refused("unknown endpoint")

    def bad_key(self) -> Answer:
        return refused("token invalid")

    def news(self, id_: str, to: str) -> Sequence[News]:
        """The first names the message, the later ones its state alone."""
        return [
            posted(status(id_, "sent", stateid=f"S{id_}", device=self.device["device"])),
            posted(status(None, "delivered", stateid=f"S{id_}", device=self.device["device"])),
            posted(status(None, "read", stateid=f"S{id_}", device=self.device["device"])),
            posted(incoming(to, "Terima kasih, besok saya ke toko", inboxid=f"in-{id_}", device=self.device["device"])),
        ]

    def _validated(self, fields: dict[str, str]) -> Answer:
        numbers = targets_of(fields)
        unknown = [number for number in numbers if why(self.refused, number)]
        return Answer.json({"status": True, "registered": [one for one in numbers if one not in unknown], "not_registered": unknown})


def form_of(request: Request) -> dict[str, str]:
    """The fields of a form; none of a JSON body, which Fonnte does not read."""
    is_form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    return dict(parse_qsl(request.body.decode(), keep_blank_values=True)) if is_form else {}


def targets_of(fields: dict[str, str]) -> list[str]:
    """The numbers in ``target`` as Fonnte reads it: many by commas, each with values behind bars, a 0 turned into the country."""
    numbers = [one.partition("|")[0].strip().removeprefix("+") for one in fields.get("target", "").split(",")]
    country = fields.get("countryCode", "62")
    return [country + one[1:] if country != "0" and one.startswith("0") else one for one in numbers if one]


def accepted(ids: Sequence[str], targets: Sequence[str]) -> Answer:
    """Queued: no more than that."""
    said = {"detail": "success! message in queue", "id": list(ids), "process": "pending", "requestid": 2937124}
    return Answer.json({**said, "status": True, "target": list(targets)})


def refused(reason: str, *, upper: bool = False) -> Answer:
    """HTTP 200, and no. ``upper``: with the keys as they are on some days."""
    said: dict[str, object] = {"status": False, "reason": reason, "requestid": 2937125}
    return Answer.json({key.title(): value for key, value in said.items()} if upper else said)


def status(id_: str | None, state: str, *, stateid: str | None = None, device: str = "6281100000001") -> dict[str, Any]:
    """A status as the webhook has it: the first of a message names both, later ones may have ``stateid`` alone."""
    about = {"device": device, "id": id_, "stateid": stateid, "status": "sent" if id_ else None, "state": state}
    return {key: value for key, value in about.items() if value is not None}


def incoming(sender: str, message: str, *, inboxid: str | None = None, device: str = "6281100000001", **more: object) -> dict[str, Any]:
    """A message that somebody wrote to the shop; ``more`` are fields such as ``member``."""
    about = {"device": device, "sender": sender, "message": message, "text": message, "name": "Ani", "location": "", "url": "", **more}
    return {**about, "timestamp": 1_795_665_000, **({"inboxid": inboxid} if inboxid else {})}
