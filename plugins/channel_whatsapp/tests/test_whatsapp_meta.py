"""What Meta is asked, and what its answers and its webhooks mean."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from batikrfm.sdk import (
    Accepted,
    AccountNotReadyError,
    BadAnswerError,
    EventKind,
    ForgedRequestError,
    InvalidCredentialsError,
    Media,
    Message,
    NotAllowedError,
    Rejected,
    Rejection,
    RetryAfter,
    Template,
    WebhookRequest,
)
from batikrfm.testkit.llm_vendor.serving import Answer, Request
from batikrfm.testkit.whatsapp_vendors import MetaVendor, meta
from batikrfm_channel_whatsapp.configs import MetaConfig
from batikrfm_channel_whatsapp.meta import MetaChannel

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
Open = Callable[..., AbstractAsyncContextManager[MetaChannel]]
NOW = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
TO = "+6281200000001"


class Listening(MetaVendor):
    """Keeps the requests as they came; ``said`` is what it answers to a question about the number."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[Request] = []
        self.said: Answer | None = None

    def key_of(self, request: Request) -> str:
        if not self.requests or self.requests[-1] is not request:
            self.requests.append(request)
        return super().key_of(request)

    def looked(self, request: Request) -> Answer:
        return self.said or super().looked(request)


@pytest.fixture
async def vendor() -> Any:  # noqa: ANN401 - an iterator
    async with Listening() as vendor:
        yield vendor


def posted(*values: dict[str, Any], secret: str = meta.APP_SECRET) -> WebhookRequest:
    news = meta.signed(meta.webhook(*values), secret)
    return WebhookRequest("POST", {}, news.headers, news.body, NOW)


async def test_a_template_goes_with_its_values_in_order_each_on_one_line(account: Open, vendor: Listening) -> None:
    template = Template("sapaan_2026", "id", ("Ibu\nAni", "Batik\tTulis     Kawung \u202e", "50%"))
    async with account(MetaChannel, vendor) as channel:
        (receipt,) = await channel.send([Message("m-1", TO, "Halo Ibu Ani", template=template)])
    assert receipt == Accepted("m-1", "wamid.vendor-1")
    (request,) = vendor.requests
    assert (request.path, request.headers["authorization"]) == ("/v23.0/106540352242922/messages", "Bearer tok-1")
    assert request.data == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "6281200000001",
        "biz_opaque_callback_data": "m-1",
        "type": "template",
        "template": {
            "name": "sapaan_2026",
            "language": {"code": "id"},
            "components": [
                {"type": "body", "parameters": [{"type": "text", "text": text} for text in ("Ibu Ani", "Batik Tulis Kawung", "50%")]}
            ],
        },
    }


async def test_a_template_without_gaps_has_no_components(account: Open, vendor: Listening) -> None:
    async with account(MetaChannel, vendor, version="v24.0") as channel:
        await channel.send([Message("m-1", TO, "Halo", template=Template("kabar", "en_US"))])
    (request,) = vendor.requests
    assert request.path.startswith("/v24.0/")
    assert request.data["template"] == {"name": "kabar", "language": {"code": "en_US"}}


async def test_within_24_hours_a_text_goes_as_it_is(account: Open, vendor: Listening) -> None:
    async with account(MetaChannel, vendor) as channel:
        await channel.send([Message("m-1", TO, "Halo\n\nIbu   Ani")])
    assert vendor.requests[0].data["text"] == {"body": "Halo\n\nIbu   Ani"}


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (Message("1", TO, "x", template=Template("Sapaan Baru", "id")), "template_name"),
        (Message("1", TO, "x", template=Template("../me", "id")), "template_name"),
        (Message("1", TO, "x", template=Template("sapaan", "Bahasa Indonesia")), "template_language"),
        (Message("1", TO, "x", template=Template("sapaan", "id", ("Ani", " \u200b"))), "empty_value"),
        (Message("1", TO, "x", template=Template("sapaan", "id", ("x" * 5_000,))), "too_long"),
        (Message("1", TO, "x" * 4_097), "too_long"),
        (Message("1", TO, ""), "empty"),
        (Message("1", TO, "x", media=(Media("a.png", "image/png", b"x"),)), "no_media"),
    ],
)
async def test_what_meta_would_never_take_is_refused_before_it_is_asked(
    account: Open, vendor: Listening, message: Message, code: str
) -> None:
    async with account(MetaChannel, vendor) as channel:
        assert await channel.send([message]) == [Rejected("1", Rejection.CONTENT, code)]
    assert not vendor.requests


