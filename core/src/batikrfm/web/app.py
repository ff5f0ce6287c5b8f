"""Makes the web application from what it is given: nothing is read from the environment and nothing is opened on import."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, cast

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.types import ControllerRouterHandler

from batikrfm.db.database import Database
from batikrfm.db.listening import listening
from batikrfm.plugins import Plugins
from batikrfm.web import health, tracked
from batikrfm.web.answering import API, PAGES, answer_error
from batikrfm.web.door import CHANNEL, ApiDoor, Remembered
from batikrfm.web.edge import Edge
from batikrfm.web.guards import check_permission, require_guarded
from batikrfm.web.hooks import hook_route
from batikrfm.web.metrics import WebMetrics
from batikrfm.web.metrics_page import metrics_route
from batikrfm.web.openapi import documentation
from batikrfm.web.params import PLUGINS
from batikrfm.web.rates import RateLimits
from batikrfm.web.routes import ROUTES
from batikrfm.web.scope import TenantScope
from batikrfm.web.settings import MEGABYTE, WebSettings
from batikrfm.web.stopping import STOPPING

Opening = Callable[[], AbstractAsyncContextManager[Database]]
"""Opens the database for as long as the application runs: ``lambda: open_database(settings)``."""

BODY_LIMIT = MEGABYTE
"""Bytes of a body that is no upload: such a route says its own ``request_max_body_size``."""
SETTINGS = "settings"


def create_app(settings: WebSettings, opening: Opening, plugins: Plugins, metrics: WebMetrics | None = None) -> Litestar:
    """The application: the API, health, metrics, and what the extensions among ``plugins`` bring.

    Raises :class:`~batikrfm.web.guards.UnguardedRoutes` where a route, also of an extension, says nothing of who may use it.
    """
    metrics = metrics or WebMetrics()
    limits = RateLimits(settings.redis_url)
    door = ApiDoor(plugins, limits, settings, metrics)
    api = Router(API, route_handlers=list(ROUTES), middleware=[door], include_in_schema=True)
    app = Litestar(
        [
            api,
            *documentation(ROUTES),
            *(health.live, health.ready),
            metrics_route(metrics, settings),
            hook_route(limits, settings, metrics),
            *tracked.ROUTES,
            *_extension_routes(plugins),
        ],
        middleware=[TenantScope()],
        guards=[check_permission],
        exception_handlers={HTTPException: answer_error, Exception: answer_error},
        lifespan=[_lifespan(opening, limits, door.remembered)],
        state=State({SETTINGS: settings, PLUGINS: plugins, PAGES: _error_pages(plugins), STOPPING: asyncio.Event()}),
        include_in_schema=False,
        openapi_config=None,
        logging_config=None,
        request_max_body_size=BODY_LIMIT,
    )
    require_guarded(app)
    app.asgi_handler = Edge(app.asgi_handler, settings, metrics)
    return app


def _extension_routes(plugins: Plugins) -> Sequence[ControllerRouterHandler]:
    return [cast("ControllerRouterHandler", route) for extension in plugins.extensions.values() for route in extension.routes()]


def _error_pages(plugins: Plugins) -> tuple[Callable[..., Any], ...]:
    return tuple(extension.error_page for extension in plugins.extensions.values())


def _lifespan(opening: Opening, limits: RateLimits, keys: Remembered) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    @contextlib.asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        async with opening() as database, listening(database.urls.platform, CHANNEL, keys.heard, keys.deaf):
            app.state[health.DATABASE] = database
            try:
                yield
            finally:
                await limits.close()

    return lifespan
