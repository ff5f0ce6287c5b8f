"""Channels without a vendor, for tests of who sends: they do as a stage tells them, and remember what they were handed.

::

    stage = ChannelStage()
    plugins = channel_plugins(fake_email(stage), fake_whatsapp(stage))
    stage.next("fake_email", losing())          # takes the next batch, then breaks off
    stage.addresses["x@toko.example"] = refused(Rejection.ADDRESS)
    ...
    assert [one.to for one in stage.taken] == ["ani@toko.example"]

A plugin named ``plug_<key>`` is registered for each class, as after loading. Their settings have one field that is needed, ``api_key``;
``FAKE_CHANNEL_KEY`` in an environment gives every shop one.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
import signal
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, TypeAlias

from pydantic import Field

from batikrfm.plugins import Plugin, Plugins, Registered
from batikrfm.sdk import (
    Accepted,
    Capabilities,
    Channel,
    Check,
    DeliveryEvent,
    DeliveryEvents,
    EventKind,
    ForgedRequestError,
    Message,
    NotSupportedError,
    PluginConfig,
    PluginError,
    Receipt,
    Rejected,
    Rejection,
    RetryAfter,
    Secret,
    Text,
    UnknownOutcome,
    WebhookRequest,
)

SIGNATURE = "x-fake-signature"
EMAIL = Capabilities(
    addresses="email", batch_size=100, per_second=1_000, html=True, idempotent=True, events=frozenset(EventKind), status_lookup=True
)
"""What ``fake_email`` can: a vendor with everything."""
WHATSAPP = Capabilities(
    addresses="phone", batch_size=1, per_second=1_000, max_length=4_096, unofficial=True, events=frozenset(EventKind), address_check=True
)
"""What ``fake_whatsapp`` can: a gateway without idempotency and without a look-up."""


@dataclass(frozen=True)
class Taken:
    """A message that the make-believe vendor has taken and will deliver, whatever the sender knows of it."""

    channel: str
    account: str
    id: str
    to: str
    vendor_id: str
    text: str = ""
    subject: str | None = None


@dataclass(frozen=True)
class HandedIn:
    """One call of ``send``: the account's key and the batch."""

    channel: str
    account: str
    messages: tuple[Message, ...]


@dataclass
class ChannelStage:
    """What fake channels do, by the channel's key: each step of ``steps`` once, then what is ``always`` done, else everything is accepted.

    ``addresses`` says what becomes of single addresses where a batch is accepted. With a ``book`` what was taken is written to that
    file before anything else happens, so it outlives a process that is killed, and several processes share one vendor.
    """

    book: Path | None = None
    steps: dict[str, deque[Step]] = field(default_factory=lambda: defaultdict(deque))
    always: dict[str, Step] = field(default_factory=dict)
    addresses: dict[str, Callable[[str], Receipt]] = field(default_factory=dict)
    unreachable: set[str] = field(default_factory=set)
    handed_in: list[HandedIn] = field(default_factory=list)
    looked_up: list[tuple[str, ...]] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    _taken: list[Taken] = field(default_factory=list)
    _first: dict[tuple[str, str], str] = field(default_factory=dict)
    _read: int = 0

    @property
    def taken(self) -> list[Taken]:
        """Every message that was taken, in order: one that is here twice reached somebody twice."""
        self._catch_up()
        return [*self._taken]

    def vendor_id(self, channel: str, id_: str) -> str | None:
        """What the vendor calls our message ``id_``; None if it has not taken it."""
        self._catch_up()
        return self._first.get((channel, id_))

    def next(self, channel: str, *steps: Step) -> None:
        """The next calls of ``send`` go like ``steps``, one after the other."""
        self.steps[channel].extend(steps)

    def take(self, channel: FakeChannel, message: Message) -> Accepted:
        """The vendor has it now. An idempotent one that has it already does nothing."""
        known = self.vendor_id(channel.key, message.id)
        if known and channel.capabilities.idempotent:
            return Accepted(message.id, known)
        vendor_id = f"v-{channel.key}-{message.id}-{len(self._taken)}"
        self._write(Taken(channel.key, channel.account, message.id, message.to, vendor_id, message.text, message.subject))
        return Accepted(message.id, vendor_id)

    def _note(self, taken: Taken) -> None:
        self._taken.append(taken)
        self._first.setdefault((taken.channel, taken.id), taken.vendor_id)

    def _catch_up(self) -> None:
        """Note what this or another process wrote into the book since the last look."""
        if self.book is None or not self.book.exists():
            return
        with self.book.open("rb") as book:
            book.seek(self._read)
            for line in book:
                self._read += len(line)
                self._note(Taken(**json.loads(line)))

    def _write(self, taken: Taken) -> None:
        if self.book is None:
            self._note(taken)
            return
        with self.book.open("a", encoding="utf-8") as book:
            book.write(json.dumps(asdict(taken)) + "\n")
            book.flush()
            os.fsync(book.fileno())


