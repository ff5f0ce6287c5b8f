"""``/metrics`` for Prometheus: to a program of this machine, or to whoever has the installation's token."""

from __future__ import annotations

from hmac import compare_digest
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from batikrfm.sdk.errors import NotFoundError
from batikrfm.sdk.text import Text
from batikrfm.web.clients import is_loopback
from batikrfm.web.edge import CLIENT
from batikrfm.web.guards import public
from batikrfm.web.job_metrics import QueuePage
from batikrfm.web.metrics import CONTENT_TYPE, WebMetrics
from batikrfm.web.settings import WebSettings


class NoMetricsForYouError(NotFoundError):
    """Who may not see the figures is not told that there are any."""

    text = Text(id="Alamat ini tidak ada.", en="There is nothing here.")


def metrics_route(metrics: WebMetrics, settings: WebSettings) -> HTTPRouteHandler:
    """The route of one application's figures, and of how the queue of jobs stands."""
    queue = QueuePage()

    @get("/metrics", opt=public("asks for the token, or for this machine, by itself"), include_in_schema=False)
    async def show(request: Request[Any, Any, Any]) -> Response[bytes]:
        if not _may_see(request, settings.metrics_token):
            raise NoMetricsForYouError
        return Response(metrics.page() + await queue.text(), headers={"Content-Type": CONTENT_TYPE})

    return show


def _may_see(request: Request[Any, Any, Any], token: str | None) -> bool:
    if token is None:
        return is_loopback(request.scope["state"][CLIENT])
    return compare_digest(request.headers.get("authorization", "").encode(), f"Bearer {token}".encode())
