"""``/hooks/<token>``: where vendors report. No key and no cookie: the URL says which shop it is, the channel checks the signature."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Any, Final

from litestar import HttpMethod, Request, Response, route
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from batikrfm.delivery.events.errors import FloodError, NotListeningError, UnknownHookError
from batikrfm.delivery.events.intake import intake
from batikrfm.sdk.channels import WebhookRequest
from batikrfm.sdk.plugin_errors import ForgedRequestError
from batikrfm.web.clients import network_of
from batikrfm.web.edge import CLIENT
from batikrfm.web.guards import public
from batikrfm.web.metrics import WebMetrics
from batikrfm.web.rates import RateLimits
from batikrfm.web.settings import MEGABYTE, WebSettings

LARGEST: Final = 4 * MEGABYTE
"""Bytes; Meta sends up to 3 MB."""
COME_AGAIN: Final = 60  # seconds
LIMIT: Final = "hook"
WHY: Final = "a vendor asks: the URL says which shop it is, and its channel checks the signature"


def hook_route(limits: RateLimits, settings: WebSettings, metrics: WebMetrics) -> HTTPRouteHandler:
    """The route. Whoever asks for URLs that are nobody's has as many tries as any stranger at the API."""

    async def refuse_stranger(request: Request[Any, Any, Any]) -> Response[str]:
        verdict = await limits.hit(LIMIT, network_of(request.scope["state"][CLIENT]), settings.per_address)
        if verdict.allowed:
            return _answer(HTTPStatus.NOT_FOUND)
        metrics.limited(LIMIT)
        return _answer(HTTPStatus.TOO_MANY_REQUESTS, wait=verdict.reset)

    @route(
        "/hooks/{token:str}",
        http_method=[HttpMethod.GET, HttpMethod.POST],
        opt=public(WHY),
        request_max_body_size=LARGEST,
        include_in_schema=False,
    )
    async def hook(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[str]:
        """200 as soon as it is kept; what it says is worked on later."""
        try:
            answer = await intake().take(token, await _webhook(request))
        except UnknownHookError:
            return await refuse_stranger(request)
        except FloodError as error:
            metrics.limited(LIMIT)
            return _answer(HTTPStatus.TOO_MANY_REQUESTS, wait=error.seconds)
        except ForgedRequestError:
            return _answer(HTTPStatus.UNAUTHORIZED)
        except NotListeningError:
            return _answer(HTTPStatus.SERVICE_UNAVAILABLE, wait=COME_AGAIN)
        return _answer(answer.status, answer.body)

    return hook


async def _webhook(request: Request[Any, Any, Any]) -> WebhookRequest:
    """The request as it came. Of a name that is there twice the last counts."""
    return WebhookRequest(
        method=str(request.method),
        query={name: str(value) for name, value in request.query_params.items()},
        headers={name.lower(): value for name, value in request.headers.items()},
        body=await request.body(),
        received_at=dt.datetime.now(dt.UTC),
    )


def _answer(status: int, body: str = "", *, wait: int | None = None) -> Response[str]:
    headers = {"cache-control": "no-store"} | ({} if wait is None else {"retry-after": str(wait)})
    return Response(body, status_code=int(status), media_type="text/plain", headers=headers)
