"""Files that a request brings: written to disk piece by piece as they come, counted as they come, never under a name of theirs.

Also for an extension's own forms::

    async with received_form(request, limit=settings.upload_limit) as form:
        await receive(form.incoming(), by=principal.name)
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import tempfile
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final, Self

from litestar import Request
from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from batikrfm.sales.uploads import IncomingFile
from batikrfm.sdk.errors import BatikError
from batikrfm.web.errors import NotAFormError, TooLargeError
from batikrfm.web.settings import MEGABYTE

FILES: Final = "files"
MOST_PARTS: Final = 50
LONGEST_VALUE: Final = 65_536  # bytes of a field that is no file
LONGEST_NAME: Final = 200
PIECE: Final = 1 << 18  # bytes between two writes
NAMELESS: Final = "file"


class ClientGone(BatikError):
    """The client went away in the middle of its body."""


@dataclass(frozen=True)
class ReceivedFile:
    """A file that came: its name as the person knows it, made harmless to show, and where its bytes are for now."""

    name: str
    path: Path
    size: int

    async def pieces(self) -> AsyncIterator[bytes]:
        """The file, a piece at a time."""
        with await asyncio.to_thread(self.path.open, "rb") as opened:
            while piece := await asyncio.to_thread(opened.read, PIECE):
                yield piece


@dataclass
class ReceivedForm:
    """What a form held; its files are there until the block of :func:`received_form` ends."""

    files: list[ReceivedFile] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)

    def incoming(self) -> list[IncomingFile]:
        """The files as :func:`batikrfm.sales.uploads.receive` takes them."""
        return [IncomingFile(file.name, file.pieces()) for file in self.files]


@contextlib.asynccontextmanager
async def received_form(request: Request[Any, Any, Any], *, limit: int) -> AsyncIterator[ReceivedForm]:
    """The multipart form of ``request``, at most ``limit`` bytes in all. The route sets ``request_max_body_size=None``: this is its limit.

    Raises:
        NotAFormError: it is none, or a broken one.
        TooLargeError: it says that it is larger, or turns out to be.
        ClientGone: it broke off.
    """
    boundary = _boundary(request)
    if (request.content_length or 0) > limit:
        raise _too_large(limit)
    folder = await asyncio.to_thread(tempfile.TemporaryDirectory, prefix="batikrfm-upload-")
    try:
        with _Reader(Path(folder.name)) as reader:
            await _read(request, reader, boundary, limit)
        yield reader.form
    finally:
        await asyncio.to_thread(folder.cleanup)


async def _read(request: Request[Any, Any, Any], reader: _Reader, boundary: str, limit: int) -> None:
    try:
        with PushMultipartParser(boundary, max_segment_count=MOST_PARTS) as parser:
            async for piece in _body(request, limit):
                events = parser.parse(piece)
                await asyncio.to_thread(reader.take, events)
            if not parser.closed:
                await asyncio.to_thread(reader.take, parser.parse(b""))
    except MultipartError:
        raise NotAFormError from None


async def _body(request: Request[Any, Any, Any], limit: int) -> AsyncIterator[bytes]:
    """The body in pieces of some size, so that small packets do not become small writes."""
    total, kept = 0, bytearray()
    more = True
    while more:
        event = await request.receive()
        if event["type"] != "http.request":
            raise ClientGone
        piece: bytes = event["body"]
        more = event.get("more_body", False)
        total += len(piece)
        if total > limit:
            raise _too_large(limit)
        kept += piece
        if len(kept) >= PIECE or not more:
            yield bytes(kept)
            kept.clear()


class _Reader:
    """Takes a parser's events: files go to disk, values are kept."""

    def __init__(self, folder: Path) -> None:
        self.form = ReceivedForm()
        self._folder = folder
        self._part: MultipartSegment | None = None
        self._file: BinaryIO | None = None
        self._value = bytearray()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def take(self, events: Iterable[Any]) -> None:
        """Work through ``events``: the start of a part, pieces of it, its end (None). Writes to disk: for a thread."""
        for event in events:
            if isinstance(event, MultipartSegment):
                self._begin(event)
            elif event:
                self._go_on(event)
            else:
                self._end()

    def _begin(self, part: MultipartSegment) -> None:
        self._part = part
        if part.filename is not None:
            self._file = self._path().open("wb")

    def _go_on(self, piece: bytes | bytearray) -> None:
        if self._file is not None:
            self._file.write(piece)
        elif len(self._value) + len(piece) > LONGEST_VALUE:
            raise NotAFormError
        else:
            self._value += piece

    def _end(self) -> None:
        part, self._part = self._part, None
        if part is None:
            raise NotAFormError
        if self._file is not None:
            size = self._file.tell()
            self._file.close()
            self._file = None
            if size or part.filename:  # a browser sends an empty part where no file was chosen
                self.form.files.append(ReceivedFile(shown_name(part.filename or ""), self._path(), size))
        else:
            self.form.values[part.name] = self._value.decode("utf-8", "replace")
            self._value.clear()

    def _path(self) -> Path:
        return self._folder / str(len(self.form.files))


def shown_name(given: str) -> str:
    """The last part of a file's name, as it may be shown: no folders, no control characters, not too long."""
    last = re.split(r"[/\\]", given)[-1]
    plain = "".join(letter for letter in last if letter.isprintable()).strip()
    return plain[-LONGEST_NAME:] if plain.strip(".") else NAMELESS


def _boundary(request: Request[Any, Any, Any]) -> str:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise NotAFormError
    return str(options["boundary"])


def _too_large(limit: int) -> TooLargeError:
    return TooLargeError(megabytes=limit // MEGABYTE)
