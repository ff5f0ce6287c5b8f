"""The HTTP client that plugins get: pooled, with a timeout, without retries, cookies or redirects. What it sends is never logged."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from batikrfm.sdk.context import HttpAnswer, HttpClient
from batikrfm.sdk.plugin_errors import BadAnswerError, TimedOutError, UnavailableError

if TYPE_CHECKING:
    from httpx2 import AsyncClient

LARGEST: Final = 32 * 1024 * 1024
"""Bytes of an answer. More than that is no answer to anything that a plugin asks."""


def open_http(
    *, base_url: str = "", headers: Mapping[str, str] | None = None, seconds: float = 30.0
) -> AbstractAsyncContextManager[HttpClient]:
    """A client as :class:`batikrfm.sdk.HttpClientFactory` says."""
    return _opened(base_url, dict(headers or {}), seconds)


@contextlib.asynccontextmanager
async def _opened(base_url: str, headers: Mapping[str, str], seconds: float) -> AsyncIterator[HttpClient]:
    from httpx2 import AsyncClient  # it brings TLS, which only talking needs

    async with AsyncClient(base_url=base_url, headers=dict(headers), timeout=seconds, follow_redirects=False) as client:
        yield _Client(client, seconds)


@dataclass(frozen=True)
class _Client:
    client: AsyncClient
    seconds: float

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None, seconds: float | None = None
    ) -> HttpAnswer:
        import httpx2

        limit = seconds or self.seconds
        try:
            async with self.client.stream(method, url, headers=dict(headers or {}), content=body, timeout=limit) as answer:
                content = bytearray()
                async for piece in answer.aiter_bytes():
                    content += piece
                    if len(content) > LARGEST:
                        raise BadAnswerError(code="too_large")
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.InvalidURL, httpx2.UnsupportedProtocol):
            raise UnavailableError(code="no_connection") from None
        except httpx2.TimeoutException:
            raise TimedOutError(seconds=limit) from None
        except httpx2.HTTPError:
            raise UnavailableError from None
        self.client.cookies.clear()
        return HttpAnswer(answer.status_code, {name.lower(): value for name, value in answer.headers.items()}, bytes(content))