class FakeChannelConfig(PluginConfig):
    """An account. ``webhook_secret`` signs what :func:`webhook` makes."""

    api_key: Secret = Field(json_schema_extra={"environment": "FAKE_CHANNEL_KEY"})
    webhook_secret: Secret = Secret("fake-webhook-secret")


class FakeChannel(Channel[FakeChannelConfig]):
    """A vendor on the stage. Made by :func:`fake_channel`, which adds the methods that its capabilities promise."""

    stage: ClassVar[ChannelStage]
    config_model = FakeChannelConfig

    @property
    def account(self) -> str:
        """Which account this is: its key in plain, for a test to compare."""
        return self.config.api_key.reveal()

    async def open(self) -> None:
        self.stage.opened.append(self.account)

    async def close(self) -> None:
        self.stage.closed.append(self.account)

    async def check(self) -> Check:
        self.stage.checked.append(self.account)
        return Check({"account": "fake"})

    async def send(self, batch: Sequence[Message]) -> Sequence[Receipt]:
        self.stage.handed_in.append(HandedIn(self.key, self.account, tuple(batch)))
        steps = self.stage.steps[self.key]
        step = steps.popleft() if steps else self.stage.always.get(self.key, accepting())
        return await step(self, batch)

    def parse_events(self, request: WebhookRequest) -> DeliveryEvents:
        if not self.capabilities.events:
            raise NotSupportedError(capability="events")
        if not hmac.compare_digest(request.headers.get(SIGNATURE, ""), _signature(request.body, self.config.webhook_secret)):
            raise ForgedRequestError
        return DeliveryEvents(tuple(_event(one) for one in json.loads(request.body)))

    def receipt(self, message: Message) -> Receipt:
        """What an accepting vendor says of ``message``: what the stage says of its address, or that it is taken."""
        special = self.stage.addresses.get(message.to)
        return special(message.id) if special else self.stage.take(self, message)


Step: TypeAlias = Callable[[FakeChannel, Sequence[Message]], Awaitable[Sequence[Receipt]]]
"""What a call of ``send`` does. The functions below make them."""


def accepting() -> Step:
    """Take every message but those of special addresses."""

    async def step(channel: FakeChannel, batch: Sequence[Message]) -> Sequence[Receipt]:
        return [channel.receipt(message) for message in batch]

    return step


def answering(receipt: Callable[[str], Receipt]) -> Step:
    """Take none, and say ``receipt`` of each: ``answering(throttled(30))``."""

    async def step(_channel: FakeChannel, batch: Sequence[Message]) -> Sequence[Receipt]:
        return [receipt(message.id) for message in batch]

    return step


def failing(error: PluginError) -> Step:
    """Take none; the whole account is in trouble."""

    async def step(_channel: FakeChannel, _batch: Sequence[Message]) -> Sequence[Receipt]:
        raise error

    return step


def losing(error: PluginError | None = None) -> Step:
    """Take every message, then break off: with ``error``, or with an unknown outcome for each."""

    async def step(channel: FakeChannel, batch: Sequence[Message]) -> Sequence[Receipt]:
        for message in batch:
            channel.receipt(message)
        if error is not None:
            raise error
        return [UnknownOutcome(message.id) for message in batch]

    return step


def waiting(until: asyncio.Event, *, began: asyncio.Event | None = None, taking: bool = False) -> Step:
    """Set ``began``, wait ``until``, then accept. ``taking``: the vendor has the messages before the wait."""

    async def step(channel: FakeChannel, batch: Sequence[Message]) -> Sequence[Receipt]:
        early = [channel.receipt(message) for message in batch] if taking else None
        if began is not None:
            began.set()
        await until.wait()
        return early if early is not None else [channel.receipt(message) for message in batch]

    return step


