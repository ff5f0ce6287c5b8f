"""As much of an HTTP/1.1 server as a vendor's SDK needs, able to answer in ways that no framework would let it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.parser import BytesParser
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

LONGEST_HEAD = 65_536
DRIP = 16


@dataclass(frozen=True)
class Request:
    """A request as it came. Header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def data(self) -> dict[str, Any]:
        """The body as a JSON object; empty where it is none."""
        try:
            data = json.loads(self.body)
        except ValueError:
            return {}
        return data if isinstance(data, dict) else {}

    @property
    def key(self) -> str:
        """The API key that it came with, empty if none."""
        scheme, _, key = self.headers.get("authorization", "").partition(" ")
        return key if scheme.lower() == "bearer" else ""

    def form(self) -> dict[str, bytes]:
        """The parts of a multipart body by name."""
        head = f"Content-Type: {self.headers.get('content-type', '')}\r\n\r\n".encode()
        message = BytesParser().parsebytes(head + self.body)
        parts = message.get_payload() if message.is_multipart() else []
        names = [(part.get_param("name", header="content-disposition"), part) for part in parts if not isinstance(part, str)]
        return {str(name): bytes(part.get_payload(decode=True)) for name, part in names if name}


@dataclass(frozen=True)
class Answer:
    """An answer, or what comes instead of one.

    ``delay`` seconds pass before it, ``drip`` seconds before each next piece of it. ``sent``: only so many bytes of the body are sent,
    then the line is cut. ``silent``: the line is cut without a word.
    """

    status: int = 200
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drip: float = 0.0
    sent: int | None = None
    silent: bool = False

    @classmethod
    def json(cls, data: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
        """An answer in JSON."""
        return cls(status, json.dumps(data).encode(), {"content-type": "application/json", **(headers or {})})


Respond = Callable[[Request], Awaitable[Answer]]


@dataclass
class HttpServer:
    """Listens on this machine and gives each request to ``respond``. Connections are kept open between requests."""

    respond: Respond
    port: int = 0
    _server: asyncio.Server | None = None
    _open: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self) -> int:
        """Listen; returns the port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=LONGEST_HEAD)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self.port

    @property
    def open_connections(self) -> int:
        """How many are open."""
        return len(self._open)

    async def stop(self) -> None:
        """Stop listening and cut every line."""
        if self._server is not None:
            self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None, "a connection is served by a task"
        self._open.add(task)
        # A cancelled connection ends quietly: asyncio would report it as an exception that nobody fetched.
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while await _send(reader, writer, await self.respond(await _receive(reader))):
                pass
        self._open.discard(task)
        writer.close()


async def _receive(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    url = urlsplit(target)
    return Request(method, url.path, dict(parse_qsl(url.query)), headers, await _body(reader, headers))


async def _body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
    if headers.get("transfer-encoding") != "chunked":
        return await reader.readexactly(int(headers.get("content-length", "0")))
    chunks = []
    while size := int((await reader.readline()).split(b";")[0], 16):
        chunks.append(await reader.readexactly(size))
        await reader.readline()
    await reader.readline()
    return b"".join(chunks)


async def _send(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Answer) -> bool:
    """Send ``answer``; whether the line stays open for another request."""
    if await _hung_up(reader, answer.delay) or answer.silent:
        return False
    headers = {"content-length": str(len(answer.body)), **answer.headers}
    lines = [f"HTTP/1.1 {answer.status} {_phrase(answer.status)}", *(f"{name}: {value}" for name, value in headers.items())]
    writer.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
    body = answer.body[: answer.sent]
    piece = DRIP if answer.drip else len(body) + 1
    for start in range(0, len(body), piece):
        await asyncio.sleep(answer.drip)
        writer.write(body[start : start + piece])
        await writer.drain()
    return answer.sent is None


async def _hung_up(reader: asyncio.StreamReader, seconds: float) -> bool:
    """Wait ``seconds``; whether the other side gave up meanwhile."""
    if not seconds:
        return False
    try:
        async with asyncio.timeout(seconds):
            return not await reader.read(1)
    except TimeoutError:
        return False


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Trouble"
