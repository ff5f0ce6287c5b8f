"""OpenAI's SDK as one account uses it: one attempt a call, bytes back, every trouble as one of the SDK page's errors."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Protocol

from batikrfm.sdk import BadAnswerError, InvalidCredentialsError, TimedOutError, UnavailableError
from batikrfm.sdk.openai_shape import error_of

if TYPE_CHECKING:
    from ssl import SSLContext

    from openai import AsyncOpenAI

    from batikrfm_llm_openai.config import OpenAIConfig

    Call = Callable[[AsyncOpenAI], AbstractAsyncContextManager["Streamed"]]

LONGEST_ANSWER = 2_000_000
LONGEST_FILE = 400_000_000
FILE_SECONDS = 600.0


class Streamed(Protocol):
    """What the SDK gives before the body is read, whatever was called."""

    @property
    def headers(self) -> Mapping[str, str]: ...

    def iter_bytes(self) -> AsyncIterator[bytes]:
        """The body, piece by piece."""


@dataclass(frozen=True)
class Answer:
    """What came back. ``id`` is what OpenAI's support asks for."""

    body: bytes = field(repr=False)
    id: str | None


@dataclass
class Wire:
    """A client for each key; the second is used once the first was refused."""

    clients: tuple[AsyncOpenAI, ...] = field(repr=False)
    seconds: float
    _current: int = 0

    @classmethod
    async def open(cls, config: OpenAIConfig) -> Wire:
        """Make the clients. The SDK takes a while to import, and so do trusted certificates: that is done beside the loop, once."""
        await asyncio.to_thread(_tls)
        keys = [key.reveal() for key in (config.api_key, config.second_api_key) if key is not None]
        return cls(tuple(_client(key, config) for key in keys), config.timeout)

    async def close(self) -> None:
        """Close the connections."""
        for client in self.clients:
            await client.close()

    async def ask(self, call: Call, *, model: str = "") -> Answer:
        """What OpenAI answers to ``call``. ``model`` is the one that is asked for, if any."""
        return await self._with_keys(lambda client: _attempt(call(client), model, self.seconds, LONGEST_ANSWER))

    async def move(self, call: Call) -> Answer:
        """The same for a file, up or down: it may be long and take its time."""
        return await self._with_keys(lambda client: _attempt(call(client), "", FILE_SECONDS, LONGEST_FILE))

    async def _with_keys(self, attempt: Callable[[AsyncOpenAI], Awaitable[Answer]]) -> Answer:
        used = self._current
        try:
            return await attempt(self.clients[used])
        except InvalidCredentialsError:
            if used + 1 == len(self.clients):
                raise
        # A refused key did nothing, so this is still one attempt.
        self._current = max(self._current, used + 1)
        return await attempt(self.clients[self._current])


async def _attempt(call: AbstractAsyncContextManager[Streamed], model: str, seconds: float, most: int) -> Answer:
    async with _typed(model, seconds), asyncio.timeout(seconds), call as response:
        return Answer(await _read(response, most), response.headers.get("x-request-id"))


@asynccontextmanager
async def _typed(model: str, seconds: float) -> AsyncIterator[None]:
    import httpx2
    import openai

    try:
        yield
    except (TimeoutError, openai.APITimeoutError, httpx2.TimeoutException):
        raise TimedOutError(seconds=seconds) from None
    except openai.APIStatusError as error:
        raise error_of(error.status_code, error.response.content, error.response.headers, model=model) from None
    except openai.APIConnectionError:
        raise UnavailableError(code="no_connection") from None
    except (openai.APIError, httpx2.HTTPError):
        raise BadAnswerError(code="broken_off") from None


def _client(key: str, config: OpenAIConfig) -> AsyncOpenAI:
    from openai import AsyncOpenAI, DefaultAsyncHttpxClient

    http = DefaultAsyncHttpxClient(verify=_tls())
    client = AsyncOpenAI(api_key=key, base_url=config.base_url, timeout=config.timeout, max_retries=0, http_client=http)
    # Left out, the SDK takes these from the environment: the installation's, whoever's key this is.
    client.organization, client.project = config.organisation, None
    return client


@cache
def _tls() -> SSLContext:
    """The certificates that are trusted, read once: it takes longer than all the rest of opening an account. No key is in there."""
    import httpx2
    import openai  # noqa: F401 - so that it is there when the loop asks for it

    return httpx2.create_ssl_context()


async def _read(response: Streamed, most: int) -> bytes:
    """The body, given up once it is longer than any answer can be."""
    parts, size = [], 0
    async for part in response.iter_bytes():
        parts.append(part)
        size += len(part)
        if size > most:
            raise BadAnswerError(code="too_large")
    return b"".join(parts)
