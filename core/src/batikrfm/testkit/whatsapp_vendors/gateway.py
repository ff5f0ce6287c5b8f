"""What the three stand-ins share: a way in that leads nowhere else, and news about what they took, each twice."""

from __future__ import annotations

import asyncio
import json
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import urlsplit

from batikrfm.plugins.http import open_http
from batikrfm.sdk import HttpClient, PluginError, Rejection
from batikrfm.testkit.channels.vendor import Arrived, HttpChannelVendor
from batikrfm.testkit.llm_vendor.serving import Answer

HTML = b"<!doctype html><html><head><title>502 Bad Gateway</title></head><body>cloudflare</body></html>"


@dataclass(frozen=True)
class News:
    """What the vendor posts to a shop's webhook."""

    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)


class WhatsAppVendor(HttpChannelVendor):
    """A gateway. With ``reports_to`` it posts what becomes of each message that it took, ``pause`` seconds apart, everything twice."""

    host: ClassVar[str]
    """Where the real one is: the only address that :meth:`http` leads here."""

    def __init__(self, *, port: int = 0, reports_to: str = "", pause: float = 1.0) -> None:
        super().__init__()
        self._server.port = port
        self.reports_to = reports_to
        self.pause = pause
        self._reporting: set[asyncio.Task[None]] = set()

    @abstractmethod
    def news(self, id_: str, to: str) -> Sequence[News]:
        """What it posts about the message ``id_`` for the digits ``to``, in the order in which things happen."""

    def http(
        self, *, base_url: str = "", headers: Mapping[str, str] | None = None, seconds: float = 30.0
    ) -> AbstractAsyncContextManager[HttpClient]:
        """An HTTP client factory as the host's, by which the vendor's own address leads here, and no other leads anywhere."""
        there = urlsplit(base_url)
        assert (there.scheme, there.hostname, there.port) == ("https", self.host, None), "a token would have gone elsewhere"
        return open_http(base_url=self.url, headers=headers, seconds=seconds)

    async def __aexit__(self, *_: object) -> None:
        for task in self._reporting:
            task.cancel()
        await asyncio.gather(*self._reporting, return_exceptions=True)
        await super().__aexit__()

    def _outcome(self, message: Arrived) -> str | Rejection:
        outcome = super()._outcome(message)
        if self.reports_to and not isinstance(outcome, Rejection):
            task = asyncio.create_task(self._report(self.news(outcome, message.to)))
            self._reporting.add(task)
            task.add_done_callback(self._reporting.discard)
        return outcome

    async def _report(self, news: Sequence[News]) -> None:
        async with open_http(seconds=10) as http:
            for one in news:
                await asyncio.sleep(self.pause)
                for _ in range(2):
                    await _post(http, self.reports_to, one)


async def _post(http: HttpClient, url: str, news: News) -> None:
    """Whether anybody listens is nothing to the vendor."""
    try:
        await http.request("POST", url, headers={"content-type": "application/json", **news.headers}, body=news.body)
    except PluginError:
        return


def posted(data: object) -> News:
    """News in JSON that nobody signed."""
    return News(json.dumps(data).encode())


def html(status: int = 200) -> Answer:
    """A page of whoever stands before the vendor."""
    return Answer(status, HTML, {"content-type": "text/html"})


def empty() -> Answer:
    """Nothing, and a good status."""
    return Answer(200, b"", {"content-type": "application/json"})


def half() -> Answer:
    """A line that breaks in the middle of an answer."""
    body = json.dumps({"status": True, "messages": [{"id": "1"}], "detail": "x" * 2_000}).encode()
    return Answer(200, body, {"content-type": "application/json"}, sent=900)


def deep() -> Answer:
    """JSON without an end to its depth."""
    return Answer(200, b"[" * 100_000, {"content-type": "application/json"})


def dripping(seconds: float) -> Answer:
    """An answer that comes drop by drop, each in time, with so many seconds before the next."""
    return Answer(200, b'{"status":' + b" " * 100_000, {"content-type": "application/json"}, drip=seconds)
