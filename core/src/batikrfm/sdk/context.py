"""What the host hands to a plugin: a language, a logger, a way to HTTP and the time. Nothing about the tenant."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from batikrfm.sdk.plugin_errors import BadAnswerError
from batikrfm.sdk.text import Language


class Clock(Protocol):
    """Tells the time. Tests give one that stands still."""

    def now(self) -> datetime:
        """This moment, with a time zone."""


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A finished HTTP answer. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def json(self) -> Any:  # noqa: ANN401 - whatever the vendor says
        """The body as JSON, or :class:`BadAnswerError`."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise BadAnswerError(code=str(self.status)) from None


class HttpClient(Protocol):
    """Talks HTTP. Raises ``TimedOutError`` or ``UnavailableError`` where there is no answer; any status is an answer. Never retries.

    Of an ``UnavailableError`` the code ``no_connection`` says that nothing was sent: with any other, the vendor may have done what was
    asked.
    """

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None, seconds: float | None = None
    ) -> HttpAnswer:
        """One request; ``seconds`` instead of the client's own timeout."""


class HttpClientFactory(Protocol):
    """Opens HTTP clients with pooled connections. Headers given here are never logged."""

    def __call__(
        self, *, base_url: str = "", headers: Mapping[str, str] | None = None, seconds: float = 30.0
    ) -> AbstractAsyncContextManager[HttpClient]:
        """A client for as long as the context is open; ``seconds`` is its timeout."""


@dataclass(frozen=True)
class PluginContext:
    """What a plugin gets from the host.

    ``language`` is the one that its people read. Write no customer's data to ``log``.
    """

    language: Language
    log: logging.Logger
    http: HttpClientFactory
    clock: Clock = field(default_factory=SystemClock)
