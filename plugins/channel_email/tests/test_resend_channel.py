"""Resend: what it is asked, in which requests, under which keys, and how an unknown outcome is found out."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from batikrfm.sdk import (
    Accepted,
    AccountNotReadyError,
    InvalidCredentialsError,
    Media,
    RateLimitedError,
    Rejected,
    Rejection,
    RetryAfter,
    UnknownOutcome,
)
from batikrfm.testkit.channels import Answer, Trouble
from batikrfm.testkit.resend_vendor import ResendVendor
from mail_accounts import ONE_CLICK, message, resend

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
DAY = 24 * 3600


@pytest.fixture
async def vendor() -> AsyncIterator[ResendVendor]:
    async with ResendVendor() as vendor:
        yield vendor


async def test_a_hundred_messages_are_one_request(vendor: ResendVendor) -> None:
    async with resend(vendor) as channel:
        receipts = await channel.send([message(number) for number in range(100)])
    assert {type(receipt) for receipt in receipts} == {Accepted}
    assert vendor.writes == 1
    assert len(vendor.sent) == 100
    assert {receipt.id: receipt.vendor_id for receipt in receipts if isinstance(receipt, Accepted)} == {
        one.about["tags"][0]["value"]: one.id for one in vendor.sent
    }


async def test_a_mail_goes_as_it_should_and_tells_nothing_of_the_person_in_its_tags(vendor: ResendVendor) -> None:
    async with resend(vendor, from_name='Toko "Batik" Ñ', reply_to="sri@toko.example") as channel:
        await channel.send([message(to="ani@bücher.example")])
    (sent,) = vendor.sent
    assert sent.about == {
        "from": '"Toko \\"Batik\\" Ñ" <kabar@toko.example>',
        "to": ["ani@xn--bcher-kva.example"],
        "subject": message().subject,
        "text": message().text,
        "html": message().html,
        "reply_to": ["sri@toko.example"],
        "headers": {"Precedence": "bulk", "Auto-Submitted": "auto-generated", **ONE_CLICK},
        "tags": [{"name": "message", "value": message().id}],
    }


async def test_the_same_messages_are_the_same_request_whatever_their_order(vendor: ResendVendor) -> None:
    batch = [message(number) for number in range(5)]
    async with resend(vendor) as channel:
        first = await channel.send(batch)
        again = await channel.send(batch[::-1])
    assert sorted(first, key=lambda one: one.id) == sorted(again, key=lambda one: one.id)
    assert len(vendor.sent) == 5
    assert len({asked.content.partition(b"}")[2] for asked in vendor.asked}) == 1, "the same bytes"


async def test_a_message_in_other_company_is_another_request(vendor: ResendVendor) -> None:
    async with resend(vendor) as channel:
        await channel.send([message(1), message(2)])
        await channel.send([message(1), message(3)])
    assert len(vendor.sent) == 4


async def test_a_key_is_known_for_a_day(vendor: ResendVendor) -> None:
    async with resend(vendor) as channel:
        await channel.send([message()])
        vendor.pass_time(DAY - 60)
        await channel.send([message()])
        assert len(vendor.sent) == 1
        assert await channel.send([message(subject="Lain")]) == [UnknownOutcome(message().id)], "other bytes under the same key"
        vendor.pass_time(120)
        await channel.send([message()])
    assert len(vendor.sent) == 2


async def test_files_go_one_by_one_with_a_key_of_their_own(vendor: ResendVendor) -> None:
    picture = Media("motif.png", "image/png", b"\x89PNG")
    batch = [message(1), message(2, media=(picture,), html='<img src="cid:motif.png">'), message(3)]
    async with resend(vendor) as channel:
        assert {type(receipt) for receipt in await channel.send(batch)} == {Accepted}
        assert {type(receipt) for receipt in await channel.send(batch)} == {Accepted}
    assert len(vendor.sent) == 3
    (with_file,) = [one.about for one in vendor.sent if "attachments" in one.about]
    assert with_file["attachments"] == [
        {"filename": "motif.png", "content": "iVBORw==", "content_type": "image/png", "content_id": "motif.png"}
    ]


async def test_trouble_after_the_first_request_leaves_its_receipts(vendor: ResendVendor) -> None:
    picture = Media("motif.png", "image/png", b"\x89PNG")
    vendor.trouble, vendor.after, vendor.wait = Trouble.THROTTLED, 1, 4
    async with resend(vendor) as channel:
        receipts = {one.id: one for one in await channel.send([message(1), message(2, media=(picture,)), message(3, media=(picture,))])}
    assert isinstance(receipts[message(1).id], Accepted)
    assert [receipts[message(number).id] for number in (2, 3)] == [
        RetryAfter(message(number).id, 4, "rate_limit_exceeded") for number in (2, 3)
    ]


async def test_refusals_are_told_by_their_place(vendor: ResendVendor) -> None:
    vendor.refused = {message(2).to: Rejection.ADDRESS, message(4).to: Rejection.CONTENT}
    async with resend(vendor) as channel:
        receipts = {one.id: one for one in await channel.send([message(number) for number in range(6)])}
    assert receipts[message(2).id] == Rejected(message(2).id, Rejection.ADDRESS, "invalid_to")
    assert receipts[message(4).id] == Rejected(message(4).id, Rejection.CONTENT, "invalid_content")
    for number in (0, 1, 3, 5):
        receipt = receipts[message(number).id]
        assert isinstance(receipt, Accepted)
        assert next(one for one in vendor.sent if one.id == receipt.vendor_id).about["to"] == [message(number).to]


async def test_what_nobody_could_send_is_refused_before_anything_is_asked(vendor: ResendVendor) -> None:
    bad = [
        message(1, to="a@b.example, c@d.example"),
        message(2, subject=""),
        message(3, headers={"X": "a\r\nb"}),
        message(4, to="用户@toko.example"),
    ]
    async with resend(vendor) as channel:
        receipts = await channel.send(bad)
    assert [(one.reason, one.code) for one in receipts if isinstance(one, Rejected)] == [
        (Rejection.ADDRESS, "address"),
        (Rejection.CONTENT, "no_subject"),
        (Rejection.CONTENT, "header"),
        (Rejection.ADDRESS, "local_part"),
    ]
    assert not vendor.asked


async def test_an_unknown_outcome_is_found_out_by_handing_in_the_same_batch_once_more(vendor: ResendVendor) -> None:
    batch = [message(number) for number in range(3)]
    vendor.trouble = Trouble.CUT
    async with resend(vendor) as channel:
        assert {type(receipt) for receipt in await channel.send(batch)} == {UnknownOutcome}
        vendor.trouble = Trouble.NONE
        receipts = await channel.send(batch)
    assert sorted(one.vendor_id for one in receipts if isinstance(one, Accepted)) == sorted(one.id for one in vendor.sent)
    assert len(vendor.sent) == 3


async def test_it_is_found_out_by_another_process_too_for_the_key_is_in_the_messages_alone(vendor: ResendVendor) -> None:
    batch = [message(number) for number in range(3)]
    vendor.trouble = Trouble.SILENT
    async with resend(vendor, timeout=0.2) as first:
        await first.send(batch)
    vendor.trouble = Trouble.NONE
    async with resend(vendor) as second:
        assert {type(receipt) for receipt in await second.send(batch)} == {Accepted}
    assert len(vendor.sent) == 3


async def test_a_key_that_may_only_send_is_enough(vendor: ResendVendor) -> None:
    vendor.restricted.add("re_kunci")
    async with resend(vendor) as channel:
        assert isinstance((await channel.send([message()]))[0], Accepted)
        assert (await channel.check()).facts == {"domain": "toko.example"}


async def test_what_got_no_turn_is_given_back(vendor: ResendVendor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("batikrfm_channel_email.resend.channel.SECONDS", -1.0)
    async with resend(vendor) as channel:
        assert await channel.send([message()]) == [RetryAfter(message().id, 0, "out_of_time")]
    assert not vendor.asked


async def test_the_rate_is_the_accounts_own(vendor: ResendVendor) -> None:
    assert resend(vendor, per_second=7).capabilities.per_second == 7
    assert resend(vendor).capabilities.per_second == 200


@pytest.mark.parametrize("status", ["pending", "not_started", "failed", "partially_verified"])
async def test_a_domain_that_is_not_verified_is_said_before_anything_is_sent(vendor: ResendVendor, status: str) -> None:
    vendor.domains["toko.example"] = status
    async with resend(vendor) as channel:
        with pytest.raises(AccountNotReadyError) as raised:
            await channel.check()
    assert raised.value.code == f"domain_{status}"
    async with resend(vendor, from_address="kabar@lain.example") as channel:
        with pytest.raises(AccountNotReadyError) as raised:
            await channel.check()
    assert raised.value.code == "domain_unknown"
    assert not vendor.sent


async def test_the_key_is_checked(vendor: ResendVendor) -> None:
    vendor.trouble = Trouble.ACCOUNT
    async with resend(vendor) as channel:
        with pytest.raises(InvalidCredentialsError):
            await channel.check()


async def test_two_shops_in_one_process_send_with_their_own_keys(vendor: ResendVendor) -> None:
    async with resend(vendor, api_key="re_satu") as one, resend(vendor, api_key="re_dua") as other:
        await one.send([message(1)])
        await other.send([message(2)])
    assert {sent.key: sent.about["to"] for sent in vendor.sent} == {"re_satu": [message(1).to], "re_dua": [message(2).to]}


async def test_nobody_there_means_that_nothing_was_sent(vendor: ResendVendor) -> None:
    async with resend(vendor, base_url="http://127.0.0.1:9") as channel:
        assert await channel.send([message()]) == [RetryAfter(message().id, 30, "no_connection")]


async def test_the_rate_is_kept_by_the_vendor(vendor: ResendVendor) -> None:
    vendor.most = 1
    async with resend(vendor) as channel:
        await channel.send([message(1)])
        with pytest.raises(RateLimitedError) as raised:
            await channel.send([message(2)])
    assert raised.value.wait == 1


async def test_an_answer_may_name_places_that_are_none(vendor: ResendVendor) -> None:
    for told in (
        {"data": [{"id": "a"}], "errors": [{"index": 7, "message": "x"}, {"index": True}, {"index": "0"}, None, 3]},
        {"data": [{"id": "a"}, {"id": "b"}, {"id": "c"}]},
        {"data": [{"id": "a b"}, {"id": 3}]},
        {"data": "x"},
        [1],
    ):
        vendor.script.append(Answer.json(told))
        async with resend(vendor) as channel:
            receipts = await channel.send([message(1), message(2)])
        assert len(receipts) == 2
        assert {type(one) for one in receipts} <= {UnknownOutcome, Rejected}, json.dumps(told)
