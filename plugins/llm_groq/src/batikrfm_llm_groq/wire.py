"""Groq's SDK as one account uses it: one attempt a call, bytes back, every trouble as one of the SDK page's errors."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from batikrfm.sdk import BadAnswerError, InvalidCredentialsError, TimedOutError, UnavailableError
from batikrfm.sdk.openai_shape import error_of

if TYPE_CHECKING:
    from groq import AsyncAPIResponse, AsyncGroq

    from batikrfm_llm_groq.config import GroqConfig

    Call = Callable[[AsyncGroq], AbstractAsyncContextManager[AsyncAPIResponse[object]]]

LONGEST_ANSWER = 2_000_000
LONGEST_FILE = 400_000_000
FILE_SECONDS = 600.0


@dataclass(frozen=True)
class Answer:
    """What came back. ``id`` is what Groq's support asks for."""

    body: bytes = field(repr=False)
    id: str | None


@dataclass
class Wire:
    """A client for each key; the second is used once the first was refused."""

    clients: tuple[AsyncGroq, ...] = field(repr=False)
    seconds: float
    _current: int = 0

    @classmethod
    async def open(cls, config: GroqConfig) -> Wire:
        """Make the clients. The SDK takes a while to import, so that is done beside the loop."""
        await asyncio.to_thread(__import__, "groq")
        keys = [key.reveal() for key in (config.api_key, config.second_api_key) if key is not None]
        return cls(tuple(_client(key, config) for key in keys), config.timeout)

    async def close(self) -> None:
        """Close the connections."""
        for client in self.clients:
            await client.close()

    async def ask(self, call: Call, *, model: str = "") -> Answer:
        """What Groq answers to ``call``. ``model`` is the one that is asked for, if any."""
        return await self._with_keys(lambda client: _attempt(call(client), model, self.seconds, LONGEST_ANSWER))

    async def move(self, call: Call) -> Answer:
        """The same for a file, up or down: it may be long and take its time."""
        return await self._with_keys(lambda client: _attempt(call(client), "", FILE_SECONDS, LONGEST_FILE))

    async def _with_keys(self, attempt: Callable[[AsyncGroq], Awaitable[Answer]]) -> Answer:
        used = self._current
        try:
            return await attempt(self.clients[used])
        except InvalidCredentialsError:
            if used + 1 == len(self.clients):
                raise
        # A refused key did nothing, so this is still one attempt.
        self._current = max(self._current, used + 1)
        return await attempt(self.clients[self._current])


async def _attempt(call: AbstractAsyncContextManager[AsyncAPIResponse[object]], model: str, seconds: float, most: int) -> Answer:
    async with _typed(model, seconds), asyncio.timeout(seconds), call as response:
        return Answer(await _read(response, most), response.headers.get("x-request-id"))


@asynccontextmanager
async def _typed(model: str, seconds: float) -> AsyncIterator[None]:
    import httpx
    import groq

    try:
        yield
    except (TimeoutError, groq.APITimeoutError, httpx.TimeoutException):
        raise TimedOutError(seconds=seconds) from None
    except groq.APIStatusError as error:
        raise error_of(error.status_code, error.response.content, error.response.headers, model=model) from None
    except groq.APIConnectionError:
        raise UnavailableError(code="no_connection") from None
    except (groq.APIError, httpx.HTTPError):
        raise BadAnswerError(code="broken_off") from None


def _client(key: str, config: GroqConfig) -> AsyncGroq:
    from groq import AsyncGroq

    return AsyncGroq(api_key=key, base_url=config.base_url, timeout=config.timeout, max_retries=0)


async def _read(response: AsyncAPIResponse[object], most: int) -> bytes:
    """The body, given up once it is longer than any answer can be."""
    parts, size = [], 0
    async for part in response.iter_bytes():
        parts.append(part)
        size += len(part)
        if size > most:
            raise BadAnswerError(code="too_large")
    return b"".join(parts)
