"""What the API promises: an OpenAPI 3.1 document made from the routes, with our problems in place of Litestar's own error shape."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from importlib.metadata import version
from typing import Any, Final

import msgspec
from litestar import Litestar, Response, Router, get
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme, Tag
from litestar.types import ControllerRouterHandler

from batikrfm.web.answering import API
from batikrfm.web.docs_page import STYLE, docs_page
from batikrfm.web.guards import PERMISSION, public
from batikrfm.web.problems import MEDIA_TYPE, TITLES, Problem

DESCRIPTION: Final = """Everything of one shop: bring sales files, read customers, segments and runs, order reports.

Send an API key with every request: `Authorization: Bearer <key>`. The key belongs to one shop; another shop's things are not found.
Errors are problems (RFC 9457). Lists go on with `cursor`. Money is exact: decimal numbers as strings.
`RateLimit` says how many requests are left.
"""
TAGS: Final = {
    "imports": "Sales files on their way in",
    "customers": "Who the customers are",
    "consents": "What customers agreed to and refused",
    "suppressions": "Addresses that get nothing any more",
    "segments": "The segments of the latest run",
    "runs": "Segmentation runs, and who moved",
    "ai": "Words for segments, and what they use",
    "contents": "Drafts, their review and their texts",
    "prompts": "What a model is asked",
    "campaigns": "What is sent, to whom, when, and what came of it",
    "deliveries": "Messages one by one, and what happened to them",
    "replies": "What people wrote back",
    "channels": "The accounts that a shop sends by",
    "reports": "Files to read and to share",
    "jobs": "Work in the background",
}
KEY: Final = "apiKey"
METHODS: Final = {"get", "post", "put", "patch", "delete"}
MULTIPART: Final = "multipart"
"""``opt`` of a route that takes :data:`UPLOAD`."""
NOT_FOUND: Final = "not_found"
"""``opt`` of a route without an id that answers 404 all the same."""
UPLOAD: Final[Mapping[str, Any]] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["files"],
                "properties": {"files": {"type": "array", "minItems": 1, "items": {"type": "string", "format": "binary"}}},
            }
        }
    },
}


class Documented:
    """The document of some routes. It is made when it is first asked for, which a start need not wait for."""

    def __init__(self, routes: Sequence[ControllerRouterHandler]) -> None:
        self._routes = routes

    @cached_property
    def document(self) -> dict[str, Any]:
        """As JSON has it."""
        alone = Litestar([Router(API, route_handlers=list(self._routes))], openapi_config=_config(), logging_config=None)
        document = alone.openapi_schema.to_schema()
        _, schemas = msgspec.json.schema_components([Problem], ref_template="#/components/schemas/{name}")
        document["components"]["schemas"].update(schemas)
        opts = {handler.operation_id: handler.opt for route in alone.routes for handler in getattr(route, "route_handlers", ())}
        for path, method, operation in _operations(document):
            _correct(operation, path=path, method=method, opt=opts[operation["operationId"]])
        return document

    @cached_property
    def json(self) -> bytes:
        """As it is sent."""
        return msgspec.json.encode(self.document)

    @cached_property
    def page(self) -> bytes:
        """The same for people."""
        return docs_page(self.document).encode()


def documentation(routes: Sequence[ControllerRouterHandler]) -> list[HTTPRouteHandler]:
    """``/api/openapi.json`` and ``/api/docs`` of these routes."""
    documented = Documented(routes)

    @get(f"{API}/openapi.json", opt=public("it says how to use the API, nothing of anybody's"), include_in_schema=False)
    async def openapi() -> Response[bytes]:
        return Response(await asyncio.to_thread(lambda: documented.json), media_type="application/json")

    @get(f"{API}/docs", opt=public("the same for people"), include_in_schema=False)
    async def docs() -> Response[bytes]:
        return Response(await asyncio.to_thread(lambda: documented.page), media_type="text/html")

    @get(f"{API}/docs.css", opt=public("how the page looks"), include_in_schema=False, sync_to_thread=False)
    def style() -> Response[str]:
        return Response(STYLE, media_type="text/css")

    return [openapi, docs, style]


def _config() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="BatikRFM",
        version=version("batikrfm"),
        description=DESCRIPTION,
        use_handler_docstrings=True,
        tags=[Tag(name, description) for name, description in TAGS.items()],
        components=Components(security_schemes={KEY: SecurityScheme(type="http", scheme="bearer", description="An API key of a shop")}),
        security=[{KEY: []}],
    )


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield path, method, operation


def _correct(operation: dict[str, Any], *, path: str, method: str, opt: Mapping[str, Any]) -> None:
    """Say which permission it needs and which problems it can answer with; Litestar's own 400 is none of them."""
    if opt.get(MULTIPART):
        operation["requestBody"] = UPLOAD
    if "parameters" in operation:  # Litestar's order is another each time
        operation["parameters"].sort(key=lambda parameter: (parameter["in"], parameter["name"]))
    operation["x-permission"] = str(opt[PERMISSION])
    responses = operation["responses"]
    responses.pop("400", None)
    for status in _problems(operation, path=path, method=method, opt=opt):
        responses[str(status)] = {
            "description": TITLES[status].en,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }


def _problems(operation: dict[str, Any], *, path: str, method: str, opt: Mapping[str, Any]) -> list[int]:
    statuses = [401, 403, 429, 503]
    if "{" in path or opt.get(NOT_FOUND):
        statuses.append(404)
    if "requestBody" in operation:
        statuses += [400, 408, 413, 415]
    if "requestBody" in operation or "parameters" in operation or method != "get":
        statuses.append(422)
    if method != "get":
        statuses.append(409)
    return sorted(statuses)
