"""What is logged: requests and tenants, never a customer. Tried with data in every place where it could slip in."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from litestar import Request, get

from batikrfm.tenancy import tenant_scope
from batikrfm.web.guards import public
from batikrfm.web.logs import log, places, set_up_logs
from websites import Opening

PERSON = "SriRahayu"
PHONE = "081234567890"
ADDRESS = "203.0.113.77"


@pytest.fixture
def lines() -> Iterator[Any]:
    """What is logged from now on, as objects."""
    root = logging.getLogger()
    before, level, stream = list(root.handlers), root.level, io.StringIO()
    set_up_logs(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:], root.level = before, level


@get("/api/fail/{name:str}", opt=public("a test"))
async def fail(request: Request[Any, Any, Any]) -> None:
    async with tenant_scope(UUID(request.query_params["tenant"])) as scope:
        if "sql" in request.query_params:
            await scope.fetch("select $1::uuid", f"{PERSON} {PHONE}")
    try:
        stumble()
    except ValueError as error:
        raise RuntimeError(f"cannot greet {PERSON}") from error


def stumble() -> None:
    raise ValueError(f"{PERSON} {PHONE}")


async def test_a_request_is_logged_with_its_tenant_and_without_its_data(open_site: Opening, tenant: UUID, lines: Any) -> None:  # noqa: ANN401 - a fixture
    async with open_site(routes=(fail,)) as site:
        await site.client.get(
            "/api/customers",
            params={"search": PERSON, "cursor": PHONE},
            headers=site.headers(tenant, **{"X-Request-ID": "tiket-12345", "X-Forwarded-For": ADDRESS, "User-Agent": PERSON}),
        )
        await site.client.get(f"/api/fail/{PERSON}", params={"phone": PHONE, "tenant": str(tenant)}, headers=site.headers(tenant))
        await site.client.get(f"/api/fail/{PERSON}", params={"sql": "1", "tenant": str(tenant)}, headers=site.headers(tenant))
        await site.client.post("/api/imports", files=[("files", (f"{PERSON}.csv", PHONE))], headers={"Authorization": f"Bearer {PHONE}"})
        await site.client.get(f"/nothing/{PERSON}", params={"q": PHONE})
    logged = lines()
    text = json.dumps(logged)
    for secret in (PERSON, PHONE, ADDRESS, "127.0.0.1", *site.desk.principals):
        assert secret not in text
    first = next(line for line in logged if line["event"] == "request")
    assert (first["request"], first["tenant"], first["route"]) == ("tiket-12345", str(tenant), "/api/customers")
    failed = next(line for line in logged if line["event"] == "failed" and line["error"] == "RuntimeError")
    assert any("test_logs.py" in place for place in failed["trace"])
    assert "ValueError" in failed["trace"]


def test_libraries_log_as_carefully(lines: Any) -> None:  # noqa: ANN401 - a fixture
    try:
        stumble()
    except ValueError:
        logging.getLogger("somebody.else").exception("it went wrong")
    (line,) = lines()
    assert (line["event"], line["level"], line["logger"], line["error"]) == ("it went wrong", "error", "somebody.else", "ValueError")
    assert PERSON not in json.dumps(line)


def test_our_logger_is_as_careful_where_nobody_set_logs_up(caplog: pytest.LogCaptureFixture) -> None:
    try:
        stumble()
    except ValueError as error:
        log("batikrfm.web").error("failed", exc_info=error)
    assert PERSON not in caplog.text
    assert "ValueError" in caplog.text


def test_a_circle_of_errors_ends() -> None:
    first, second = ValueError("a"), KeyError("b")
    first.__cause__, second.__cause__ = second, first
    assert [place for place in places(first) if place.endswith("Error")] == ["ValueError", "KeyError"]
