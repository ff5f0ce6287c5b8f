"""The vendor of a channel's tests: a server of your own that speaks as the real one does, and fails as it is told to."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Self

from batikrfm.sdk import Rejection
from batikrfm.testkit.llm_vendor.serving import Answer, HttpServer, Request


class Trouble(StrEnum):
    """How the vendor fails."""

    NONE = "none"
    ACCOUNT = "the key is refused"
    THROTTLED = "too many requests"  # nothing is taken
    DOWN = "trouble inside"  # nothing is taken, and it says so: 503, 421
    CUT = "the line is cut after the messages were taken"
    SILENT = "the messages are taken and no answer comes"
    NONSENSE = "the messages are taken and the answer cannot be read"


@dataclass(frozen=True)
class Asked:
    """A request: whose it was, whether it hands messages in (``writes``), and all that came over the line."""

    key: str
    writes: bool
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Arrived:
    """A message that the vendor took for one address. ``content`` is all of it that a person sees, ``headers`` in lower case for e-mail."""

    key: str
    to: str
    content: str = field(repr=False)
    headers: Mapping[str, str] | None = None


class ChannelVendor(ABC):
    """What the suite needs of a vendor's stand-in. It is an async context manager; while it is open it listens on this machine.

    The suite sets ``trouble`` (from the moment on when ``after`` messages were taken), ``wait`` (what it says when throttled),
    ``refused`` (address as the suite wrote it -> why it is refused, in words that repeat address and text, as vendors' do), and reads
    ``asked`` and ``arrived``. What it says in an orderly way it says at once.
    """

    reasons: ClassVar[Sequence[Rejection]] = (Rejection.ADDRESS,)
    """Why this vendor refuses a message when it is handed in. Empty: it never does."""
    troubles: ClassVar[frozenset[Trouble]] = frozenset(Trouble) - {Trouble.NONE}
    """What can happen with this vendor. Empty where there is none: a channel that talks to nobody."""
    tells_wait: ClassVar[bool] = True
    """Whether it says how long to wait."""

    def __init__(self) -> None:
        self.trouble = Trouble.NONE
        self.after = 0
        self.wait: float | None = None
        self.refused: dict[str, Rejection] = {}
        self.asked: list[Asked] = []
        self.arrived: list[Arrived] = []

    async def leave(self) -> bool:
        """Stop listening while the context is still open; whether this vendor can. Stopping again is no error."""
        return False

    @property
    def trouble_now(self) -> Trouble:
        """The trouble that there is at this moment."""
        return self.trouble if len(self.arrived) >= self.after else Trouble.NONE

    @property
    def writes(self) -> int:
        """How many requests handed messages in, or tried to."""
        return sum(asked.writes for asked in self.asked)

    @property
    @abstractmethod
    def connections(self) -> int:
        """How many are open to it."""

    @abstractmethod
    async def __aenter__(self) -> Self:
        """Listen."""

    @abstractmethod
    async def __aexit__(self, *_: object) -> None:
        """Stop."""


def why(refused: Mapping[str, Rejection], address: str) -> Rejection | None:
    """Why ``address`` is refused, if it is: however the vendor writes it."""
    return next((reason for known, reason in refused.items() if plain(known) == plain(address)), None)


def plain(address: str) -> str:
    """An address as all write it: e-mail in small letters, the digits of a number."""
    return address.strip().lower() if "@" in address else "".join(sign for sign in address if sign.isdigit())


class HttpChannelVendor(ChannelVendor):
    """A vendor that speaks HTTP. Subclasses know its words: :meth:`messages_of`, :meth:`taken`, and whatever differs from the rest."""

    def __init__(self) -> None:
        super().__init__()
        self.script: deque[Answer] = deque()
        """Answers to the next requests that hand messages in; nothing is taken then."""
        self._server = HttpServer(self._respond)
        self._remembered: dict[tuple[str, str], Answer] = {}
        self._next = 0

    @abstractmethod
    def messages_of(self, request: Request) -> Sequence[Arrived] | None:
        """The messages that ``request`` hands in; None if it is another kind of request."""

    @abstractmethod
    def taken(self, request: Request, outcomes: Sequence[tuple[Arrived, str | Rejection]]) -> Answer:
        """What it says of each message: its id at the vendor's, or why it is refused."""

    def looked(self, request: Request) -> Answer:  # noqa: ARG002 - whatever it is
        """What it says to any other request, such as a check's."""
        return Answer.json({})

    def key_of(self, request: Request) -> str:
        """The account's key that ``request`` came with."""
        return request.key

    def repeated(self, request: Request) -> str | None:
        """The name under which the vendor knows a repeated request, if it does."""
        return request.headers.get("idempotency-key")

    def bad_key(self) -> Answer:
        """A key that is refused."""
        return Answer.json({"message": "unauthorized"}, 401)

    def throttled(self) -> Answer:
        """Too many requests."""
        return Answer.json({"message": "slow down"}, 429, {} if self.wait is None else {"retry-after": f"{self.wait:g}"})

    def down(self) -> Answer:
        """Trouble inside."""
        return Answer(503, b"<html>Service Unavailable</html>", {"content-type": "text/html"})

    def nonsense(self) -> Answer:
        """What nobody can read."""
        return Answer(200, b"<html>ok", {"content-type": "text/html"})

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def connections(self) -> int:
        return self._server.open_connections

    async def __aenter__(self) -> Self:
        await self._server.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.stop()

    async def leave(self) -> bool:
        await self._server.stop()
        return True

    async def _respond(self, request: Request) -> Answer:
        messages, key = self.messages_of(request), self.key_of(request)
        self.asked.append(Asked(key, messages is not None, f"{request!r}".encode() + request.body))
        if self.trouble_now is Trouble.ACCOUNT:
            return self.bad_key()
        if messages is None:
            return self.looked(request)
        if self.script:
            return self.script.popleft()
        if self.trouble_now in (Trouble.THROTTLED, Trouble.DOWN):
            return self.throttled() if self.trouble_now is Trouble.THROTTLED else self.down()
        return self._spoilt(self._take(request, key, messages))

    def _take(self, request: Request, key: str, messages: Sequence[Arrived]) -> tuple[Answer, Trouble]:
        """The answer, and the trouble that there was when the request came."""
        trouble, name = self.trouble_now, self.repeated(request)
        if name is not None and (key, name) in self._remembered:
            return self._remembered[key, name], trouble
        outcomes = [(message, self._outcome(message)) for message in messages]
        answer = self.taken(request, outcomes)
        if name is not None:
            self._remembered[key, name] = answer
        return answer, trouble

    def _spoilt(self, answered: tuple[Answer, Trouble]) -> Answer:
        answer, trouble = answered
        return {
            Trouble.CUT: Answer(silent=True),
            Trouble.SILENT: Answer(delay=FOR_EVER),
            Trouble.NONSENSE: self.nonsense(),
        }.get(trouble, answer)

    def _outcome(self, message: Arrived) -> str | Rejection:
        reason = why(self.refused, message.to)
        if reason is not None:
            return reason
        self.arrived.append(message)
        self._next += 1
        return f"vendor-{self._next}"


FOR_EVER = 60.0
"""Seconds: longer than any test."""


async def settle(vendor: ChannelVendor) -> None:
    """Give connections that were closed the moment that the other side needs to see it."""
    for _ in range(200):
        if not vendor.connections:
            return
        await asyncio.sleep(0.01)