def dying(*, after: int | None = None) -> Step:
    """Take ``after`` messages of the batch (None: all), then the process is killed as by ``kill -9``. The stage needs a ``book``."""

    async def step(channel: FakeChannel, batch: Sequence[Message]) -> Sequence[Receipt]:
        for message in batch[:after]:
            channel.receipt(message)
        os.kill(os.getpid(), signal.SIGKILL)
        await asyncio.Event().wait()
        raise AssertionError("a killed process goes on")

    return step


def refused(reason: Rejection = Rejection.ADDRESS, code: str | None = None) -> Callable[[str], Receipt]:
    """Refused for good."""
    return lambda id_: Rejected(id_, reason, code)


def throttled(seconds: float = 1.0, code: str | None = None) -> Callable[[str], Receipt]:
    """Later, please."""
    return lambda id_: RetryAfter(id_, seconds, code)


def unknown() -> Callable[[str], Receipt]:
    """Nobody knows; the vendor has not taken it."""
    return UnknownOutcome


def fake_channel(stage: ChannelStage, key: str, capabilities: Capabilities) -> type[FakeChannel]:
    """A class of channel with just the methods that ``capabilities`` promise."""
    about: dict[str, Any] = {"key": key, "name": Text(id=key, en=key), "stage": stage, "capabilities": capabilities}
    optional = {"status_lookup": ("look_up", _look_up), "address_check": ("reachable", _reachable)}
    about |= {name: method for capability, (name, method) in optional.items() if getattr(capabilities, capability)}
    return type(key.title().replace("_", ""), (FakeChannel,), about)


def fake_email(stage: ChannelStage, **changed: Any) -> type[FakeChannel]:  # noqa: ANN401 - fields of Capabilities
    """The channel ``fake_email``; ``changed`` are capabilities unlike :data:`EMAIL`'s."""
    return fake_channel(stage, "fake_email", replace(EMAIL, **changed))


def fake_whatsapp(stage: ChannelStage, **changed: Any) -> type[FakeChannel]:  # noqa: ANN401 - fields of Capabilities
    """The channel ``fake_whatsapp``; ``changed`` are capabilities unlike :data:`WHATSAPP`'s."""
    return fake_channel(stage, "fake_whatsapp", replace(WHATSAPP, **changed))


def channel_plugins(*classes: type[FakeChannel]) -> Plugins:
    """A plugin ``plug_<key>`` for each class, as the host has them after loading."""
    return Plugins(
        tuple(
            Plugin(f"plug_{cls.key}", f"acme-{cls.key}", "1", cls.key, objects=(Registered("channels", cls.key, cls, f"plug_{cls.key}"),))
            for cls in classes
        )
    )


def webhook(
    *events: DeliveryEvent,
    secret: Secret = FakeChannelConfig.model_fields["webhook_secret"].default,
    at: datetime | None = None,
    query: Mapping[str, str] | None = None,
) -> WebhookRequest:
    """A request in which the fake vendor reports ``events``, signed with the account's ``secret``."""
    body = json.dumps([asdict(event) | {"at": event.at.isoformat()} for event in events]).encode()
    return WebhookRequest("POST", dict(query or {}), {SIGNATURE: _signature(body, secret)}, body, at or datetime.now(UTC))


def _signature(body: bytes, secret: Secret) -> str:
    return hmac.digest(secret.reveal().encode(), body, hashlib.sha256).hex()


def _event(told: dict[str, Any]) -> DeliveryEvent:
    reason = Rejection(told["reason"]) if told["reason"] else None
    return DeliveryEvent(**{**told, "kind": EventKind(told["kind"]), "at": datetime.fromisoformat(told["at"]), "reason": reason})


async def _look_up(self: FakeChannel, messages: Sequence[Message]) -> Sequence[Receipt]:
    """Accepted if the vendor has it, else: not sent, try again at once."""
    self.stage.looked_up.append(tuple(message.id for message in messages))
    known = [(one.id, self.stage.vendor_id(self.key, one.id)) for one in messages]
    return [Accepted(id_, vendor_id) if vendor_id else RetryAfter(id_, 0) for id_, vendor_id in known]


async def _reachable(self: FakeChannel, addresses: Sequence[str]) -> Sequence[bool]:
    return [address not in self.stage.unreachable for address in addresses]
