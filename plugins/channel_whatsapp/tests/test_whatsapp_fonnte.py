"""What Fonnte is asked, and what its answers and its webhooks mean."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest

from batikrfm.plugins.errors import BadSettingsError
from batikrfm.plugins.forms import validated
from batikrfm.sdk import (
    Accepted,
    AccountNotReadyError,
    BadAnswerError,
    EventKind,
    ForgedRequestError,
    InvalidCredentialsError,
    Message,
    QuotaExhaustedError,
    Rejected,
    Rejection,
    UnknownOutcome,
    WebhookRequest,
)
from batikrfm.testkit.llm_vendor.serving import Answer, Request
from batikrfm.testkit.whatsapp_vendors import FonnteVendor, fonnte, gateway
from batikrfm_channel_whatsapp.configs import FonnteConfig
from batikrfm_channel_whatsapp.facts import WARNING
from batikrfm_channel_whatsapp.fonnte import FonnteChannel

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
Open = Callable[..., AbstractAsyncContextManager[FonnteChannel]]
NOW = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
TO = "+6281200000001"


class Listening(FonnteVendor):
    """Keeps the requests as they came."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[Request] = []
        self.answer: Answer | None = None

    def key_of(self, request: Request) -> str:
        self.requests.append(request)
        return super().key_of(request)

    def looked(self, request: Request) -> Answer:
        return self.answer or super().looked(request)


@pytest.fixture
async def vendor() -> Any:  # noqa: ANN401 - an iterator
    async with Listening() as vendor:
        yield vendor


def posted(data: object, query: dict[str, str] | None = None) -> WebhookRequest:
    return WebhookRequest("POST", query or {}, {}, json.dumps(data).encode(), NOW)


async def test_a_message_is_a_form_with_the_token_by_itself_in_the_header(account: Open, vendor: Listening) -> None:
    async with account(FonnteChannel, vendor) as channel:
        (receipt,) = await channel.send([Message("1", TO, "Halo & selamat, {name} = 50%+\nAni")])
    assert receipt == Accepted("1", "vendor-1")
    request = vendor.requests[0]
    assert (request.method, request.path, request.query) == ("POST", "/send", {})
    assert request.headers["authorization"] == "tok-1"
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qs(request.body.decode()) == {
        "target": ["6281200000001"],
        "message": ["Halo & selamat, {name} = 50%+\nAni"],
        "countryCode": ["0"],
        "connectOnly": ["true"],
    }


async def test_nothing_is_ever_asked_with_the_token_in_an_address(account: Open, vendor: Listening) -> None:
    async with account(FonnteChannel, vendor) as channel:
        await channel.check()
        await channel.reachable([TO])
        await channel.send([Message("1", TO, "Halo")])
    assert {request.method for request in vendor.requests} == {"POST"}
    assert not any(request.query for request in vendor.requests)
    assert "tok-1" not in "".join(request.path + request.body.decode() for request in vendor.requests)


@pytest.mark.parametrize("number", ["+6591234567", "+16175550123", "+4915123456789"])
async def test_a_number_of_another_country_stays_as_it_is(account: Open, vendor: Listening, number: str) -> None:
    async with account(FonnteChannel, vendor) as channel:
        assert [type(one) for one in await channel.send([Message("1", number, "Halo")])] == [Accepted]
    assert vendor.arrived[0].to == number[1:]


async def test_sixty_thousand_letters_fit_and_one_more_does_not(account: Open, vendor: Listening) -> None:
    async with account(FonnteChannel, vendor) as channel:
        (fits,) = await channel.send([Message("1", TO, "\u00e9" * 60_000)])
        (too_long,) = await channel.send([Message("2", TO, "x" * 60_001)])
    assert isinstance(fits, Accepted)
    assert too_long == Rejected("2", Rejection.CONTENT, "too_long")
    assert vendor.arrived[0].content == "\u00e9" * 60_000


async def test_a_text_that_nobody_would_see_is_refused_before_it_costs_anything(account: Open, vendor: Listening) -> None:
    async with account(FonnteChannel, vendor) as channel:
        assert await channel.send([Message("1", TO, "\u200b\u2060 \u202e")]) == [Rejected("1", Rejection.CONTENT, "empty")]
    assert not vendor.requests


async def test_an_answer_in_drops_without_an_end_is_an_unknown_outcome(account: Open, vendor: Listening) -> None:
    vendor.script.append(gateway.dripping(0.05))
    async with account(FonnteChannel, vendor, timeout=0.3) as channel:
        assert await channel.send([Message("1", TO, "Halo")]) == [UnknownOutcome("1")]


async def test_a_check_tells_what_the_owner_wants_to_know_and_warns(account: Open, vendor: Listening) -> None:
    async with account(FonnteChannel, vendor) as channel:
        shown = (await channel.check()).facts
    assert (
        shown
        == {
            "nomor": "6281100000001",
            "nama": "Toko Batik",
            "paket": "Super",
            "sisa kuota": "78",
            "berlaku sampai": "2026-12-31",
            "sambungan": "tersambung",
            "perhatian": WARNING.id[:120].strip(),
        }
        or shown["perhatian"] == WARNING.id
    )


