"""The server: what was sent, the keys of requests that were carried out, domains, rates, and news by webhook."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar, Final

from batikrfm.plugins.http import open_http
from batikrfm.sdk import PluginError, Rejection, WebhookRequest
from batikrfm.testkit.channels.vendor import Arrived, HttpChannelVendor, Trouble
from batikrfm.testkit.llm_vendor.serving import Answer, Request
from batikrfm.testkit.resend_vendor import troubles
from batikrfm.testkit.resend_vendor.webhooks import SECRET, payload, signed

BATCH, SINGLE = "/emails/batch", "/emails"
MOST_IN_BATCH: Final = 100
REMEMBERS: Final = 24 * 3600
"""Seconds that an idempotency key is known."""
ADDRESS: Final = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")
WORDS: Final[Mapping[Rejection, str]] = {
    Rejection.ADDRESS: "Invalid `to` field. The email address {to} needs to follow the `email@example.com` format.",
    Rejection.CONTENT: "Invalid `subject` field of {to}: {subject}",
}
NEWS: Final = ("email.sent", "email.delivered", "email.opened")


@dataclass
class Sent:
    """A mail that Resend took."""

    id: str
    about: dict[str, Any] = field(repr=False)
    at: datetime
    key: str

    @property
    def listed(self) -> dict[str, Any]:
        """As the list of mails has it: without words."""
        return {
            "id": self.id,
            "to": self.about["to"],
            "from": self.about["from"],
            "subject": self.about["subject"],
            "created_at": self.at.isoformat(),
            "last_event": "delivered",
        }

    @property
    def shown(self) -> dict[str, Any]:
        """As the page of one mail has it."""
        return {"object": "email", **self.listed, "html": self.about.get("html"), "text": self.about.get("text")}


class ResendVendor(HttpChannelVendor):
    """Resend. ``domains`` are those of every account with their state; keys in ``restricted`` may only send.

    ``most`` requests a second are answered, by ``clock``, which :meth:`pass_time` lets go by without waiting. With ``reports_to`` it posts
    what becomes of each mail that it took, ``pause`` seconds apart, everything twice.
    """

    reasons: ClassVar[Sequence[Rejection]] = tuple(WORDS)

    def __init__(  # noqa: PLR0913 - what a vendor can be told
        self,
        *,
        port: int = 0,
        most: float | None = None,
        clock: Callable[[], float] = time.time,
        reports_to: str = "",
        secret: str = SECRET,
        pause: float = 1.0,
    ) -> None:
        super().__init__()
        self._server.port = port
        self.most, self.clock = most, clock
        self.reports_to, self.secret, self.pause = reports_to, secret, pause
        self.domains: dict[str, str] = {"toko.example": "verified"}
        self.restricted: set[str] = set()
        self.sent: list[Sent] = []
        self._bodies: dict[tuple[str, str], tuple[bytes, float]] = {}
        self._lately: deque[float] = deque()
        self._reporting: set[asyncio.Task[None]] = set()
        self._passed = 0.0

    def now(self) -> datetime:
        """The vendor's time."""
        return datetime.fromtimestamp(self.clock() + self._passed, UTC)

    def pass_time(self, seconds: float) -> None:
        """Let time go by, without waiting."""
        self._passed += seconds

    def webhook(self, kind: str, vendor_id: str, more: Mapping[str, Any] | None = None, *, name: str = "") -> WebhookRequest:
        """What it posts about a mail, signed, as it reaches the shop at once."""
        at = self.now()
        tags = next(({tag["name"]: tag["value"] for tag in one.about.get("tags", ())} for one in self.sent if one.id == vendor_id), {})
        body = payload(kind, vendor_id, at, more, tags=tags)
        return WebhookRequest("POST", {}, signed(body, at, name, self.secret), body, at)

    def messages_of(self, request: Request) -> Sequence[Arrived] | None:
        if request.method != "POST" or request.path not in (BATCH, SINGLE):
            return None
        return [_arrived(request.key, about) for about in _mails(request)]

    def taken(self, request: Request, outcomes: Sequence[tuple[Arrived, str | Rejection]]) -> Answer:
        """In a batch the good ones have an id, in order; the others an error by their place."""
        told: list[dict[str, str]] = []
        errors: list[tuple[int, str]] = []
        for number, (about, (arrived, outcome)) in enumerate(zip(_mails(request), outcomes, strict=True)):
            if isinstance(outcome, Rejection):
                errors.append((number, WORDS[outcome].format(to=arrived.to, subject=about["subject"])))
            else:
                self._keep(Sent(outcome, about, self.now(), request.key))
                told.append({"id": outcome})
        if request.path == BATCH:
            listed = [{"index": number, "message": words} for number, words in errors]
            return Answer.json({"data": told, **({"errors": listed} if listed else {})})
        return Answer.json(told[0]) if told else troubles.error(422, "validation_error", errors[0][1])

    def looked(self, request: Request) -> Answer:
        if not request.key:
            return troubles.missing_key()
        if request.key in self.restricted:
            return troubles.restricted_key()
        if request.path == "/domains":
            data = [{"id": f"d-{name}", "name": name, "status": status} for name, status in self.domains.items()]
            return Answer.json({"object": "list", "has_more": False, "data": data})
        if request.path == SINGLE:
            return self._listed(request)
        found = next((one for one in self._own(request) if request.path == f"{SINGLE}/{one.id}"), None)
        return Answer.json(found.shown) if found else troubles.error(404, "not_found", "Email not found")

    def bad_key(self) -> Answer:
        return troubles.invalid_key()

    def throttled(self) -> Answer:
        return troubles.rate_limited(self.wait)

    async def __aexit__(self, *_: object) -> None:
        for task in self._reporting:
            task.cancel()
        await asyncio.gather(*self._reporting, return_exceptions=True)
        await super().__aexit__()

    async def _respond(self, request: Request) -> Answer:
        return troubles.rate_limited() if self._is_too_much() else await super()._respond(request)

    def _take(self, request: Request, key: str, messages: Sequence[Arrived]) -> tuple[Answer, Trouble]:
        wrong = self._wrong(request)
        return (wrong, Trouble.NONE) if wrong else super()._take(request, key, messages)

    def _wrong(self, request: Request) -> Answer | None:
        """What keeps a whole request from being carried out."""
        mails = _mails(request)
        if len(mails) > MOST_IN_BATCH:
            return troubles.too_many()
        for domain in {str(about.get("from", "")).rpartition("@")[2].rstrip(">") for about in mails}:
            if self.domains.get(domain) != "verified":
                return troubles.unverified_domain(domain)
        name = self.repeated(request)
        return self._known_otherwise((request.key, name), request.body) if name else None

    def _known_otherwise(self, name: tuple[str, str], body: bytes) -> Answer | None:
        """An answer if ``name`` is known with other bytes than ``body``. One that is too old is forgotten."""
        before, now = self._bodies.get(name), self.clock() + self._passed
        if before and now - before[1] > REMEMBERS:
            self._remembered.pop(name, None)
            before = None
        if before and before[0] != body:
            return troubles.other_bytes()
        self._bodies.setdefault(name, (body, now))
        if before is None:
            self._bodies[name] = (body, now)
        return None

    def _outcome(self, message: Arrived) -> str | Rejection:
        return super()._outcome(message) if ADDRESS.fullmatch(message.to) else Rejection.ADDRESS

    def _listed(self, request: Request) -> Answer:
        mails = [*reversed(self._own(request))]
        after = request.query.get("after")
        start = next((number + 1 for number, one in enumerate(mails) if one.id == after), 0)
        page = mails[start : start + int(request.query.get("limit", "20"))]
        return Answer.json({"object": "list", "has_more": start + len(page) < len(mails), "data": [one.listed for one in page]})

    def _own(self, request: Request) -> list[Sent]:
        return [one for one in self.sent if one.key == request.key]

    def _is_too_much(self) -> bool:
        now = self.clock() + self._passed
        while self._lately and now - self._lately[0] >= 1:
            self._lately.popleft()
        if self.most is not None and len(self._lately) >= self.most:
            return True
        self._lately.append(now)
        return False

    def _keep(self, sent: Sent) -> None:
        self.sent.append(sent)
        if self.reports_to:
            task = asyncio.create_task(self._report(sent.id))
            self._reporting.add(task)
            task.add_done_callback(self._reporting.discard)

    async def _report(self, vendor_id: str) -> None:
        async with open_http(seconds=10) as http:
            for kind in NEWS:
                await asyncio.sleep(self.pause)
                news = self.webhook(kind, vendor_id)
                for _ in range(2):
                    try:
                        await http.request("POST", self.reports_to, headers=news.headers, body=news.body)
                    except PluginError:  # whether anybody listens is nothing to the vendor
                        continue


def _mails(request: Request) -> list[dict[str, Any]]:
    """The mails in a request, one or several."""
    told = json.loads(request.body)
    return [dict(one) for one in told] if isinstance(told, list) else [dict(told)]


def _arrived(key: str, about: Mapping[str, Any]) -> Arrived:
    content = f"{about.get('subject')} {about.get('text')} {about.get('html')}"
    headers = {name.lower(): value for name, value in about.get("headers", {}).items()}
    return Arrived(key, about["to"][0], content, {**headers, "from": about["from"]})
