"""Turns an error into an answer: a problem under ``/api``, a page for people elsewhere."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any, Final

import msgspec
from litestar import Request, Response
from litestar.types import Receive, Scope, Send

from batikrfm.sdk.text import Language, Text
from batikrfm.web.languages import DEFAULT, preferred
from batikrfm.web.logs import log
from batikrfm.web.problems import MEDIA_TYPE, Fault, Problem, fault_of

ErrorPage = Callable[[Request[Any, Any, Any], Problem], Response[Any] | None]
"""Renders a page for people; None where it does not want to."""

PAGES: Final = "error_pages"
"""Where the application's state keeps the extensions' error pages."""
API: Final = "/api"
HOME: Final = Text(id="Kembali ke halaman depan", en="Back to the front page")
PAGE: Final = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title></head>
<body><main><h1>{title}</h1><p>{detail}</p><p><a href="/">{home}</a></p><p><small>{request_id}</small></p></main></body></html>
"""


def answer_error(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """The one exception handler of the application."""
    fault = fault_of(error)
    if not fault.expected:
        log("batikrfm.web").error("failed", exc_info=error, problem=fault.slug)
    return answer_fault(request, fault)


def answer_fault(request: Request[Any, Any, Any], fault: Fault) -> Response[Any]:
    """``fault`` in the language and form that the one who asks understands."""
    language = language_of(request.scope)
    path = request.scope["path"]
    problem = fault.problem(language, instance=path, request_id=request.scope["state"].get("request_id", ""))
    response = _as_problem(problem) if path == API or path.startswith(f"{API}/") else _as_page(request, problem, language)
    response.headers.update(fault.headers)
    return response


async def send_error(error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with ``error`` from a place where there is no handler: in a middleware, or outside of Litestar's own."""
    request: Request[Any, Any, Any] = Request(scope, receive, send)
    response = answer_error(request, error)
    await response.to_asgi_response(app=None, request=request)(scope, receive, send)


def language_of(scope: Scope) -> Language:
    """The language of the answer."""
    headers = scope["headers"]
    asked = next((value.decode("latin-1") for name, value in headers if name == b"accept-language"), None)
    principal = scope["state"].get("principal")
    return preferred(asked) or (principal.language if principal is not None else DEFAULT)


def _as_problem(problem: Problem) -> Response[Any]:
    return Response(msgspec.json.encode(problem), status_code=problem.status, media_type=MEDIA_TYPE)


def _as_page(request: Request[Any, Any, Any], problem: Problem, language: Language) -> Response[Any]:
    for page in request.app.state.get(PAGES, ()):
        try:
            response: Response[Any] | None = page(request, problem)
        except Exception as error:  # noqa: BLE001 - a page that fails must not hide the error that it was to show
            log("batikrfm.web").error("error page failed", exc_info=error)
            continue
        if response is not None:
            response.status_code = problem.status
            return response
    return Response(_plain_page(problem, language), status_code=problem.status, media_type="text/html")


def _plain_page(problem: Problem, language: Language) -> str:
    words = {"title": problem.title, "detail": problem.detail, "home": HOME.say(language), "request_id": problem.request_id}
    return PAGE.format(language=language, **{name: html.escape(word) for name, word in words.items()})