async def test_a_check_speaks_english_too_and_leaves_out_what_is_not_told(account: Open, vendor: Listening) -> None:
    vendor.device |= {"package": None, "expired": "16 September 2027", "name": ""}
    async with account(FonnteChannel, vendor, "en") as channel:
        shown = (await channel.check()).facts
    assert shown["valid until"] == "16 September 2027"
    assert shown["caution"] == WARNING.en
    assert not {"package", "name"} & set(shown)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer.json({**fonnte.DEVICE, "device_status": "disconnect"}), AccountNotReadyError),
        (Answer.json({**fonnte.DEVICE, "quota": "0"}), QuotaExhaustedError),
        (fonnte.refused("token invalid"), InvalidCredentialsError),
        (fonnte.refused("request invalid on disconnected device", upper=True), AccountNotReadyError),
        (Answer.json({"device": "6281100000001"}), BadAnswerError),
        (gateway.html(), BadAnswerError),
        (gateway.empty(), BadAnswerError),
        (gateway.deep(), BadAnswerError),
    ],
    ids=["phone off", "no quota", "token", "capitals", "no status", "a page", "nothing", "deep"],
)
async def test_a_check_finds_what_is_missing(account: Open, vendor: Listening, answer: Answer, error: type[Exception]) -> None:
    vendor.answer = answer
    async with account(FonnteChannel, vendor) as channel:
        with pytest.raises(error):
            await channel.check()


async def test_numbers_are_asked_for_a_hundred_at_a_time_in_their_order(account: Open, vendor: Listening) -> None:
    numbers = [f"+62812{number:07d}" for number in range(250)]
    for gone in numbers[::7]:
        vendor.refused[gone] = Rejection.ADDRESS
    async with account(FonnteChannel, vendor) as channel:
        found = await channel.reachable([*numbers, "bukan nomor", numbers[1]])
    assert list(found) == [*(number % 7 != 0 for number in range(250)), False, True]
    assert len(vendor.requests) == 3


async def test_an_answer_without_the_registered_numbers_is_none(account: Open, vendor: Listening) -> None:
    vendor.answer = Answer.json({"status": True})
    async with account(FonnteChannel, vendor) as channel:
        with pytest.raises(BadAnswerError):
            await channel.reachable([TO])


async def test_the_state_that_later_events_name_is_told_with_the_message_that_it_belongs_to(account: Open, vendor: Listening) -> None:
    """A later event may carry ``stateid`` and ``state`` alone."""
    async with account(FonnteChannel, vendor) as channel:
        first = channel.parse_events(posted(fonnte.status("80367170", "sent", stateid="AB1")))
        later = channel.parse_events(posted(fonnte.status(None, "delivered", stateid="AB1")))
    assert (first.events, first.aliases) == ((), {"state:AB1": "80367170"})
    (event,) = later.events
    assert event.kind is EventKind.DELIVERED
    assert first.aliases[event.vendor_id or ""] == "80367170"


@pytest.mark.parametrize("field", ["secret", "key", "secretkey", "token"])
async def test_the_secret_may_stand_in_any_field_of_the_body(account: Open, vendor: Listening, field: str) -> None:
    data = fonnte.incoming("6281200000009", "Halo", inboxid="7")
    async with account(FonnteChannel, vendor, webhook_secret="rahasia") as channel:
        assert channel.parse_events(posted({**data, field: "rahasia"})).events
        assert channel.parse_events(posted(data, {"secret": "rahasia"})).events
        for forged in (posted(data), posted({**data, field: "tebakan"}), posted(data, {"secret": "tebakan"}), posted([])):
            with pytest.raises(ForgedRequestError):
                channel.parse_events(forged)


async def test_a_reply_says_who_wrote_what_and_when(account: Open, vendor: Listening) -> None:
    async with account(FonnteChannel, vendor) as channel:
        (event,) = channel.parse_events(posted(fonnte.incoming("6281200000009", "Berhenti\x00 ya", inboxid="7"))).events
    assert (event.address, event.text, event.at) == ("+6281200000009", "Berhenti ya", datetime.fromtimestamp(1_795_665_000, UTC))


@pytest.mark.parametrize("state", ["invalid", "expired", "url unreachable", "failed"])
async def test_a_status_that_says_no_says_why(account: Open, vendor: Listening, state: str) -> None:
    async with account(FonnteChannel, vendor) as channel:
        (event,) = channel.parse_events(posted(fonnte.status("1", state))).events
    reasons = {"invalid": Rejection.ADDRESS, "url unreachable": Rejection.CONTENT}
    assert (event.kind, event.reason) == (EventKind.FAILED, reasons.get(state, Rejection.OTHER))


async def test_the_answer_to_a_webhook_is_empty_so_that_no_customer_gets_it(account: Open, vendor: Listening) -> None:
    async with account(FonnteChannel, vendor) as channel:
        told = channel.parse_events(posted(fonnte.incoming("6281200000009", "Halo", inboxid="7")))
    assert (told.status, told.body) == (200, "")


def test_several_tokens_in_one_are_refused_for_they_would_take_turns() -> None:
    """A rotator sends from any of the phones: no number's daily limit could be kept."""
    with pytest.raises(BadSettingsError) as raised:
        validated({"token": "token-satu,token-dua"}, FonnteConfig, "whatsapp")
    assert "satu token saja" in raised.value.say("id")
    assert "token-dua" not in str(raised.value)
