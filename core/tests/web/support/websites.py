"""The web application as a test opens it: with an extension that knows a few fixed keys. For every room that has routes."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from httpx import ASGITransport, AsyncClient
from litestar import Litestar

from batikrfm.db.database import Database
from batikrfm.db.keys import uuid7
from batikrfm.delivery.channels import open_channels
from batikrfm.plugins import Plugins, load_plugins
from batikrfm.plugins.registry import Plugin, Registered
from batikrfm.sdk import Credentials, Extension, Language, Principal, Text
from batikrfm.tenancy.permissions import PERMISSIONS_OF, Permission, Role
from batikrfm.web.app import create_app
from batikrfm.web.settings import WebSettings

ORIGIN = "http://127.0.0.1"
GENEROUS = WebSettings(per_key=100_000, per_address=100_000)


class Desk(Extension):
    """Knows who asks from a dictionary, and brings whatever routes a test gives it."""

    key = "desk"
    name = Text(id="meja", en="desk")

    def __init__(self, routes: Sequence[object] = (), page: Callable[[Any, Any], object | None] | None = None) -> None:
        self.principals: dict[str, Principal] = {}
        self.deeds: list[tuple[str, str, Mapping[str, object]]] = []
        self.asked = 0
        self._routes = routes
        self._page = page

    def routes(self) -> Sequence[object]:
        return self._routes

    def error_page(self, request: object, problem: object) -> object | None:
        return self._page(request, problem) if self._page else None

    async def authenticate(self, credentials: Credentials) -> Principal | None:
        self.asked += 1
        return self.principals.get(credentials.token)

    async def log_deed(self, by: Principal, action: str, target: str, details: Mapping[str, object]) -> None:  # noqa: ARG002 - of the SDK
        self.deeds.append((action, target, details))

    def admit(
        self, tenant_id: UUID, *permissions: Permission, kind: Literal["user", "api_key"] = "api_key", language: Language = "id"
    ) -> str:
        """A key of this tenant with these permissions, or all that an owner has."""
        token = f"key-{uuid7()}"
        allowed = frozenset(permissions or PERMISSIONS_OF[Role.OWNER])
        self.principals[token] = Principal(kind, uuid7(), "Kasir", tenant_id, allowed, language)
        return token


@dataclass
class Site:
    """A running application and the desk that lets people in."""

    app: Litestar
    client: AsyncClient
    desk: Desk
    keys: dict[UUID, str] = field(default_factory=dict)

    def headers(self, tenant_id: UUID, *permissions: Permission, **more: str) -> dict[str, str]:
        """Headers of a request by somebody of this tenant."""
        if permissions:
            return {"Authorization": f"Bearer {self.desk.admit(tenant_id, *permissions)}", **more}
        if tenant_id not in self.keys:
            self.keys[tenant_id] = self.desk.admit(tenant_id)
        return {"Authorization": f"Bearer {self.keys[tenant_id]}", **more}


Opening = Callable[..., contextlib.AbstractAsyncContextManager[Site]]


def plugins_with(desk: Desk) -> Plugins:
    """The built-in plugins and the desk."""
    built_in = load_plugins(only={"builtin"}).all
    objects = (Registered("extensions", desk.key, desk, "desk"),)
    return Plugins((*built_in, Plugin("desk", "acme-desk", "1.0", "desk", objects=objects)))


def opening(database: Database) -> Opening:
    """How to open an application on ``database``: ``async with opening(database)(settings, routes=[...]) as site``.

    One that is asked for again with the same arguments is the same: making one takes longer than most tests.
    """

    @contextlib.asynccontextmanager
    async def opened(
        settings: WebSettings = GENEROUS, *, routes: tuple[object, ...] = (), page: Callable[[Any, Any], object | None] | None = None
    ) -> AsyncIterator[Site]:
        made = _made(settings, routes, page)
        made.databases.append(database)
        try:
            transport = ASGITransport(made.app, raise_app_exceptions=False)  # type: ignore[arg-type] # ASGI, though its types are stricter
            async with _running(made.app), AsyncClient(transport=transport, base_url=ORIGIN, timeout=60) as client:
                yield Site(made.app, client, made.desk)
        finally:
            made.databases.clear()

    return opened


@contextlib.asynccontextmanager
async def _running(app: Litestar) -> AsyncIterator[None]:
    """The application between its start and its end, both in one task: a test's fixtures begin and end in two."""
    started, stop = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            started.set()
            await stop.wait()

    living = asyncio.create_task(live())
    await asyncio.wait({living, asyncio.create_task(started.wait())}, return_when=asyncio.FIRST_COMPLETED)
    try:
        yield
    finally:
        stop.set()
        await living


@dataclass
class _Made:
    app: Litestar
    desk: Desk
    databases: list[Database]


def made_app(routes: tuple[object, ...] = ()) -> Litestar:
    """An application to look at: its routes, not its answers."""
    return _made(GENEROUS, routes, None).app


@lru_cache(maxsize=8)
def _made(settings: WebSettings, routes: tuple[object, ...], page: Callable[[Any, Any], object | None] | None) -> _Made:
    desk, databases = Desk(routes, page), list[Database]()
    plugins = plugins_with(desk)

    @contextlib.asynccontextmanager
    async def already_open() -> AsyncIterator[Database]:
        with tempfile.TemporaryDirectory() as folder:
            async with open_channels(plugins, Path(folder), {}):
                yield databases[-1]

    return _Made(create_app(settings, already_open, plugins), desk, databases)
