"""Every error is an answer: of the right status, in the reader's language, and without anybody's data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Request, Response, get, post
from litestar.exceptions import HTTPException
from litestar.params import JSONBody, QueryParameter

from batikrfm.db.errors import ConflictError, DataFolderError
from batikrfm.sdk import BatikError, InputError, NotFoundError, TimedOutError
from batikrfm.usage import QuotaUsedUpError
from batikrfm.web.guards import public
from batikrfm.web.invalid import sentence
from batikrfm.web.languages import preferred
from batikrfm.web.problems import TITLES, fault_of
from websites import Opening, Site

OPEN = public("a test")
SECRET = "Ibu Sri 081234567890"
RAISED: dict[str, Exception] = {
    "input": InputError(),
    "not_found": NotFoundError(),
    "setup": DataFolderError(path="/var/secret/place", reason=SECRET),
    "plugin": TimedOutError(seconds=3),
    "ours": BatikError(),
    "conflict": ConflictError(),
    "crash": RuntimeError(SECRET),
    "teapot": HTTPException(SECRET, status_code=418),
}
STATUSES = {"input": 422, "not_found": 404, "setup": 503, "plugin": 502, "ours": 500, "conflict": 409, "crash": 500, "teapot": 500}


@get(["/api/raise/{what:str}", "/raise/{what:str}"], opt=OPEN)
async def throw(request: Request[Any, Any, Any]) -> None:
    raise RAISED[request.path_params["what"]]


@post("/api/echo", opt=OPEN)
async def echo(data: JSONBody[dict[str, int]], limit: Annotated[int, QueryParameter(name="limit", ge=1, le=10)] = 1) -> dict[str, int]:
    return data | {"limit": limit}


def page(_request: Any, problem: Any) -> Response[str] | None:  # noqa: ANN401 - what an extension gets
    if "boom" in problem.instance:
        raise RuntimeError(SECRET)
    return Response(f"<h1>{problem.title}</h1>", media_type="text/html") if "/raise/" in problem.instance else None


@pytest.fixture
async def faulty(open_site: Opening) -> AsyncIterator[Site]:
    async with open_site(routes=(throw, echo), page=page) as site:
        yield site


@pytest.mark.parametrize("what", RAISED)
async def test_an_error_is_a_problem_of_its_status(what: str, faulty: Site) -> None:
    answer = await faulty.client.get(f"/api/raise/{what}", headers={"Accept-Language": "en", "X-Request-ID": "tiket-12345"})
    problem = answer.json()
    assert answer.status_code == problem["status"] == STATUSES[what]
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["type"].startswith("urn:batikrfm:problem:")
    assert (problem["instance"], problem["request_id"]) == (f"/api/raise/{what}", "tiket-12345")
    assert problem["title"] == TITLES[STATUSES[what]].en
    assert "secret" not in answer.text
    assert "Sri" not in answer.text


async def test_the_reader_chooses_the_language(faulty: Site) -> None:
    spoken = {}
    for header in ("en-GB,en;q=0.9", "id", "fr", "fr, en;q=0.1, id;q=0.2"):
        answer = await faulty.client.get("/api/raise/not_found", headers={"Accept-Language": header})
        spoken[header] = answer.json()["title"]
    assert list(spoken.values()) == ["Not found", "Tidak ditemukan", "Tidak ditemukan", "Tidak ditemukan"]


async def test_what_does_not_fit_is_said_by_field_and_not_repeated(faulty: Site) -> None:
    answer = await faulty.client.post("/api/echo", params={"limit": "0"}, json={}, headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.json()["errors"]) == (422, [{"field": "limit", "message": "must be at least 1"}])
    answer = await faulty.client.post("/api/echo", params={"limit": SECRET}, json={}, headers={"Accept-Language": "id"})
    assert answer.json()["errors"] == [{"field": "limit", "message": "isi dengan bilangan bulat"}]
    assert "Sri" not in answer.text
    answer = await faulty.client.post("/api/echo", json={"a": SECRET})
    assert answer.status_code == 422
    assert "Sri" not in answer.text


async def test_a_body_that_is_no_json_is_400_and_a_large_one_413(faulty: Site) -> None:
    answer = await faulty.client.post("/api/echo", content=b'{"a":', headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    answer = await faulty.client.post("/api/echo", content=b" " * 1_000_001, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")


async def test_no_such_address_and_no_such_method_are_problems_too(faulty: Site) -> None:
    answer = await faulty.client.get("/api/nothing/here")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:batikrfm:problem:no-such-address")
    answer = await faulty.client.delete("/api/echo")
    assert (answer.status_code, answer.headers["content-type"]) == (405, "application/problem+json")
    assert "POST" in answer.headers["allow"]


async def test_people_get_a_page_that_the_extension_may_bring(faulty: Site) -> None:
    answer = await faulty.client.get("/raise/not_found")
    assert (answer.status_code, answer.text) == (404, "<h1>Tidak ditemukan</h1>")
    plain = await faulty.client.get("/elsewhere/<script>alert(1)</script>")
    assert (plain.status_code, plain.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "<script>" not in plain.text
    assert "Kembali ke halaman depan" in plain.text


async def test_a_page_that_fails_does_not_hide_the_error(faulty: Site) -> None:
    answer = await faulty.client.get("/boom")
    assert answer.status_code == 404
    assert "Tidak ditemukan" in answer.text


def every_error(kind: type[BatikError]) -> list[type[BatikError]]:
    return [kind, *(deeper for child in kind.__subclasses__() for deeper in every_error(child))]


QUOTA = {"limit": 10, "left": 0, "renews_at": datetime(2026, 1, 1, tzinfo=UTC)}
"""What errors about a quota hold beside their values."""


def test_a_quota_that_is_used_up_says_when_to_come_back() -> None:
    renews_at = datetime.now(UTC) + timedelta(hours=2)
    fault = fault_of(QuotaUsedUpError(limit=10, left=0, wanted=1, renews_at=renews_at))
    problem = fault.problem("en", instance="/api/ai/generate-content", request_id="x")
    assert (problem.status, problem.type) == (429, "urn:batikrfm:problem:quota-used-up")
    assert (problem.limit, problem.left, problem.renews_at) == (10, 0, renews_at)
    assert 7_100 < int(fault.headers["Retry-After"]) <= 7_200
    past = fault_of(QuotaUsedUpError(limit=10, left=0, wanted=1, renews_at=datetime(2026, 1, 1, tzinfo=UTC)))
    assert past.headers["Retry-After"] == "1"


def test_every_error_of_ours_has_a_status_and_a_title() -> None:
    for kind in (kind for kind in every_error(BatikError) if not kind.__name__.startswith("_")):
        error = kind.__new__(kind)
        error.values = defaultdict(str)
        vars(error).update(QUOTA)
        fault = fault_of(error)
        assert fault.status in TITLES, kind
        assert fault.slug.replace("-", "").isalnum(), kind


@given(st.text())
def test_no_accept_language_header_is_too_strange(header: str) -> None:
    assert preferred(header) in {"id", "en", None}


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"])))
def test_what_was_sent_is_never_in_the_sentence(sent: str) -> None:
    said = sentence(f"Invalid enum value '{sent}'")
    assert not sent.strip() or len(sent) < 12 or (sent not in said.id and sent not in said.en)
