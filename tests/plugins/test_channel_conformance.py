"""The conformance suite for channels: green for an honest one, red for every way to break the contract.

The honest one here speaks JSON over the host's own HTTP client to a vendor that takes batches; another one hands in message by message.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import inspect
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime
from itertools import product
from typing import Any, ClassVar

import pytest

from batikrfm.sdk import (
    Accepted,
    BadAnswerError,
    Capabilities,
    Channel,
    Check,
    DeliveryEvent,
    DeliveryEvents,
    EventKind,
    ForgedRequestError,
    HttpAnswer,
    HttpClient,
    InvalidCredentialsError,
    Message,
    PluginConfig,
    PluginError,
    QuotaExhaustedError,
    RateLimitedError,
    Receipt,
    Rejected,
    Rejection,
    RetryAfter,
    Secret,
    Text,
    TimedOutError,
    UnavailableError,
    UnknownOutcome,
    WebhookRequest,
)
from batikrfm.testkit.channels import Accounts, Answer, Arrived, ChannelConformance, Failure, HttpChannelVendor, Request, Webhook

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

JSON = {"content-type": "application/json"}


class PostVendor(HttpChannelVendor):
    """Takes ``POST /messages`` with a list, knows a request that is repeated, answers ``GET /messages/<our id>`` and ``/known``."""

    reasons = (Rejection.ADDRESS, Rejection.UNWANTED, Rejection.CONTENT)

    def messages_of(self, request: Request) -> Sequence[Arrived] | None:
        if (request.method, request.path) != ("POST", "/messages"):
            return None
        return [
            Arrived(
                request.key, one["to"], f"{one['subject']} {one['text']} {one['html']}", {k.lower(): v for k, v in one["headers"].items()}
            )
            for one in json.loads(request.body)
        ]

    def taken(self, request: Request, outcomes: Sequence[tuple[Arrived, str | Rejection]]) -> Answer:
        ids = [one["id"] for one in json.loads(request.body)]
        self.known = {**getattr(self, "known", {}), **{id_: name for id_, (_, name) in zip(ids, outcomes, strict=True)}}
        return Answer.json([self.said(arrived, outcome) for arrived, outcome in outcomes])

    def said(self, arrived: Arrived, outcome: str | Rejection) -> Mapping[str, str]:
        if isinstance(outcome, Rejection):
            return {"refused": outcome, "message": f"{arrived.to} will not get '{arrived.content}'"}
        return {"id": outcome}

    def looked(self, request: Request) -> Answer:
        if request.path.startswith("/messages/"):
            return Answer.json({"id": getattr(self, "known", {}).get(request.path.rpartition("/")[2])})
        if request.path == "/known":
            return Answer.json([address not in self.refused for address in json.loads(request.body)])
        return Answer.json({"plan": "basic"})


class HonestConfig(PluginConfig):
    api_key: Secret
    base_url: str
    webhook_secret: Secret
    timeout: float = 20


class Honest(Channel[HonestConfig]):
    """A channel as the contract has it."""

    key = "honest"
    name = Text(id="Jujur", en="Honest")
    config_model = HonestConfig
    capabilities: ClassVar[Capabilities] = Capabilities(
        addresses="email",
        batch_size=20,
        per_second=10,
        max_length=6_000_000,
        html=True,
        media=frozenset({"image/png"}),
        idempotent=True,
        events=frozenset({EventKind.DELIVERED, EventKind.BOUNCED, EventKind.REPLIED}),
        status_lookup=True,
        address_check=True,
    )
    stack: AsyncExitStack
    http: HttpClient | None = None

    async def open(self) -> None:
        self.stack = AsyncExitStack()
        headers = {"authorization": f"Bearer {self.config.api_key.reveal()}", **JSON}
        opened = self.context.http(base_url=self.config.base_url, headers=headers, seconds=self.config.timeout)
        self.http = await self.stack.enter_async_context(opened)

    async def close(self) -> None:
        if self.http is not None:
            self.http = None
            await self.stack.aclose()

    async def ask(self, method: str, path: str, data: object = None, headers: Mapping[str, str] | None = None) -> Any:
        assert self.http is not None
        answer = await self.http.request(method, path, body=json.dumps(data).encode(), headers=headers)
        if answer.status != 200:
            raise self.error_of(answer)
        return answer.json()

    def error_of(self, answer: HttpAnswer) -> PluginError:
        if answer.status == 402:
            return QuotaExhaustedError(code="402")
        if answer.status == 429:
            wait = answer.headers.get("retry-after")
            return RateLimitedError(wait=float(wait) if wait else None)
        return InvalidCredentialsError() if answer.status == 401 else UnavailableError()

    async def check(self) -> Check:
        return Check({"plan": str((await self.ask("GET", "/account"))["plan"])})

    def body_of(self, message: Message) -> Mapping[str, Any]:
        return {"id": message.id, "to": message.to, "subject": message.subject, "text": message.text, "html": message.html} | {
            "headers": dict(message.headers),
            "media": [one.name for one in message.media],
        }

    def refusal(self, message: Message) -> Rejected | None:
        if not good(message.to):
            return Rejected(message.id, Rejection.ADDRESS)
        text_fits = len(message.text) <= (self.capabilities.max_length or 0)
        clean = not [one for pair in message.headers.items() for one in pair if "\r" in one or "\n" in one]
        if text_fits and clean and {one.content_type for one in message.media} <= self.capabilities.media:
            return None
        return Rejected(message.id, Rejection.CONTENT)

    async def send(self, batch: Sequence[Message]) -> Sequence[Receipt]:
        refused = {message.id: refusal for message in batch if (refusal := self.refusal(message))}
        good = [message for message in batch if message.id not in refused]
        return [*refused.values(), *(await self.hand_in(good) if good else ())]

    async def hand_in(self, batch: Sequence[Message]) -> Sequence[Receipt]:
        name = hashlib.sha256(" ".join(message.id for message in batch).encode()).hexdigest()
        told = await self.ask("POST", "/messages", [self.body_of(one) for one in batch], {"idempotency-key": name})
        return [self.receipt(message, one) for message, one in zip(batch, told, strict=True)]

    def receipt(self, message: Message, told: Mapping[str, str]) -> Receipt:
        return Rejected(message.id, Rejection(told["refused"])) if "refused" in told else Accepted(message.id, told["id"])

    async def look_up(self, messages: Sequence[Message]) -> Sequence[Receipt]:
        names = [(await self.ask("GET", f"/messages/{one.id}"))["id"] for one in messages]
        return [Accepted(one.id, name) if name else RetryAfter(one.id, 0) for one, name in zip(messages, names, strict=True)]

    async def reachable(self, addresses: Sequence[str]) -> Sequence[bool]:
        return [bool(one) for one in await self.ask("GET", "/known", list(addresses))] if addresses else ()

    def parse_events(self, request: WebhookRequest) -> DeliveryEvents:
        if not hmac.compare_digest(request.headers.get("x-signature", ""), signature(request.body, self.config.webhook_secret.reveal())):
            raise ForgedRequestError
        try:
            told = json.loads(request.body)
            return DeliveryEvents(tuple(self.event(one) for one in told["events"] if one["kind"] in self.capabilities.events))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return DeliveryEvents()

    def event(self, told: Mapping[str, Any]) -> DeliveryEvent:
        text, address = told.get("text"), told.get("from")
        texts = [told["id"], told["message"], *([text, address] if told["kind"] == EventKind.REPLIED else ())]
        if not all(isinstance(one, str) and one for one in texts):
            raise ValueError
        at = datetime.fromisoformat(told["at"])
        if at.tzinfo is None:
            raise ValueError
        return DeliveryEvent(told["id"], EventKind(told["kind"]), at, told["message"], address, text=text)


class OneByOne(Honest):
    """The same for a gateway that takes one message with a request: what went before trouble is told in receipts."""

    async def hand_in(self, batch: Sequence[Message]) -> Sequence[Receipt]:
        receipts: list[Receipt] = []
        for message in batch:
            try:
                receipts += await Honest.hand_in(self, [message])
            except PluginError as error:
                if not receipts:
                    raise
                left = [RetryAfter(one.id, 60) for one in batch[len(receipts) + 1 :]]
                known = isinstance(error, InvalidCredentialsError | RateLimitedError)
                return [*receipts, RetryAfter(message.id, 60) if known else UnknownOutcome(message.id), *left]
        return receipts


def good(address: str) -> bool:
    name, at, domain = address.partition("@")
    return bool(name and at and "." in domain) and not {*address} & {*" ,;\r\n<>"} and "@" not in domain


def signature(body: bytes, secret: str) -> str:
    return hmac.digest(secret.encode(), body, "sha256").hex()


def hook(kind: str, **more: str) -> bytes:
    event = {"id": f"e-{kind}", "kind": kind, "message": "vendor-1", "at": "2026-11-26T04:00:00+00:00", **more}
    return json.dumps({"events": [event]}).encode()


class HonestSuite:
    """What the suite is told."""

    failures: ClassVar[Mapping[str, Failure]] = {
        "the plan is used up": Failure(lambda vendor: vendor.script.append(Answer.json({}, 402)), QuotaExhaustedError),
        "half an answer": Failure(lambda vendor: vendor.script.append(Answer(200, b"[]", sent=1)), (BadAnswerError, UnavailableError)),
        "an hour of rest": Failure(
            lambda vendor: vendor.script.append(Answer(429, headers={"retry-after": "3600"})), RateLimitedError, wait=3600
        ),
    }
    webhooks: ClassVar[Mapping[str, Webhook]] = {
        "it was delivered": Webhook(hook("delivered"), [(EventKind.DELIVERED, "vendor-1")]),
        "it came back": Webhook(hook("bounced"), [(EventKind.BOUNCED, "vendor-1")]),
        "somebody answered": Webhook(
            hook("replied", **{"from": "ani@toko.example", "text": "Terima kasih Bu"}), [(EventKind.REPLIED, "vendor-1")]
        ),
    }
    unknown_webhooks: ClassVar[Mapping[str, bytes]] = {"a new word": hook("teleported")}

    def settings(self, vendor: PostVendor, key: str, seconds: float) -> Mapping[str, Any]:
        return {"api_key": key, "base_url": vendor.url, "timeout": seconds, "webhook_secret": f"hook-{key}"}

    def address(self, number: int) -> str:
        return f"pelanggan{number}@toko.example"

    def signed(self, body: bytes, key: str, at: datetime) -> WebhookRequest:
        return WebhookRequest("POST", {}, {"x-signature": signature(body, f"hook-{key}")}, body, at)

    def forgeries(self, body: bytes) -> Mapping[str, WebhookRequest]:
        more = ChannelConformance.forgeries(self, body)  # type: ignore[arg-type] # it is mixed into one
        return {**more, "changed on its way": replace(more["of another account"], body=body + b" ")}


class TestHonest(HonestSuite, ChannelConformance):  # type: ignore[misc] # its vendor is of one kind
    @pytest.fixture
    def channel_class(self) -> type[Channel[Any]]:
        return Honest

    @pytest.fixture
    async def vendor(self) -> AsyncIterator[PostVendor]:
        async with PostVendor() as vendor:
            yield vendor


class TestOneByOne(TestHonest):
    @pytest.fixture
    def channel_class(self) -> type[Channel[Any]]:
        return OneByOne