async def test_trouble_of_the_account_is_raised_once_nothing_went_out(account: Open, vendor: Listening) -> None:
    vendor.script.extend([meta.failed(130429, status=429), meta.failed(190, status=401), meta.failed(131026)])
    async with account(MetaChannel, vendor) as channel:
        with pytest.raises(InvalidCredentialsError):
            await channel.send([Message(str(number), f"{TO}{number}", "x") for number in range(3)])


async def test_trouble_of_the_account_hides_no_message_that_went_out(account: Open, vendor: Listening) -> None:
    """Money that runs out in the middle of a batch: what is gone is accepted, the rest waits."""
    vendor.script.extend([meta.failed(131042), meta.failed(131049)])
    async with account(MetaChannel, vendor) as channel:
        receipts = await channel.send([Message(str(number), f"{TO}{number}", "x") for number in range(4)])
    assert sorted(type(one).__name__ for one in receipts) == ["Accepted", "Accepted", "RetryAfter", "RetryAfter"]
    assert {one.code: one.seconds for one in receipts if isinstance(one, RetryAfter)} == {"131042": 60, "131049": 86_400}
    assert [one.id for one in receipts] == ["0", "1", "2", "3"]


async def test_a_batch_goes_side_by_side(account: Open, vendor: Listening) -> None:
    batch = [Message(str(number), f"+62812{number:07d}", f"x{number}") for number in range(MetaChannel.capabilities.batch_size)]
    async with account(MetaChannel, vendor) as channel:
        assert {type(one) for one in await channel.send(batch)} == {Accepted}
        assert vendor.connections > 1


async def test_a_check_tells_how_the_number_stands(account: Open, vendor: Listening) -> None:
    async with account(MetaChannel, vendor) as channel:
        shown = (await channel.check()).facts
    assert shown == {
        "nomor": "+62 811-0000-0001",
        "nama": "Toko Batik",
        "mutu nomor": "GREEN",
        "batas penerima baru per hari": "TIER_1K",
        "sambungan": "CONNECTED",
    }
    assert [(one.method, one.path) for one in vendor.requests] == [("GET", "/v23.0/106540352242922")]


async def test_a_newer_version_is_asked_for_the_limit_by_its_newer_name(account: Open, vendor: Listening) -> None:
    vendor.number["whatsapp_business_manager_messaging_limit"] = "TIER_10K"
    async with account(MetaChannel, vendor, "en", version="v24.0") as channel:
        assert (await channel.check()).facts["new recipients a day"] == "TIER_10K"


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (meta.failed(190, status=401), InvalidCredentialsError),
        (meta.failed(10, status=403), NotAllowedError),
        (meta.failed(100, error_subcode=33), AccountNotReadyError),
        (Answer.json({"id": meta.PHONE_NUMBER_ID, "status": "BANNED"}), AccountNotReadyError),
        (Answer.json({"id": "1"}), BadAnswerError),
        (Answer.json({"id": meta.PHONE_NUMBER_ID, "status": ["x"]}), None),
        (Answer(200, b"<html>"), BadAnswerError),
    ],
    ids=["token", "permission", "no such number", "banned", "another number", "an odd status", "a page"],
)
async def test_a_check_finds_what_is_missing(account: Open, vendor: Listening, said: Answer, error: type[Exception] | None) -> None:
    vendor.said = said
    async with account(MetaChannel, vendor) as channel:
        if error is None:
            await channel.check()
            return
        with pytest.raises(error):
            await channel.check()


@pytest.mark.parametrize(
    ("changed", "good"),
    [
        ({}, True),
        ({"hub.verify_token": "tebakan"}, False),
        ({"hub.verify_token": ""}, False),
        ({"hub.mode": "unsubscribe"}, False),
        ({"hub.challenge": "<script>alert(1)</script>"}, False),
        ({"hub.challenge": ""}, False),
    ],
)
async def test_the_handshake_gets_its_challenge_back_for_the_right_token_only(
    account: Open,
    vendor: Listening,
    changed: dict[str, str],
    good: bool,  # noqa: FBT001 - a parameter
) -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": "cocok", "hub.challenge": "1158201444", **changed}
    request = WebhookRequest("GET", query, {}, b"", NOW)
    async with account(MetaChannel, vendor) as channel:
        if good:
            assert (channel.parse_events(request).status, channel.parse_events(request).body) == (200, "1158201444")
            return
        with pytest.raises(ForgedRequestError):
            channel.parse_events(request)


