"""What Wablas is asked, on which server, and what its answers and its webhooks mean."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from batikrfm.plugins.egress import hosts_of
from batikrfm.plugins.errors import BadSettingsError
from batikrfm.plugins.forms import validated
from batikrfm.sdk import (
    Accepted,
    AccountNotReadyError,
    BadAnswerError,
    ForgedRequestError,
    InvalidCredentialsError,
    Message,
    QuotaExhaustedError,
    WebhookRequest,
)
from batikrfm.testkit.llm_vendor.serving import Answer, Request
from batikrfm.testkit.whatsapp_vendors import WablasVendor, wablas
from batikrfm_channel_whatsapp.configs import WablasConfig
from batikrfm_channel_whatsapp.wablas import WablasChannel

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
Open = Callable[..., AbstractAsyncContextManager[WablasChannel]]
NOW = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
TO = "+6281200000001"


@pytest.mark.parametrize(
    "address", ["https://jogja.wablas.com", "https://JOGJA.wablas.com/", "jogja.wablas.com", " https://jogja.wablas.com "]
)
def test_a_server_of_wablas_may_be_entered(address: str) -> None:
    assert WablasConfig.model_validate({"server": address, "token": "t", "secret_key": "s"}).server == "https://jogja.wablas.com"


@pytest.mark.parametrize(
    "address",
    [
        "http://jogja.wablas.com",
        "https://wablas.com",
        "https://wablas.com.jahat.example",
        "https://jahatwablas.com",
        "https://jahat.example/.wablas.com",
        "https://jahat.example#.wablas.com",
        "https://jahat.example?.wablas.com",
        "https://jahat.example\\.wablas.com",
        "https://x@jahat.example:443/@jogja.wablas.com",
        "https://pemilik:sandi@jogja.wablas.com",
        "https://jogja.wablas.com:8443",
        "https://jogja.wablas.com/api",
        "https://jogja.wablas.com\n.jahat.example",
        "https://jogja.wablas.com.",
        "https://-.wablas.com",
        "https://127.0.0.1",
        "http://127.0.0.1:5432",
        "https://localhost",
        "https://[::1]",
        "https://169.254.169.254/latest/meta-data",
        "https://\u3002wablas.com",
        "https://jogja\u3002wablas\u3002com",
        "file:///etc/passwd",
        "",
        7,
        None,
    ],
)
def test_an_address_that_is_no_server_of_wablas_is_refused(address: object) -> None:
    """A gateway URL that points inside (SSRF), or to somebody who would like the token."""
    with pytest.raises(ValidationError):
        WablasConfig.model_validate({"server": address, "token": "t", "secret_key": "s"})


def test_a_server_is_looked_at_like_every_address_that_a_shop_enters() -> None:
    config = WablasConfig.model_validate({"server": "jogja.wablas.com", "token": "t", "secret_key": "s"})
    assert list(hosts_of(config, {*WablasConfig.model_fields})) == ["jogja.wablas.com"]


def test_why_a_server_is_refused_is_said_in_both_languages() -> None:
    with pytest.raises(BadSettingsError) as raised:
        validated({"server": "https://127.0.0.1", "token": "tok-12345", "secret_key": "sec-12345"}, WablasConfig, "whatsapp")
    assert "isi alamat server Wablas Anda" in raised.value.say("id")
    assert "enter the address of your Wablas server" in raised.value.say("en")


@pytest.mark.parametrize("shape", ["messages", "list", "message", "bare"])
async def test_an_answer_is_understood_in_each_of_its_shapes(account: Open, wablas_vendor: WablasVendor, shape: wablas.Shape) -> None:
    wablas_vendor.shape = shape
    async with account(WablasChannel, wablas_vendor) as channel:
        assert await channel.send([Message("1", TO, "Halo")]) == [Accepted("1", "vendor-1")]


async def test_a_message_goes_with_token_and_secret_in_one_header(account: Open) -> None:
    class Listening(WablasVendor):
        def looked(self, request: Request) -> Answer:
            seen.append(request)
            return super().looked(request)

        def messages_of(self, request: Request) -> object:  # type: ignore[override] # it adds nothing
            seen.append(request)
            return super().messages_of(request)

    seen: list[Request] = []
    async with Listening() as vendor, account(WablasChannel, vendor) as channel:
        await channel.send([Message("1", TO, "Halo\nIbu")])
        await channel.check()
    assert {request.headers["authorization"] for request in seen} == {"tok-1.sec-1"}
    assert not any(request.query for request in seen), "no token in an address"
    (asked,) = (request for request in seen if request.method == "POST")
    assert (asked.path, asked.headers["content-type"]) == ("/api/v2/send-message", "application/json")
    (one,) = json.loads(asked.body)["data"]
    assert one == {"phone": "6281200000001", "message": "Halo\nIbu", "isGroup": False, "secret": False, "priority": False, "retry": False}


async def test_a_check_tells_what_is_left(account: Open, wablas_vendor: WablasVendor) -> None:
    async with account(WablasChannel, wablas_vendor) as channel:
        shown = (await channel.check()).facts
    assert (shown["nomor"], shown["sisa kuota"], shown["berlaku sampai"]) == ("6281100000001", "91", "2027-04-08")
    assert "tidak" in shown["perhatian"] or "bukan" in shown["perhatian"]


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"status": True, "data": {**wablas.DEVICE, "status": "disconnected"}}, AccountNotReadyError),
        ({"status": True, "data": {**wablas.DEVICE, "quota": 0}}, QuotaExhaustedError),
        ({"status": False, "message": "token invalid"}, InvalidCredentialsError),
        ({"status": True, "data": []}, BadAnswerError),
        ({"status": True}, BadAnswerError),
    ],
    ids=["phone off", "no quota", "token", "no device", "nothing"],
)
async def test_a_check_finds_what_is_missing(account: Open, said: object, error: type[Exception]) -> None:
    class Saying(WablasVendor):
        def looked(self, request: Request) -> Answer:  # noqa: ARG002 - whatever is asked
            return Answer.json(said)

    async with Saying() as vendor, account(WablasChannel, vendor) as channel:
        with pytest.raises(error):
            await channel.check()


async def test_without_a_secret_the_hosts_address_is_the_proof_and_with_one_it_takes_both(
    account: Open, wablas_vendor: WablasVendor
) -> None:
    request = WebhookRequest("POST", {}, {}, json.dumps(wablas.tracking("m", "62812", "read")).encode(), NOW)
    async with account(WablasChannel, wablas_vendor) as plain, account(WablasChannel, wablas_vendor, webhook_secret="r") as secret:
        assert plain.parse_events(request).events
        with pytest.raises(ForgedRequestError):
            secret.parse_events(request)


async def test_the_answer_to_a_webhook_is_empty_so_that_no_customer_gets_it(account: Open, wablas_vendor: WablasVendor) -> None:
    request = WebhookRequest("POST", {}, {}, json.dumps(wablas.incoming("1", "6281200000001", "Halo")).encode(), NOW)
    async with account(WablasChannel, wablas_vendor) as channel:
        told = channel.parse_events(request)
    assert (told.status, told.body, len(told.events)) == (200, "", 1)
