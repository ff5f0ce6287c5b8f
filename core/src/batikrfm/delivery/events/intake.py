"""Takes in what vendors report: whose it is, whether it may be believed, kept; then it is answered, and worked on later.

What is kept was read by the channel already, so a request that is forged costs no row. Reading is quick (no vendor is asked), and a
vendor's handshake wants the channel's own answer.
"""

from __future__ import annotations

import contextlib
import logging
import math
import os
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID

import msgspec

from batikrfm.db.engine import current_scope
from batikrfm.delivery.events import queries as sql
from batikrfm.delivery.events.errors import FloodError, UnknownHookError
from batikrfm.delivery.events.pacing import Pace
from batikrfm.delivery.events.reading import NoSuchChannelError, Read, Reader
from batikrfm.delivery.events.telling import encoded, tidied
from batikrfm.delivery.events.urls import Hook, whose
from batikrfm.delivery.events.writing import Desk, Slip
from batikrfm.plugins.http import open_http
from batikrfm.plugins.settings import PluginSettings
from batikrfm.plugins.vault import Vault
from batikrfm.sdk.channels import WebhookRequest
from batikrfm.sdk.context import PluginContext
from batikrfm.sdk.plugin_errors import ForgedRequestError
from batikrfm.tenancy import tenant_scope

if TYPE_CHECKING:
    from batikrfm.plugins import Plugins

REMEMBER: Final = 15.0  # seconds that it is remembered whose a URL is; one that ended is heard so much longer
MOST_REMEMBERED: Final = 10_000
COUNT_EVERY: Final = 5.0  # seconds between two writings of how many requests were forged
TOLD_HEADERS: Final = frozenset(
    {"content-type", "user-agent", "svix-id", "svix-timestamp", "webhook-id", "webhook-timestamp", "x-request-id"}
)
"""What is kept of a request's headers: nothing that opens anything."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the vendor is answered."""

    status: int
    body: str = ""


@dataclass(frozen=True)
class _Remembered:
    hook: Hook
    until: float


class Intake:
    """The intake of one process."""

    def __init__(self, reader: Reader, *, pace: Pace | None = None, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._reader, self._pace, self._monotonic = reader, pace or Pace(), monotonic
        self._desk = Desk()
        self._known: dict[bytes, _Remembered] = {}
        self._forged: dict[UUID, tuple[int, float]] = {}

    async def close(self) -> None:
        """Finish what is being written, and close the channels."""
        await self._desk.close()
        await self._reader.close()

    def knows(self, token: str) -> bool:
        """Whether ``token`` was one of ours a moment ago. Asks nobody."""
        return self._find(token) is not None

    async def take(self, token: str, request: WebhookRequest) -> Answer:
        """Take ``request`` in, in no scope. It is kept when this comes back.

        Raises:
            UnknownHookError: nobody has this URL, or its channel reports nothing.
            FloodError: too many at once; the vendor is to come again.
            ForgedRequestError: the channel does not believe it. Counted.
            NotListeningError: the channel cannot read it now; the vendor is to come again.
        """
        hook = await self._whose(token)
        if seconds := self._pace.wait(hook.url_id):
            raise FloodError(seconds=math.ceil(seconds))
        try:
            read = await self._reader.read(hook.tenant_id, hook.channel, request)
        except ForgedRequestError:
            await self._count_forged(hook)
            raise
        except NoSuchChannelError as error:
            raise UnknownHookError from error
        if read.told.events or read.told.aliases:
            await self._desk.put(hook.tenant_id, _slip(hook, request, read))
        return Answer(read.told.status, read.told.body)

    async def _whose(self, token: str) -> Hook:
        if (hook := self._find(token)) is not None:
            return hook
        found = await whose(token)
        if found is None:
            raise UnknownHookError
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        self._known[_hash(token)] = _Remembered(found, self._monotonic() + REMEMBER)
        return found

    def _find(self, token: str) -> Hook | None:
        known = self._known.get(_hash(token))
        return known.hook if known is not None and known.until > self._monotonic() else None

    async def _count_forged(self, hook: Hook) -> None:
        """Written down every some seconds: a flood of forged requests must not become a flood of writing."""
        count, written = self._forged.get(hook.url_id, (0, -math.inf))
        count, now = count + 1, self._monotonic()
        if now - written < COUNT_EVERY:
            self._forged[hook.url_id] = (count, written)
            return
        self._forged[hook.url_id] = (0, now)
        async with tenant_scope(hook.tenant_id):
            await current_scope().execute(sql.NOTE_FORGED, hook.url_id, count)


def _hash(token: str) -> bytes:
    return sha256(token.encode("utf-8", "replace")).digest()


def _slip(hook: Hook, request: WebhookRequest, read: Read) -> Slip:
    headers = {name: value for name, value in request.headers.items() if name in TOLD_HEADERS}
    raw = {"method": request.method, "query": sorted(request.query), "headers": headers}
    return Slip(
        url_id=hook.url_id,
        channel=hook.channel,
        medium=read.medium,
        received_at=request.received_at,
        fingerprint=_fingerprint(request),
        raw=msgspec.json.encode(raw).decode().replace("\\u0000", ""),
        body=request.body,
        told=encoded(tidied(read.told, request.received_at)),
    )


def _fingerprint(request: WebhookRequest) -> bytes:
    query = msgspec.json.encode(sorted(request.query.items()))
    return sha256(b"\0".join((request.method.encode(), query, request.body))).digest()


_open: list[Intake] = []


class IntakeClosed(RuntimeError):
    """The program has not opened its intake: our bug."""


@contextlib.asynccontextmanager
async def open_intake(plugins: Plugins, data_dir: Path, environ: Mapping[str, str] = os.environ) -> AsyncIterator[Intake]:
    """Take webhooks in for as long as the block lasts. A program does this once. Raises a ``SetupError``."""
    settings = PluginSettings(plugins, Vault.of_installation(data_dir, environ), environ)
    context = PluginContext(language="id", log=logging.getLogger("batikrfm.plugin"), http=open_http)
    async with opened_intake(Intake(Reader(settings, context))) as opened:
        yield opened


@contextlib.asynccontextmanager
async def opened_intake(opened: Intake) -> AsyncIterator[Intake]:
    """Make ``opened`` the one that is used, for as long as the block lasts."""
    _open.append(opened)
    try:
        yield opened
    finally:
        _open.remove(opened)
        await opened.close()


def intake() -> Intake:
    """The open intake. Raises :class:`IntakeClosed`."""
    if not _open:
        raise IntakeClosed("open_intake() comes first")
    return _open[-1]
