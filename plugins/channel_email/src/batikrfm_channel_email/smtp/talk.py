"""Commands and answers on a connection that is open and signed in.

aiosmtplib hears one answer for each command that it sends and loses those that come before it asks for them. Here several commands may
be said at once (PIPELINING, RFC 2920), and each answer waits until somebody hears it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Final

LONGEST: Final = 65_536
"""Bytes of an answer; what says more is no mail server."""


class Gone(Exception):
    """The connection broke, no answer came in time, or what came is none."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said to one command."""

    code: int
    words: str = field(repr=False)

    @property
    def good(self) -> bool:
        return self.code // 100 == 2  # noqa: PLR2004 - RFC 5321


class Talk(asyncio.Protocol):
    """Takes ``transport`` over. ``seconds`` are the patience for each answer. What the server says unasked is not heard."""

    def __init__(self, transport: asyncio.Transport, seconds: float) -> None:
        self._transport, self._seconds = transport, seconds
        self._rest = b""
        self._words: list[bytes] = []
        self._answers: deque[Answer] = deque()
        self._awaited = 0
        self._over = False
        self._bell: asyncio.Future[None] | None = None
        transport.set_protocol(self)

    @property
    def open(self) -> bool:
        return not self._over and not self._transport.is_closing()

    def say(self, *commands: bytes) -> None:
        """Send ``commands`` in one go; each of them will be answered. Raises :class:`Gone`."""
        if any(b"\r" in command or b"\n" in command for command in commands):
            raise ValueError("a command is one line")
        self.give(b"".join(command + b"\r\n" for command in commands), answers=len(commands))

    def give(self, content: bytes, *, answers: int = 1) -> None:
        """Send bytes as they are, to which the server will say so much. Raises :class:`Gone`."""
        if not self.open:
            raise Gone
        self._awaited += answers
        self._transport.write(content)

    async def answer(self) -> Answer:
        """The next answer, in the order of what was said. Raises :class:`Gone`."""
        try:
            async with asyncio.timeout(self._seconds):
                while not self._answers:
                    if self._over:
                        raise Gone
                    self._bell = asyncio.get_running_loop().create_future()
                    await self._bell
        except TimeoutError:
            raise Gone from None
        return self._answers.popleft()

    def close(self) -> None:
        """Cut the connection."""
        self._transport.close()
        self._end()

    def data_received(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._take(line)
        if len(self._rest) + sum(map(len, self._words)) > LONGEST:
            self.close()
        self._ring()

    def eof_received(self) -> None:
        self._end()

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 - its words may hold an address
        self._end()

    def _take(self, line: bytes) -> None:
        if not line[:3].isdigit():
            self.close()
            return
        self._words.append(line[4:].strip())
        if line[3:4] == b"-":
            return
        words, self._words = b"\n".join(self._words), []
        if self._awaited:
            self._awaited -= 1
            self._answers.append(Answer(int(line[:3]), words.decode("utf-8", "surrogateescape")))

    def _end(self) -> None:
        self._over = True
        self._ring()

    def _ring(self) -> None:
        if self._bell is not None and not self._bell.done():
            self._bell.set_result(None)
