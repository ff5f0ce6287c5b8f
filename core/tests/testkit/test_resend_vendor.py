"""The stand-in for Resend: what it remembers, refuses and reports, by itself and as a program."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest

from batikrfm.plugins.http import open_http
from batikrfm.sdk import HttpAnswer
from batikrfm.testkit.llm_vendor.serving import Answer, HttpServer, Request
from batikrfm.testkit.resend_vendor import ResendVendor

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
DAY = 24 * 3600


@pytest.fixture
async def vendor() -> AsyncIterator[ResendVendor]:
    async with ResendVendor() as vendor:
        yield vendor


def mail(number: int = 1, sender: str = "Toko <kabar@toko.example>", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any field of a mail
    return {"from": sender, "to": [f"ani{number}@rumah.example"], "subject": "Halo", "text": "Halo", **more}


async def post(url: str, mails: object, *, name: str | None = None, key: str = "re_1", path: str = "/emails/batch") -> HttpAnswer:
    headers = {"authorization": f"Bearer {key}", **({"idempotency-key": name} if name else {})}
    async with open_http(base_url=url, headers=headers) as http:
        return await http.request("POST", path, body=json.dumps(mails).encode())


async def test_the_same_request_under_the_same_key_is_answered_and_not_carried_out_for_a_day(vendor: ResendVendor) -> None:
    first = await post(vendor.url, [mail()], name="k")
    vendor.pass_time(DAY - 1)
    assert (await post(vendor.url, [mail()], name="k")).body == first.body
    assert (await post(vendor.url, [mail()], name="k", key="re_2")).body != first.body, "keys are an account's own"
    assert (await post(vendor.url, [mail(2)], name="k")).status == 409
    assert len(vendor.sent) == 2
    vendor.pass_time(2)
    assert (await post(vendor.url, [mail()], name="k")).body != first.body
    assert len(vendor.sent) == 3


async def test_a_bad_address_costs_only_itself(vendor: ResendVendor) -> None:
    told = (await post(vendor.url, [mail(1), mail(2, to=["bukan alamat"]), mail(3)])).json()
    assert len(told["data"]) == 2
    assert [error["index"] for error in told["errors"]] == [1]


async def test_what_is_wrong_with_all_of_it_is_said(vendor: ResendVendor) -> None:
    assert (await post(vendor.url, [mail(sender="x@lain.example")])).json()["name"] == "validation_error"
    assert (await post(vendor.url, [mail(number) for number in range(101)])).status == 422
    assert not vendor.sent


async def test_too_many_requests_are_turned_away_until_a_second_is_over() -> None:
    async with ResendVendor(most=2) as vendor:
        assert [(await post(vendor.url, [mail()])).status for _ in range(3)] == [200, 200, 429]
        vendor.pass_time(1)
        assert (await post(vendor.url, [mail()])).status == 200


async def test_what_was_sent_can_be_read_page_by_page_but_not_by_a_key_that_may_only_send(vendor: ResendVendor) -> None:
    await post(vendor.url, [mail(number) for number in range(5)])
    async with open_http(base_url=vendor.url, headers={"authorization": "Bearer re_1"}) as http:
        first = (await http.request("GET", "/emails?limit=3")).json()
        rest = (await http.request("GET", f"/emails?limit=3&after={first['data'][-1]['id']}")).json()
        assert [one["to"] for one in first["data"] + rest["data"]] == [[f"ani{number}@rumah.example"] for number in (4, 3, 2, 1, 0)]
        assert (first["has_more"], rest["has_more"]) == (True, False)
        assert (await http.request("GET", f"/emails/{first['data'][0]['id']}")).json()["text"] == "Halo"
        vendor.restricted.add("re_1")
        assert (await http.request("GET", "/emails")).json()["name"] == "restricted_api_key"


async def test_as_a_program_it_reports_each_thing_twice() -> None:
    came: list[Request] = []
    all_came = asyncio.Event()

    async def listen(request: Request) -> Answer:
        came.append(request)
        if len(came) == 6:
            all_came.set()
        return Answer.json({})

    shop = HttpServer(listen)
    port = await shop.start()
    options = ["--webhook", f"http://127.0.0.1:{port}/hook", "--pause", "0", "--domain", "toko-lain.example"]
    program = await asyncio.create_subprocess_exec(sys.executable, "-m", "batikrfm.testkit.resend_vendor", *options, stdout=subprocess.PIPE)
    assert program.stdout is not None
    url = (await program.stdout.readline()).decode().strip()
    answer = await post(url, mail(sender="kabar@toko-lain.example"), path="/emails")
    async with asyncio.timeout(20):
        await all_came.wait()
    program.send_signal(signal.SIGTERM)
    assert await program.wait() == 0
    await shop.stop()
    assert [request.data["type"] for request in came] == [
        kind for kind in ("email.sent", "email.delivered", "email.opened") for _ in range(2)
    ]
    assert {request.data["data"]["email_id"] for request in came} == {answer.json()["id"]}
    assert len({request.headers["svix-id"] for request in came}) == 3
    assert all(request.headers["svix-signature"].startswith("v1,") for request in came)