async def test_a_status_names_our_own_message_even_if_its_receipt_never_came(account: Open, vendor: Listening) -> None:
    async with account(MetaChannel, vendor) as channel:
        await channel.send([Message("m-1", TO, "Halo")])
        for news in vendor.news("vendor-1", TO[1:])[1:3]:
            (event,) = channel.parse_events(WebhookRequest("POST", {}, news.headers, news.body, NOW)).events
            assert (event.vendor_id, event.message_id) == ("wamid.vendor-1", "m-1")


async def test_another_numbers_news_is_not_ours(account: Open, vendor: Listening) -> None:
    """An app has one address for all of its numbers, and its numbers may be of several shops."""
    value = {"messages": [meta.message("wamid.1", "6281200000001", "rahasia toko lain")]}
    other = meta.signed(meta.webhook(value, number="1"), meta.APP_SECRET)
    async with account(MetaChannel, vendor) as channel:
        assert not channel.parse_events(WebhookRequest("POST", {}, other.headers, other.body, NOW)).events
        assert channel.parse_events(posted(value)).events


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"type": "button", "button": {"text": "Berhenti", "payload": "STOP"}}, "Berhenti"),
        ({"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "1", "title": "Ya"}}}, "Ya"),
        ({"type": "interactive", "interactive": {"type": "list_reply", "list_reply": {"id": "1", "title": "Biru"}}}, "Biru"),
        ({"type": "image", "image": {"id": "1", "caption": "Yang ini?"}}, "Yang ini?"),
        ({"type": "reaction", "reaction": {"message_id": "wamid.1", "emoji": "\U0001f44d"}}, "\U0001f44d"),
        ({"type": "audio", "audio": {"id": "1"}}, ""),
        ({"type": "text"}, "Halo"),
    ],
)
async def test_whatever_somebody_writes_presses_or_chooses_is_a_reply(
    account: Open, vendor: Listening, more: dict[str, Any], text: str
) -> None:
    async with account(MetaChannel, vendor) as channel:
        (event,) = channel.parse_events(posted({"messages": [meta.message("wamid.1", "6281200000001", "Halo", **more)]})).events
    assert (event.kind, event.address, event.text) == (EventKind.REPLIED, "+6281200000001", text)


async def test_somebody_who_stopped_is_named_and_the_events_own_name_says_nothing_of_them(account: Open, vendor: Listening) -> None:
    async with account(MetaChannel, vendor) as channel:
        (event,) = channel.parse_events(posted({"user_preferences": [meta.preference("6281200000001", "stop")]})).events
    assert (event.kind, event.address) == (EventKind.UNSUBSCRIBED, "+6281200000001")
    assert "81200000001" not in event.id


@pytest.mark.parametrize(
    ("code", "reason"), [(131026, Rejection.ADDRESS), (131050, Rejection.UNWANTED), (132000, Rejection.CONTENT), (131049, Rejection.OTHER)]
)
async def test_a_message_that_failed_later_says_why(account: Open, vendor: Listening, code: int, reason: Rejection) -> None:
    failed = meta.status("wamid.1", "6281200000001", "failed", errors=[{"code": code, "title": "Budi 0812"}])
    async with account(MetaChannel, vendor) as channel:
        (event,) = channel.parse_events(posted({"statuses": [failed]})).events
    assert (event.reason, event.code) == (reason, str(code))


async def test_three_megabytes_of_statuses_are_read(account: Open, vendor: Listening) -> None:
    statuses = [meta.status(f"wamid.{number}", "6281200000001", "delivered") for number in range(10_000)]
    request = posted({"statuses": statuses})
    async with account(MetaChannel, vendor) as channel:
        assert len(channel.parse_events(request).events) == 10_000
    assert len(request.body) > 2_000_000


@pytest.mark.parametrize(
    "changed",
    [{"phone_number_id": "../me"}, {"phone_number_id": "12345\n"}, {"version": "v23.0/../me"}, {"version": "23"}, {"access_token": "a b"}],
)
def test_settings_that_would_lead_a_request_elsewhere_are_refused(changed: dict[str, str]) -> None:
    good = {"access_token": "t", "phone_number_id": "106540352242922", "app_secret": "s", "verify_token": "v"}
    MetaConfig.model_validate(good)
    with pytest.raises(ValidationError):
        MetaConfig.model_validate({**good, **changed})


def test_the_body_that_was_signed_is_the_body_that_counts() -> None:
    body = json.dumps(meta.webhook({"statuses": []})).encode()
    assert meta.signature(body, "a") != meta.signature(body + b"\n", "a")
    assert meta.signature(body, "a") != meta.signature(body, "b")
