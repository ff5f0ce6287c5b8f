"""Stand-ins for what the host hands to a plugin: a clock that stands still, HTTP that answers from a script."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from batikrfm.sdk.context import HttpAnswer, HttpClient
from batikrfm.sdk.errors import PluginError


@dataclass
class StillClock:
    """Stands still until it is moved."""

    time: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def move(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Asked:
    """A request that a plugin made."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None


@dataclass
class ScriptedHttp:
    """An HTTP client factory that gives one scripted answer (or error) after the other and remembers what was asked.

    Nothing goes over a network. A request that the script has no answer for fails the test.
    """

    script: list[HttpAnswer | PluginError] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def will_answer(self, *, status: int = 200, data: object = None, headers: Mapping[str, str] | None = None) -> None:
        """Add an answer whose body is ``data`` as JSON (or the bytes given)."""
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        self.script.append(HttpAnswer(status, dict(headers or {}), body))

    def will_fail(self, errors: Iterable[PluginError]) -> None:
        """Add requests that end in ``errors``."""
        self.script.extend(errors)

    def __call__(
        self, *, base_url: str = "", headers: Mapping[str, str] | None = None, seconds: float = 30.0
    ) -> AbstractAsyncContextManager[HttpClient]:
        return _opened(_Client(self, base_url, dict(headers or {}), seconds))


@dataclass
class _Client:
    http: ScriptedHttp
    base_url: str
    headers: Mapping[str, str]
    seconds: float

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None, seconds: float | None = None
    ) -> HttpAnswer:
        assert (seconds or self.seconds) > 0, "a request has a timeout"
        self.http.asked.append(Asked(method, self.base_url + url, {**self.headers, **(headers or {})}, body))
        assert self.http.script, f"no answer is scripted for {method} {self.base_url}{url}"
        answer = self.http.script.pop(0)
        if isinstance(answer, PluginError):
            raise answer
        return answer


@asynccontextmanager
async def _opened(client: HttpClient) -> AsyncIterator[HttpClient]:
    yield client
