"""The few lines of one account: opened when they are needed, kept while they are good, never more than agreed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from batikrfm_channel_email.smtp.line import Line


class Lines:
    """At most ``most`` lines, made by ``dial``."""

    def __init__(self, dial: Callable[[], Awaitable[Line]], most: int) -> None:
        self._dial = dial
        self._room = asyncio.Semaphore(most)
        self._idle: list[Line] = []
        self._closed = False

    @asynccontextmanager
    async def lease(self) -> AsyncIterator[Line]:
        """A line for the block alone. It is hung up if the block does not end well. Raises what ``dial`` raises."""
        async with self._room:
            line = await self._ready() or await self._dial()
            try:
                yield line
            except BaseException:
                line.hang_up()
                raise
            if line.open and not self._closed:
                self._idle.append(line)
            else:
                line.hang_up()

    async def close(self) -> None:
        """Close all that nobody uses; the others are closed by who does."""
        self._closed = True
        idle, self._idle = self._idle, []
        await asyncio.gather(*(line.close() for line in idle))

    async def _ready(self) -> Line | None:
        while self._idle:
            line = self._idle.pop()
            try:
                if await line.ready():
                    return line
            except BaseException:
                line.hang_up()
                raise
        return None
