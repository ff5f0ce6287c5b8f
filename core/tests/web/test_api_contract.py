"""What ``/api/openapi.json`` promises is what the API does: schemathesis asks every endpoint, with good values and bad ones."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Final

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from batikrfm.db.database import Database
from batikrfm.web.openapi import Documented
from batikrfm.web.routes import ROUTES
from route_matrix import routes_of
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


def test_the_document_has_every_route_and_its_permission() -> None:
    documented = {
        (method.upper(), path, operation["x-permission"]) for path, item in DOCUMENT["paths"].items() for method, operation in item.items()
    }
    routes = {(route.method, route.path, str(route.permission)) for route in routes_of(made_app(), under="/api") if route.permission}
    assert {(method, path.split("{")[0]) for method, path, _ in documented} == {(method, path.split("{")[0]) for method, path, _ in routes}
    assert {permission for *_, permission in documented} == {permission for *_, permission in routes}


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
    assert answer.json()["paths"].keys() == DOCUMENT["paths"].keys()
    assert answer.json()["components"]["schemas"].keys() == DOCUMENT["components"]["schemas"].keys()
    assert answer.json()["openapi"].startswith("3.1")
    page = await site.client.get("/api/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "<script" not in page.text
    assert "style=" not in page.text
    assert "http" not in page.text.replace("http://", "").replace("https://", "") or "://" not in page.text
    for operation in OPERATIONS:
        assert operation.definition.raw["operationId"] in page.text
    assert (await site.client.get("/api/docs.css")).headers["content-type"].startswith("text/css")
