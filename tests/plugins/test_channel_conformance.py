"""The conformance suite for channels: green for an honest one, red for every way to break the contract.

The honest one here speaks JSON over the host's own HTTP client to a vendor that takes batches; another one hands in message by message.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import inspect
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime
from itertools import product
from typing import Any, ClassVar
from uuid import uuid4

import pytest

from batikrfm.sdk import (
    Accepted,
    BadAnswerError,
    Capabilities,
    Channel,
    Check,
    DeliveryEvent,
    DeliveryEvents,
    DomainFinding,
    DomainStanding,
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
    TooLongError,
    UnavailableError,
    UnknownOutcome,
    WebhookRequest,
)
from batikrfm.testkit.channels import (
    ONE,
    OTHER,
    Accounts,
    Answer,
    Arrived,
    ChannelConformance,
    Failure,
    HttpChannelVendor,
    Request,
    Webhook,
)

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

STUMBLES: tuple[type[Exception], ...] = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
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
        domain_check=True,
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

    async def ask(self, method: str, path: str, data: object = None, headers: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401 - JSON
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

    async def domain_findings(self) -> Sequence[DomainFinding]:
        return [DomainFinding("spf", DomainStanding.GOOD, Text(id="Sudah benar.", en="This is right."))]

    def parse_events(self, request: WebhookRequest) -> DeliveryEvents:
        if not hmac.compare_digest(request.headers.get("x-signature", ""), signature(request.body, self.config.webhook_secret.reveal())):
            raise ForgedRequestError
        try:
            told = json.loads(request.body)
            return DeliveryEvents(tuple(self.event(one) for one in told["events"] if one["kind"] in self.capabilities.events))
        except STUMBLES:
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


class Suite(HonestSuite, ChannelConformance):  # type: ignore[misc] # its vendor is of one kind
    """The suite without pytest: what the failures below are found with."""

    __test__ = False


TESTS = {name: test for name, test in inspect.getmembers(ChannelConformance) if name.startswith("test_")}


async def is_red(name: str, channel_class: type[Channel[Any]]) -> bool:
    """Whether one test of the suite fails for ``channel_class`` with any of its parameters, in the way that pytest would call it."""
    for parameters in parameters_of(TESTS[name]):
        try:
            async with given(channel_class) as fixtures:
                wanted = inspect.signature(TESTS[name]).parameters.keys() - {"self", *parameters}
                outcome = TESTS[name](Suite(), **{fixture: fixtures[fixture] for fixture in wanted}, **parameters)
                if inspect.isawaitable(outcome):
                    async with asyncio.timeout(5):
                        await outcome
        except (Exception, pytest.fail.Exception):  # noqa: BLE001 - red is red, whatever the reason
            return True
        except pytest.skip.Exception:
            continue
    return False


@asynccontextmanager
async def given(channel_class: type[Channel[Any]]) -> AsyncIterator[dict[str, Any]]:
    async with PostVendor() as vendor:
        accounts = Accounts(Suite(), channel_class, vendor)
        async with accounts.make() as channel:
            vendor.asked.clear()
            yield {"vendor": vendor, "accounts": accounts, "channel": channel, "channel_class": channel_class}


def parameters_of(test: Callable[..., Any]) -> list[dict[str, Any]]:
    """What pytest would call ``test`` with, by its marks and by the tables of the suite."""
    columns = [[{mark.args[0]: value} for value in mark.args[1]] for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
    tables = ChannelConformance.tables & inspect.signature(test).parameters.keys()
    columns += [[{table: row} for row in getattr(Suite, f"{table}s")] for table in sorted(tables)]
    return [{name: value for part in parts for name, value in part.items()} for parts in product(*columns)]


Spoil = Callable[[Sequence[Message], Sequence[Receipt]], Sequence[Receipt]]
shared: list[HttpClient] = []
OPENED: list[Honest] = []
KEPT: list[Honest] = []


class ShowsItsKey(HonestConfig):
    api_key: str  # type: ignore[assignment] # what not to do


def able(**changed: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of Capabilities
    return {"capabilities": replace(Honest.capabilities, **changed)}


def answering(spoil: Spoil) -> dict[str, Any]:
    """Sends rightly and tells it wrongly."""

    async def send(self: Honest, batch: Sequence[Message]) -> Sequence[Receipt]:
        return spoil(batch, await Honest.send(self, batch))

    return {"send": send}


def handing(change: Callable[[Message], Message]) -> dict[str, Any]:
    """Hands in something else."""

    async def send(self: Honest, batch: Sequence[Message]) -> Sequence[Receipt]:
        return await Honest.send(self, [change(message) for message in batch])

    return {"send": send}


def turning(one: type[PluginError], other: Callable[[Message], PluginError | Receipt]) -> dict[str, Any]:
    """Makes something else of an error."""

    async def send(self: Honest, batch: Sequence[Message]) -> Sequence[Receipt]:
        try:
            return await Honest.send(self, batch)
        except one:
            came = [other(message) for message in batch]
            for error in came:
                if isinstance(error, PluginError):
                    raise error from None
            return [receipt for receipt in came if not isinstance(receipt, PluginError)]

    return {"send": send}


def refusing(why: Callable[[Message], Rejected | None]) -> dict[str, Any]:
    return {"refusal": lambda _self, message: why(message)}


def telling(spoil: Callable[[DeliveryEvents, WebhookRequest], DeliveryEvents]) -> dict[str, Any]:
    """Reads a webhook rightly and tells it wrongly."""
    return {"parse_events": lambda self, request: spoil(Honest.parse_events(self, request), request)}


def each_event(change: Callable[[DeliveryEvent, WebhookRequest], DeliveryEvent]) -> dict[str, Any]:
    return telling(lambda told, request: replace(told, events=tuple(change(event, request) for event in told.events)))


async def _asks_when_opened(self: Honest) -> None:
    await Honest.open(self)
    await self.check()


async def _closes_once(self: Honest) -> None:
    await self.stack.aclose()


async def _checks_by_sending(self: Honest) -> Check:
    await self.send([Message("1", "saya@toko.example", "coba", html="")])
    return await Honest.check(self)


async def _checks_nothing(_self: Honest) -> Check:
    return Check()


async def _shares(self: Honest) -> None:
    await Honest.open(self)
    assert self.http is not None
    shared.append(self.http)
    self.http = shared[0]


async def _remembers(self: Honest) -> None:
    await Honest.open(self)
    OPENED.append(self)


async def _closes_all(_self: Honest) -> None:
    for one in OPENED:
        await one.stack.aclose()


async def _leaves_open(self: Honest) -> None:
    KEPT.append(self)


async def _swallows(self: Honest, batch: Sequence[Message]) -> Sequence[Receipt]:
    try:
        return await Honest.send(self, batch)
    except asyncio.CancelledError:
        return [UnknownOutcome(message.id) for message in batch]


async def _asks_about_nothing(self: Honest, batch: Sequence[Message]) -> Sequence[Receipt]:
    return await Honest.send(self, batch) if batch else await self.hand_in([])


async def _refuses_all(self: Honest, batch: Sequence[Message]) -> Sequence[Receipt]:
    receipts = await Honest.send(self, batch)
    refused = next((receipt for receipt in receipts if isinstance(receipt, Rejected)), None)
    return receipts if refused is None else [replace(refused, id=message.id) for message in batch]


async def _takes_a_strangers_key(self: Honest) -> None:
    self.config = self.config.model_copy(update={"api_key": Secret(OTHER)})
    await Honest.open(self)


def _reads_lines(self: Honest, message: Message) -> Mapping[str, Any]:
    lines = "\r\n".join(f"{name}: {value}" for name, value in message.headers.items()).split("\r\n")
    parts = [line.partition(": ") for line in lines if ": " in line]
    return {**Honest.body_of(self, message), "headers": {name: value for name, _, value in parts}}


async def _names_each_request_anew(self: Honest, batch: Sequence[Message]) -> Sequence[Receipt]:
    told = await self.ask("POST", "/messages", [self.body_of(one) for one in batch])
    return [self.receipt(message, one) for message, one in zip(batch, told, strict=True)]


async def _stumbles_on_letters(self: Honest, batch: Sequence[Message]) -> Sequence[Receipt]:
    for message in batch:
        message.to.encode("ascii")
    return await Honest.send(self, batch)


async def _stumbles_on_size(self: Honest, batch: Sequence[Message]) -> Sequence[Receipt]:
    if any(len(message.text) > 1_000_000 for message in batch):
        raise TooLongError
    return await Honest.send(self, batch)


async def _logs(self: Honest, batch: Sequence[Message]) -> Sequence[Receipt]:
    self.context.log.debug("sending to %s", [message.to for message in batch])
    return await Honest.send(self, batch)


async def _quotes(self: Honest, batch: Sequence[Message]) -> Sequence[Receipt]:
    try:
        return await Honest.send(self, batch)
    except PluginError as error:
        raise type(error) from ValueError(batch[0].to)


async def _retries(self: Honest, batch: Sequence[Message]) -> Sequence[Receipt]:
    try:
        return await Honest.send(self, batch)
    except UnavailableError:
        return await Honest.send(self, batch)


async def _forgets_the_first(self: Honest, batch: Sequence[Message]) -> Sequence[Receipt]:
    return [receipt for message in batch for receipt in await Honest.hand_in(self, [message])]


async def _breaks_after_trouble(self: Honest, batch: Sequence[Message]) -> Sequence[Receipt]:
    if self.__dict__.get("broken"):
        raise BadAnswerError
    try:
        return await Honest.send(self, batch)
    except PluginError:
        self.__dict__["broken"] = True
        raise


def _waits_for_money(self: Honest, answer: HttpAnswer) -> PluginError:
    return RateLimitedError() if answer.status == 402 else Honest.error_of(self, answer)


async def _finds_nothing(_self: Honest, messages: Sequence[Message]) -> Sequence[Receipt]:
    return [RetryAfter(message.id, 0) for message in messages]


async def _finds_everything(_self: Honest, messages: Sequence[Message]) -> Sequence[Receipt]:
    return [Accepted(message.id, "somewhere") for message in messages]


async def _reaches_backwards(self: Honest, addresses: Sequence[str]) -> Sequence[bool]:
    return [not one for one in await Honest.reachable(self, addresses)]


async def _finds_in_one_language(_self: Honest) -> Sequence[DomainFinding]:
    return [DomainFinding("spf", DomainStanding.GOOD, Text(id="Sudah benar.", en=""))]


def _believes_anybody(self: Honest, request: WebhookRequest) -> DeliveryEvents:
    secret = self.config.webhook_secret.reveal()
    return Honest.parse_events(self, replace(request, headers={"x-signature": signature(request.body, secret)}))


def _forgets_its_secret(self: Honest, request: WebhookRequest) -> DeliveryEvents:
    known = {signature(request.body, f"hook-{key}") for key in (ONE, OTHER)}
    return _believes_anybody(self, request) if request.headers.get("x-signature") in known else Honest.parse_events(self, request)


def _reads_blindly(self: Honest, request: WebhookRequest) -> DeliveryEvents:
    if request.headers.get("x-signature") != signature(request.body, self.config.webhook_secret.reveal()):
        raise ForgedRequestError
    try:
        return DeliveryEvents(tuple(self.event(one) for one in json.loads(request.body)["events"]))
    except (ValueError, KeyError):
        return DeliveryEvents()


def _reads_only_json(self: Honest, request: WebhookRequest) -> DeliveryEvents:
    try:
        json.loads(request.body)
    except RecursionError:
        raise
    except ValueError:
        return DeliveryEvents()
    return Honest.parse_events(self, request)


def _reads_once(self: Honest, request: WebhookRequest) -> DeliveryEvents:
    told = Honest.parse_events(self, request)
    latest: list[str] = self.__dict__.setdefault("latest", [])
    latest += [event.kind for event in told.events]
    return DeliveryEvents() if latest and latest[0] != EventKind.DELIVERED else told


def _insists_on_words_it_knows(self: Honest, request: WebhookRequest) -> DeliveryEvents:
    told = Honest.parse_events(self, request)
    return told if told.events else DeliveryEvents(status=422)


def _logs_webhooks(self: Honest, request: WebhookRequest) -> DeliveryEvents:
    self.context.log.info("webhook %s", request.body)
    return Honest.parse_events(self, request)


SENT = "test_each_message_gets_its_receipt"
TYPED = "test_trouble_is_named_by_its_type"
SABOTAGES: dict[str, tuple[dict[str, Any], str]] = {
    "has a key that is none": ({"key": "Not a key"}, "test_the_host_lets_it_in"),
    "declares what it has not": ({"look_up": Channel.look_up}, "test_the_host_lets_it_in"),
    "takes no message at once": (able(batch_size=0), "test_its_limits_can_be_kept"),
    "keeps its key as a text": ({"config_model": ShowsItsKey}, "test_a_key_is_never_shown"),
    "asks when it is opened": ({"open": _asks_when_opened}, "test_opening_calls_nobody"),
    "closes what was never open": ({"close": _closes_once}, "test_closing_is_never_an_error"),
    "sends to check": ({"check": _checks_by_sending}, "test_a_check_does_nothing_but_look"),
    "does not look at all": ({"check": _checks_nothing}, "test_a_check_finds_a_key_that_is_refused"),
    "shares a client": ({"open": _shares, "close": _leaves_open}, "test_two_accounts_never_share_a_key"),
    "closes everybody's": ({"open": _remembers, "close": _closes_all}, "test_closing_one_account_leaves_the_other_open"),
    "leaves its line open": ({"close": _leaves_open}, "test_nothing_stays_open"),
    "swallows a cancellation": ({"send": _swallows}, "test_a_call_that_is_cancelled_leaves_nothing_open"),
    "loses a receipt": (answering(lambda _batch, receipts: receipts[:-1]), SENT),
    "gives two for one": (answering(lambda _batch, receipts: [*receipts, receipts[0]]), SENT),
    "makes up ids": (answering(lambda batch, _: [Accepted(f"x{one.id}", "v") for one in batch]), SENT),
    "sends everybody the same": (
        handing(lambda one: replace(one, text="Halo", html="Halo")),
        "test_each_message_reaches_its_own_address_once",
    ),
    "sends to one": (handing(lambda one: replace(one, to="a@toko.example")), "test_each_message_reaches_its_own_address_once"),
    "names every message alike": (
        answering(lambda batch, _: [Accepted(one.id, "batch-7") for one in batch]),
        "test_the_vendors_ids_tell_messages_apart",
    ),
    "asks about nothing": ({"send": _asks_about_nothing}, "test_nothing_to_send_asks_nobody"),
    "refuses all for one": ({"send": _refuses_all}, "test_a_refused_message_costs_only_itself"),
    "has one reason for all": (
        answering(lambda _, told: [replace(one, reason=Rejection.OTHER) if isinstance(one, Rejected) else one for one in told]),
        "test_a_refused_message_costs_only_itself",
    ),
    "comes with a stranger's key": ({"open": _takes_a_strangers_key}, "test_every_request_comes_with_its_key"),
    "drops the HTML": (handing(lambda one: replace(one, html="")), "test_html_and_text_arrive_both"),
    "drops the headers": (handing(lambda one: replace(one, headers={})), "test_headers_arrive"),
    "takes any file": (
        handing(lambda one: replace(one, media=())),
        "test_media_of_declared_types_arrive_and_others_are_refused",
    ),
    "names each request anew": ({"hand_in": _names_each_request_anew}, "test_a_message_handed_in_again_is_taken_once"),
    "fails for one that is too large": ({"send": _stumbles_on_size}, "test_a_hostile_text_ends_in_a_receipt_and_harms_nobody"),
    "lets lines into headers": (
        {"body_of": _reads_lines, **refusing(lambda one: None if good(one.to) else Rejected(one.id, Rejection.ADDRESS))},
        "test_a_header_with_a_line_break_brings_no_other_header",
    ),
    "takes any address": (refusing(lambda _: None), "test_an_address_that_is_none_or_a_list_is_refused"),
    "knows few letters": ({"send": _stumbles_on_letters}, "test_an_unusual_address_ends_in_a_receipt"),
    "takes any length": (refusing(lambda _: None), "test_nothing_longer_than_declared_is_handed_in"),
    "logs addresses": ({"send": _logs}, "test_nothing_of_a_customer_is_said"),
    "quotes in a cause": ({"send": _quotes}, "test_nothing_of_a_customer_is_said"),
    "gives a sentence for a code": (
        answering(lambda _, told: [replace(one, code="no such user!") if isinstance(one, Rejected) else one for one in told]),
        "test_codes_are_short_codes",
    ),
    "takes a bad key for a rest": (turning(InvalidCredentialsError, lambda one: RetryAfter(one.id, 60)), TYPED),
    "takes a wait for a refusal": (turning(RateLimitedError, lambda one: Rejected(one.id, Rejection.OTHER)), TYPED),
    "takes a broken line for a wait": (turning(UnavailableError, lambda one: RetryAfter(one.id, 60)), TYPED),
    "takes silence for a wait": (turning(TimedOutError, lambda one: RetryAfter(one.id, 60)), TYPED),
    "takes silence for a yes": (turning(TimedOutError, lambda one: Accepted(one.id, "v")), TYPED),
    "takes nonsense for a yes": (turning(BadAnswerError, lambda one: Accepted(one.id, "v")), TYPED),
    "takes nonsense for a no": (turning(BadAnswerError, lambda one: Rejected(one.id, Rejection.OTHER)), TYPED),
    "says that nothing was sent": (turning(UnavailableError, lambda _: UnavailableError(code="no_connection")), TYPED),
    "tries again by itself": ({"send": _retries}, "test_a_call_is_one_attempt"),
    "forgets the first for the second": ({"hand_in": _forgets_the_first}, "test_what_went_before_the_trouble_is_not_forgotten"),
    "drops the wait": (turning(RateLimitedError, lambda _: RateLimitedError()), "test_a_wait_is_passed_on"),
    "knows nothing of a vendor that is not there": (
        turning(UnavailableError, lambda _: UnavailableError()),
        "test_a_vendor_that_is_not_there_was_sent_nothing",
    ),
    "breaks after trouble": ({"send": _breaks_after_trouble}, "test_after_trouble_it_works_again"),
    "waits for money": ({"error_of": _waits_for_money}, "test_each_failure_of_the_documents_is_told_rightly"),
    "finds nothing": ({"look_up": _finds_nothing}, "test_what_became_of_an_unknown_message_is_found"),
    "finds everything": ({"look_up": _finds_everything}, "test_what_became_of_an_unknown_message_is_found"),
    "reaches backwards": ({"reachable": _reaches_backwards}, "test_reachable_addresses_are_told_in_order"),
    "speaks one language": ({"domain_findings": _finds_in_one_language}, "test_findings_of_the_domain_are_in_words"),
    "has no events and an answer": (
        {**able(events=frozenset()), "parse_events": lambda _self, _request: DeliveryEvents()},
        "test_without_events_a_webhook_is_not_supported",
    ),
    "declares an event that never comes": (able(events=frozenset(EventKind)), "test_every_declared_kind_has_a_sample"),
    "forgets whose event it is": (
        each_event(lambda event, _: replace(event, vendor_id=None)),
        "test_a_webhook_says_what_it_means",
    ),
    "has no time zone": (
        each_event(lambda event, _: replace(event, at=event.at.replace(tzinfo=None))),
        "test_a_webhook_says_what_it_means",
    ),
    "names an event anew": (each_event(lambda event, _: replace(event, id=uuid4().hex)), "test_the_same_event_has_the_same_id"),
    "names an event by the day": (
        each_event(lambda event, request: replace(event, id=f"{event.id}-{request.received_at.date()}")),
        "test_a_replayed_webhook_is_refused_or_known",
    ),
    "names every event alike": (each_event(lambda event, _: replace(event, id="e")), "test_different_events_have_different_ids"),
    "waits for the delivery": ({"parse_events": _reads_once}, "test_the_order_of_webhooks_changes_nothing"),
    "insists on words it knows": ({"parse_events": _insists_on_words_it_knows}, "test_what_is_not_known_is_left_out"),
    "believes anybody": ({"parse_events": _believes_anybody}, "test_a_forged_webhook_is_not_believed"),
    "believes another account's": ({"parse_events": _forgets_its_secret}, "test_a_forged_webhook_is_not_believed"),
    "stumbles on depth": ({"parse_events": _reads_only_json}, "test_garbage_says_nothing_and_breaks_nothing"),
    "stumbles on other types": ({"parse_events": _reads_blindly}, "test_a_sample_spoilt_in_any_place_breaks_nothing"),
    "logs webhooks": ({"parse_events": _logs_webhooks}, "test_a_webhook_shows_nothing_of_a_customer"),
}


@pytest.mark.parametrize("sabotage", SABOTAGES)
async def test_a_channel_that_breaks_a_promise_is_red(sabotage: str) -> None:
    about, expected = SABOTAGES[sabotage]
    shared.clear()
    OPENED.clear()
    assert await is_red(expected, type("Sabotaged", (Honest,), about))
    for left in KEPT:
        await left.stack.aclose()
    KEPT.clear()


def test_every_test_of_the_suite_has_a_sabotage() -> None:
    assert {expected for _, expected in SABOTAGES.values()} == set(TESTS)


@pytest.mark.parametrize("name", TESTS)
async def test_the_way_to_find_failures_finds_none_in_an_honest_one(name: str) -> None:
    assert not await is_red(name, Honest)


def test_a_test_of_the_suite_cannot_be_overridden_without_a_reason() -> None:
    with pytest.raises(TypeError, match="overrides test_a_key_is_never_shown"):
        type("Mine", (ChannelConformance,), {"test_a_key_is_never_shown": lambda _self: None})
