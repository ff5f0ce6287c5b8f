"""The outermost layer: what every request and every answer has, found or not, broken or not."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass
from typing import Any, Final, cast
from uuid import uuid4

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from batikrfm.web.answering import send_error
from batikrfm.web.clients import Client, client_of
from batikrfm.web.errors import TooSlowError, UnknownHostError
from batikrfm.web.logs import log
from batikrfm.web.metrics import WebMetrics
from batikrfm.web.scope import PRINCIPAL
from batikrfm.web.security import security_headers
from batikrfm.web.settings import WebSettings

REQUEST_ID: Final = re.compile(rb"[A-Za-z0-9_-]{8,64}")
CLIENT: Final = "client"
HEAD: Final = "head"
"""Where a request's state keeps whether it came as ``HEAD``."""
HEALTH: Final = "/health/"
"""Asked by the machine's own name or address, whatever that is."""
UNMATCHED: Final = "unmatched"


@dataclass
class _Answer:
    """What became of a request."""

    status: int = 500
    seconds: float | None = None
    started: bool = False


class Edge:
    """Gives each request an id, refuses names that are not ours, times silent clients out, and tells log and metrics how it went.

    ``HEAD`` is answered as ``GET`` without its body. Whatever falls through every other handler ends here, as a problem.
    """

    def __init__(self, app: ASGIApp, settings: WebSettings, metrics: WebMetrics) -> None:
        self._app = app
        self._settings = settings
        self._metrics = metrics
        self._hosts = settings.known_hosts
        self._headers = security_headers(https=settings.https)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        await _Visit(self, scope, receive, send).go()

    def knows(self, host: str | None, path: str) -> bool:
        """Whether ``host``, as a Host header has it, is one of ours."""
        return path.startswith(HEALTH) or _without_port(host or "") in self._hosts

    @property
    def app(self) -> ASGIApp:
        return self._app

    @property
    def settings(self) -> WebSettings:
        return self._settings

    @property
    def metrics(self) -> WebMetrics:
        return self._metrics

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        return self._headers


class _Visit:
    """One request on its way through."""

    def __init__(self, edge: Edge, scope: HTTPScope, receive: Receive, send: Send) -> None:
        self._edge = edge
        self._scope = scope
        self._receive = receive
        self._send = send
        self._asked = dict(scope["headers"])
        self._head = scope["method"] == "HEAD"
        self._answer = _Answer()
        self._began = time.perf_counter()
        self._whole_body = False

    async def go(self) -> None:
        state, method = self._scope["state"], self._scope["method"]
        request_id = state["request_id"] = self._request_id()
        client: Client = client_of(self._scope, self._asked, self._edge.settings.proxies)
        state[CLIENT], state[HEAD] = client, self._head
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=request_id)
        self._edge.metrics.began()
        try:
            await self._work()
        finally:
            self._tell(str(method))

    async def _work(self) -> None:
        host = self._asked.get(b"host")
        try:
            if not self._edge.knows(host.decode("latin-1") if host else None, self._scope["path"]):
                raise UnknownHostError  # noqa: TRY301 - answered like all others
            if self._head:
                self._scope["method"] = cast("Any", "GET")
            await self._edge.app(self._scope, self._receive_in_time, self._send_more)
        except Exception as error:
            if self._answer.started:
                log("batikrfm.web").error("broke off", exc_info=error)
                raise
            await send_error(error, self._scope, self._receive, self._send_more)

    def _request_id(self) -> str:
        given = self._asked.get(b"x-request-id", b"")
        return given.decode("ascii") if REQUEST_ID.fullmatch(given) else uuid4().hex

    async def _receive_in_time(self) -> Any:  # noqa: ANN401 - an ASGI event
        """The next event; a client that is silent in the middle of its body has so many seconds."""
        if self._whole_body:
            return await self._receive()
        try:
            async with asyncio.timeout(self._edge.settings.body_seconds):
                event = await self._receive()
        except TimeoutError:
            raise TooSlowError from None
        self._whole_body = event["type"] != "http.request" or not event.get("more_body", False)
        return event

    async def _send_more(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._answer.started = True
            self._answer.status = message["status"]
            self._answer.seconds = time.perf_counter() - self._began
            message["headers"] = self._with_ours(list(message["headers"]))
        elif self._head and message["type"] == "http.response.body":
            message = {"type": "http.response.body", "body": b"", "more_body": message["more_body"]}
        await self._send(message)

    def _with_ours(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        """Our headers beside the answer's own, which win where both have one."""
        own = {name.lower() for name, _ in headers}
        headers += [header for header in self._edge.headers if header[0] not in own]
        headers.append((b"x-request-id", self._scope["state"]["request_id"].encode()))
        return headers

    def _tell(self, method: str) -> None:
        seconds = self._answer.seconds if self._answer.seconds is not None else time.perf_counter() - self._began
        route = str(self._scope.get("path_template") or UNMATCHED)
        self._edge.metrics.ended(route=route, method=method, status=self._answer.status, seconds=seconds)
        principal = self._scope["state"].get(PRINCIPAL)
        log("batikrfm.web").info(
            "request",
            method=method,
            route=route,
            status=self._answer.status,
            ms=round(seconds * 1000, 1),
            by=f"{principal.kind}:{principal.id}" if principal else None,
        )


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host).lower().rstrip(".")
