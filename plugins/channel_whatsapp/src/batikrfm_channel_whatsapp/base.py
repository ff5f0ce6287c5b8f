"""What the three gateways share: one message is one request, and so one receipt that is certain."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import ClassVar, Final, Generic, TypeAlias

from batikrfm.sdk import (
    Accepted,
    Capabilities,
    Channel,
    HttpAnswer,
    HttpClient,
    Message,
    PluginError,
    Receipt,
    Rejected,
    Rejection,
    RetryAfter,
    TimedOutError,
    UnavailableError,
    UnknownOutcome,
)
from batikrfm_channel_whatsapp.answers import may_be_done
from batikrfm_channel_whatsapp.configs import WhatsAppConfigT
from batikrfm_channel_whatsapp.texts import clean, digits_of, is_blank

Outcome: TypeAlias = Receipt | PluginError
"""What became of one message: a receipt, or trouble of the whole account because of which it was certainly not sent."""

PAUSE: Final = 60.0
"""Seconds to leave a message alone where nobody said how long."""


@dataclass(frozen=True)
class Ready:
    """A message that can go out: the digits of its number, its text without what breaks it."""

    message: Message
    number: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True)
class Asked:
    """A request to the vendor."""

    path: str
    body: bytes = field(default=b"", repr=False)
    kind: str = "application/json"


class WhatsAppChannel(Channel[WhatsAppConfigT], Generic[WhatsAppConfigT]):
    """A gateway to WhatsApp.

    No gateway drops a second message of the same id. So each message is a request of its own, those of a batch side by side: a batch
    takes no longer than one request may, and what one answer leaves open leaves only one message open.
    """

    capabilities: ClassVar[Capabilities]
    _http: HttpClient
    _opened: AsyncExitStack | None = None

    async def open(self) -> None:
        """Open connections of this account's own; the token is in their headers."""
        opened = AsyncExitStack()
        client = self.context.http(base_url=self._address(), headers=self._headers(), seconds=self.config.timeout)
        self._http, self._opened = await opened.enter_async_context(client), opened

    async def close(self) -> None:
        """Close them."""
        if self._opened is not None:
            await self._opened.aclose()

    async def send(self, batch: Sequence[Message]) -> Sequence[Receipt]:
        return together(batch, await asyncio.gather(*(self._sent(message) for message in batch)))

    @abstractmethod
    def _address(self) -> str:
        """Where the vendor is."""

    @abstractmethod
    def _headers(self) -> Mapping[str, str]:
        """Who we are."""

    @abstractmethod
    def _handed_in(self, ready: Ready) -> Asked:
        """The request that hands it in."""

    @abstractmethod
    def _understood(self, message: Message, answer: HttpAnswer) -> Outcome:
        """What the answer to it means."""

    def _wrong_words(self, message: Message, text: str) -> str | None:
        """Why nobody can send these words, as a short code."""
        longest = self.capabilities.max_length
        if is_blank(text):
            return "empty"
        if longest is not None and len(text) > longest:
            return "too_long"
        return "no_media" if message.media else None

    async def _sent(self, message: Message) -> Outcome:
        number, text = digits_of(message.to), clean(message.text)
        if number is None:
            return Rejected(message.id, Rejection.ADDRESS, "not_a_number")
        if code := self._wrong_words(message, text):
            return Rejected(message.id, Rejection.CONTENT, code)
        try:
            answer = await self._ask(self._handed_in(Ready(message, number, text)))
        except PluginError as error:
            return UnknownOutcome(message.id) if may_be_done(error) else error
        return self._understood(message, answer)

    async def _ask(self, asked: Asked, method: str = "POST") -> HttpAnswer:
        """One attempt. An answer that comes in drops without an end is given up, too."""
        seconds = self.config.timeout
        headers = {"content-type": asked.kind} if asked.body else {}
        try:
            async with asyncio.timeout(seconds):
                return await self._http.request(method, asked.path, headers=headers, body=asked.body or None)
        except TimeoutError:
            raise TimedOutError(seconds=seconds) from None


def together(batch: Sequence[Message], outcomes: Sequence[Outcome]) -> Sequence[Receipt]:
    """One receipt for each message of ``batch``.

    Trouble of the account is raised only where no message has gone out or may have, for else it would hide those: they then count as not
    sent yet, and the next batch finds the trouble again. An ``UnavailableError`` is never raised: to the host it means that nobody knows.
    """
    errors = [one for one in outcomes if isinstance(one, PluginError) and not isinstance(one, UnavailableError)]
    if errors and not any(isinstance(one, Accepted | UnknownOutcome) for one in outcomes):
        raise min(errors, key=lambda error: error.retryable)  # what needs a person's hand comes first
    return [_receipt(message, outcome) for message, outcome in zip(batch, outcomes, strict=True)]


def _receipt(message: Message, outcome: Outcome) -> Receipt:
    if isinstance(outcome, PluginError):
        return RetryAfter(message.id, outcome.wait or PAUSE, outcome.code)
    return outcome
