"""What ``/api/openapi.json`` promises is what the API does: schemathesis asks every endpoint, with good values and bad ones.

The document that is served is, word for word, the one whose every operation schemathesis plays through: parameters and bodies that it
allows have to be taken or refused as it says, those that it does not allow refused, and each answer's status, type and shape has to be
among its responses. What that cannot see is compared with the routes themselves: which operations there are, what each one's permission,
parameters and first status are, and that all of them need a key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, Final

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from litestar.handlers import HTTPRouteHandler
from litestar.params import HeaderParameter, QueryParameter
from litestar.routes import HTTPRoute
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from batikrfm.db.database import Database
from batikrfm.web.guards import PERMISSION
from batikrfm.web.openapi import KEY, MULTIPART, Documented
from batikrfm.web.routes import ROUTES
from shops import Shop, shop_of
from websites import ORIGIN, Site, made_app

DOCUMENT: Final = Documented(ROUTES).document
CHECKS: Final = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES: Final = 12


def operations_of(document: dict[str, Any]) -> list[Any]:
    return [result.ok() for result in schemathesis.openapi.from_dict(deepcopy(document)).get_all_operations()]  # type: ignore[union-attr] # all are good


OPERATIONS: Final = operations_of(DOCUMENT)


@pytest.fixture
async def shop(database: Database) -> Shop:
    return await shop_of(database, "Toko Kontrak")  # of this module alone: it is changed


def cases_of(operation: Any, mode: GenerationMode) -> list[Any]:  # noqa: ANN401 - schemathesis' own
    """Some requests that the document allows, or that it does not."""
    cases: list[Any] = []

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def collect(case: Any) -> None:  # noqa: ANN401 - schemathesis' own
        cases.append(case)

    collect()
    return cases


async def send(site: Site, case: Any, headers: dict[str, str]) -> Any:  # noqa: ANN401 - schemathesis' own
    request = case.as_transport_kwargs(base_url=ORIGIN, headers=headers)
    request.pop("cookies", None)  # the API reads none
    body = request.pop("data", None)
    if isinstance(body, bytes | str):
        request["content"] = body
    elif body is not None:
        request["data"] = body
    if files := request.pop("files", None):
        request["files"] = [
            (name, (file[0] or "x", file[1]) if isinstance(file[1], bytes) else ("x", str(file[1]))) for name, file in files
        ]
    request["headers"] = {name: value for name, value in dict(request["headers"]).items() if value.isascii()}
    answer = await site.client.request(**request)
    await answer.request.aread()  # which the checks look at
    return answer


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
async def test_an_endpoint_does_what_the_document_says(operation: Any, mode: GenerationMode, site: Site, shop: Shop) -> None:  # noqa: ANN401 - schemathesis' own
    try:
        cases = cases_of(operation, mode)
    except Exception as error:
        if mode is GenerationMode.NEGATIVE and "Unsatisfiable" in type(error).__name__:
            pytest.skip("nothing that could be wrong is sent to it")
        raise
    headers = site.headers(shop.tenant_id)
    statuses = set()
    for number, case in enumerate(cases):
        if number % 2 == 0:  # half of them ask for what there is
            case.path_parameters = {name: str(value) for name, value in shop.ids.items() if f"{{{name}}}" in operation.path}
        answer = await send(site, case, headers)
        case.validate_response(answer, checks=CHECKS)
        statuses.add(answer.status_code)
    assert statuses


def operations() -> dict[tuple[str, str], dict[str, Any]]:
    """Every operation of the document by method and path."""
    return {(method.upper(), path): operation for path, item in DOCUMENT["paths"].items() for method, operation in item.items()}


def declared() -> dict[tuple[str, str], HTTPRouteHandler]:
    """Every route of the API by method and path, as the document writes them."""
    found: dict[tuple[str, str], HTTPRouteHandler] = {}
    for route in made_app().routes:
        if isinstance(route, HTTPRoute) and route.path.startswith("/api/"):
            path = re.sub(r"{(\w+):\w+}", r"{\1}", route.path)
            for handler in route.route_handlers:
                if PERMISSION in handler.opt:
                    found |= {(str(method), path): handler for method in handler.http_methods - {"OPTIONS"}}
    return found


def test_the_document_has_every_operation_as_its_route_declares_it() -> None:
    routes, documented = declared(), operations()
    assert documented.keys() == routes.keys()
    for key, handler in routes.items():
        operation = documented[key]
        assert operation["x-permission"] == str(handler.opt[PERMISSION]), key
        assert next(status for status in operation["responses"] if status < "400") == str(handler.status_code), key
        assert {one["name"] for one in operation.get("parameters", ()) if one["in"] == "path"} == set(re.findall(r"{(\w+)}", key[1])), key
        asked = {one["name"] for one in operation.get("parameters", ()) if one["in"] != "path"}
        assert asked == set(_asked_by(handler)), key
        assert ("requestBody" in operation) == (MULTIPART in handler.opt or "data" in handler.parsed_fn_signature.parameters), key


def _asked_by(handler: HTTPRouteHandler) -> Iterator[str]:
    """The names of the query parameters and headers that a handler takes."""
    for name, field in handler.parsed_fn_signature.parameters.items():
        if isinstance(field.kwarg_definition, QueryParameter | HeaderParameter):
            yield field.kwarg_definition.name or name


def test_every_operation_needs_a_key() -> None:
    assert DOCUMENT["security"] == [{KEY: []}]
    assert [key for key, operation in operations().items() if "security" in operation] == []
    assert [key for key, operation in operations().items() if "401" not in operation["responses"]] == []


def test_errors_are_documented_as_they_are() -> None:
    text = msgspec.json.encode(DOCUMENT).decode()
    assert '"status_code"' not in text, "Litestar's own shape of an error"
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            for status, answer in operation["responses"].items():
                if status[0] in "45":
                    assert list(answer["content"]) == ["application/problem+json"], (path, method, status)


async def test_a_document_that_lies_is_found(site: Site, shop: Shop) -> None:
    """The checks above can fail: the same requests against a document that promises something else."""
    lying: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(DOCUMENT))
    lying["components"]["schemas"]["JobPage"]["required"].append("total")
    (operation,) = [found for found in operations_of(lying) if found.label == "GET /api/jobs"]
    case = cases_of(operation, GenerationMode.POSITIVE)[0]
    case.query = {}
    answer = await send(site, case, site.headers(shop.tenant_id))
    with pytest.raises(FailureGroup) as failed:
        case.validate_response(answer, checks=CHECKS)
    assert "total" in str(failed.value)


async def test_the_document_and_its_page_are_served_from_here(site: Site) -> None:
    answer = await site.client.get("/api/openapi.json")
    assert answer.json() == msgspec.json.decode(msgspec.json.encode(DOCUMENT))
    assert answer.json()["openapi"].startswith("3.1")
    page = await site.client.get("/api/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "<script" not in page.text
    assert "style=" not in page.text
    assert "http" not in page.text.replace("http://", "").replace("https://", "") or "://" not in page.text
    for operation in OPERATIONS:
        assert operation.definition.raw["operationId"] in page.text
    assert (await site.client.get("/api/docs.css")).headers["content-type"].startswith("text/css")
