"""The HTTP client that plugins get, against a real server on this machine."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from batikrfm.plugins.http import open_http
from batikrfm.sdk import BadAnswerError, TimedOutError, UnavailableError
from batikrfm.testkit.llm_vendor import VendorServer, troubles

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture
async def vendor() -> AsyncIterator[VendorServer]:
    async with VendorServer() as vendor:
        yield vendor


async def test_an_answer_of_any_status_is_an_answer(vendor: VendorServer) -> None:
    vendor.always(troubles.rate_limited(7), on="")
    async with open_http(base_url=vendor.url, headers={"authorization": "Bearer sk-1"}) as http:
        answer = await http.request("POST", "/v1/things", headers={"x-more": "1"}, body=b"{}")
    assert (answer.status, answer.headers["retry-after"]) == (429, "7")
    assert answer.json()["error"]["code"] == "rate_limit_exceeded"
    (request,) = vendor.requests
    assert (request.method, request.path, request.key) == ("POST", "/v1/things", "sk-1")


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (troubles.slow(30), TimedOutError),
        (troubles.hung_up(), UnavailableError),
        (troubles.half(), UnavailableError),
    ],
    ids=["slow", "hung up", "half"],
)
async def test_no_answer_is_a_typed_error(trouble: object, error: type[Exception], vendor: VendorServer) -> None:
    vendor.always(trouble, on="")  # type: ignore[arg-type] # an answer it is
    async with open_http(base_url=vendor.url) as http:
        with pytest.raises(error) as raised:
            await http.request("GET", "/v1/models", seconds=0.3 if error is TimedOutError else None)
    assert raised.value.__suppress_context__ or raised.value.__context__ is None


async def test_an_answer_without_an_end_is_not_read(vendor: VendorServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("batikrfm.plugins.http.LARGEST", 10_000)
    vendor.always(troubles.huge(100_000), on="")
    async with open_http(base_url=vendor.url) as http:
        with pytest.raises(BadAnswerError):
            await http.request("GET", "/v1/models")


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "not a url", "http://[", "ftp://127.0.0.1/"])
async def test_nobody_there_is_unavailable_and_nothing_was_sent(url: str) -> None:
    async with open_http() as http:
        with pytest.raises(UnavailableError) as raised:
            await http.request("GET", url, seconds=2)
    assert raised.value.code == "no_connection"


@pytest.mark.parametrize("trouble", [troubles.hung_up(), troubles.half()], ids=["hung up", "half"])
async def test_a_line_that_breaks_later_may_have_carried_the_request(trouble: object, vendor: VendorServer) -> None:
    vendor.always(trouble, on="")  # type: ignore[arg-type] # an answer it is
    async with open_http(base_url=vendor.url) as http:
        with pytest.raises(UnavailableError) as raised:
            await http.request("POST", "/v1/things", body=b"{}")
    assert raised.value.code is None
