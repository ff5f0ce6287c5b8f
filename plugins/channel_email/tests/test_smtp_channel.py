"""SMTP: the lines that are kept, what breaks on them, TLS, signing in, signatures, and RFC 8058 on the bytes that arrived."""

from __future__ import annotations

import asyncio
import email.utils
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from batikrfm.sdk import (
    Accepted,
    AccountNotReadyError,
    InvalidCredentialsError,
    NotAllowedError,
    NotSupportedError,
    Rejected,
    Rejection,
    RetryAfter,
    UnknownOutcome,
    WebhookRequest,
)
from batikrfm.testkit.channels import Trouble
from batikrfm_channel_email.signing import read_key, record
from batikrfm_channel_email.smtp import channel as channels
from batikrfm_channel_email.smtp import line as lines
from certificates import certificate
from mail_accounts import ONE_CLICK, message, smtp
from smtp_vendor import DROP, TAKE_AND_DROP, SmtpVendor, hang_up

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture(params=[False, True], ids=["one by one", "at once"])
async def vendor(request: pytest.FixtureRequest) -> AsyncIterator[SmtpVendor]:
    async with SmtpVendor(at_once=request.param) as vendor:
        yield vendor


def pem(key: Any) -> str:  # noqa: ANN401 - a private key of any kind
    return str(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), "ascii")


RSA = pem(rsa.generate_private_key(65_537, 2_048))
ED25519 = pem(ed25519.Ed25519PrivateKey.generate())


async def test_few_lines_carry_many_messages_and_are_kept(vendor: SmtpVendor) -> None:
    async with smtp(vendor, connections=3) as channel:
        first = await channel.send([message(number) for number in range(30)])
        second = await channel.send([message(number) for number in range(30, 60)])
    assert {type(receipt) for receipt in [*first, *second]} == {Accepted}
    assert len(vendor.taken) == 60
    assert vendor.made <= 3


async def test_batches_at_once_share_the_lines(vendor: SmtpVendor) -> None:
    async with smtp(vendor, connections=2) as channel:
        await asyncio.gather(*(channel.send([message(10 * turn + number) for number in range(5)]) for turn in range(6)))
    assert len(vendor.taken) == 30
    assert vendor.made <= 2


async def test_the_receipt_names_the_message_id_which_is_the_same_on_every_attempt(vendor: SmtpVendor) -> None:
    async with smtp(vendor) as channel:
        (first,) = await channel.send([message()])
        (again,) = await channel.send([message()])
    assert isinstance(first, Accepted)
    assert first == again
    assert {str(mail["message-id"]) for mail in vendor.mails} == {first.vendor_id} == {f"<{message().id}@toko.example>"}


async def test_a_line_on_which_a_message_was_refused_is_reset_and_used_on(vendor: SmtpVendor) -> None:
    vendor.says("RCPT", "550 5.1.1 User unknown")
    async with smtp(vendor, connections=1) as channel:
        receipts = await channel.send([message(1), message(2)])
    assert receipts[0] == Rejected(message(1).id, Rejection.ADDRESS, "smtp_550_5.1.1")
    assert isinstance(receipts[1], Accepted)
    assert vendor.made == 1
    assert vendor.said.count("RSET") == 1


async def test_a_server_that_hangs_up_between_two_messages_costs_none(vendor: SmtpVendor) -> None:
    async with smtp(vendor, connections=1) as channel:
        await channel.send([message(1)])
        hang_up(next(iter(vendor.open)))
        await asyncio.sleep(0.05)
        assert isinstance((await channel.send([message(2)]))[0], Accepted)
        vendor.says("MAIL", DROP)
        assert isinstance((await channel.send([message(3)]))[0], Accepted)
    assert [str(mail["to"]) for mail in vendor.mails] == [message(number).to for number in (1, 2, 3)]


async def test_a_line_that_was_idle_is_asked_before_it_is_used(vendor: SmtpVendor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "STALE", -1.0)
    async with smtp(vendor, connections=1) as channel:
        await channel.send([message(1)])
        vendor.says("RSET", "421 4.4.2 Idle for too long")
        assert isinstance((await channel.send([message(2)]))[0], Accepted)
    assert vendor.made == 2


@pytest.mark.parametrize(("step", "expected"), [("MAIL", RetryAfter), ("RCPT", RetryAfter), ("DATA", UnknownOutcome)])
async def test_a_line_cut_before_the_content_is_to_be_tried_again_and_after_it_unknown(
    vendor: SmtpVendor, step: str, expected: type
) -> None:
    vendor.says(step, DROP)
    async with smtp(vendor, connections=1) as channel:
        receipts = {receipt.id: receipt for receipt in await channel.send([message(1), message(2)])}
    assert type(receipts[message(1).id]) is expected
    assert isinstance(receipts[message(2).id], Accepted)


async def test_a_message_that_was_taken_before_the_line_broke_is_unknown_and_never_sent_again_by_us(vendor: SmtpVendor) -> None:
    vendor.says("DATA", TAKE_AND_DROP)
    async with smtp(vendor) as channel:
        assert await channel.send([message()]) == [UnknownOutcome(message().id)]
    assert len(vendor.taken) == 1


async def test_a_server_that_hangs_up_on_everything_gets_few_tries(vendor: SmtpVendor) -> None:
    vendor.says("MAIL", *[DROP] * 50)
    async with smtp(vendor, connections=2) as channel:
        receipts = await channel.send([message(number) for number in range(20)])
    assert len(receipts) == 20
    assert {type(receipt) for receipt in receipts} == {RetryAfter}
    assert vendor.made <= 6


async def test_nobody_there_is_to_be_tried_again() -> None:
    gone = SmtpVendor()
    gone.port = 9
    async with smtp(gone) as channel:
        assert await channel.send([message()]) == [RetryAfter(message().id, 30, "no_connection")]


async def test_the_password_is_checked_and_what_is_wrong_said(vendor: SmtpVendor) -> None:
    vendor.passwords = {"yang benar"}
    async with smtp(vendor) as channel:
        with pytest.raises(InvalidCredentialsError):
            await channel.check()
        with pytest.raises(InvalidCredentialsError):
            await channel.send([message()])
    async with smtp(vendor, password="yang benar") as channel:
        assert (await channel.check()).facts == {"server": "127.0.0.1"}
    assert not vendor.taken


async def test_a_check_takes_back_what_it_said(vendor: SmtpVendor) -> None:
    async with smtp(vendor) as channel:
        await channel.check()
        assert [said.split()[0] for said in vendor.said] == ["MAIL", "RSET"]
        vendor.says("MAIL", "553 5.7.1 not owned by user")
        with pytest.raises(AccountNotReadyError) as raised:
            await channel.check()
    assert raised.value.code == "smtp_553_5.7.1"


@pytest.mark.parametrize("implicit", [False, True])
async def test_a_real_handshake_and_a_certificate_that_is_checked(tmp_path: Path, implicit: bool) -> None:  # noqa: FBT001 - a parameter
    secure, authority = certificate(tmp_path)
    tls = "implicit" if implicit else "starttls"
    async with SmtpVendor(context=secure, implicit=implicit) as vendor:
        async with smtp(vendor, tls=tls, ca_certificate=authority) as channel:
            assert (await channel.check()).facts["tls"].startswith("TLSv1.")
            assert isinstance((await channel.send([message()]))[0], Accepted)
        async with smtp(vendor, tls=tls) as channel:
            with pytest.raises(AccountNotReadyError) as raised:
                await channel.send([message()])
        assert raised.value.code == "certificate"
        assert len(vendor.taken) == 1
        assert {asked.key for asked in vendor.asked} == {"rahasia"}


@pytest.mark.parametrize("wrong", [{"address": "127.0.0.2"}, {"days": -1}])
async def test_a_certificate_of_another_or_an_old_one_is_no_certificate(tmp_path: Path, wrong: dict[str, Any]) -> None:
    secure, authority = certificate(tmp_path, **wrong)
    async with SmtpVendor(context=secure) as vendor, smtp(vendor, tls="starttls", ca_certificate=authority) as channel:
        with pytest.raises(AccountNotReadyError):
            await channel.send([message()])
        assert not vendor.asked, "the password was not said"


async def test_a_server_without_starttls_never_gets_the_password(vendor: SmtpVendor) -> None:
    async with smtp(vendor, tls="starttls") as channel:
        with pytest.raises(AccountNotReadyError) as raised:
            await channel.send([message()])
    assert raised.value.code == "no_tls_or_login"
    assert not vendor.asked


async def test_an_account_that_needs_no_login_says_none() -> None:
    async with SmtpVendor(login=False) as vendor, smtp(vendor) as channel:
        assert isinstance((await channel.send([message()]))[0], Accepted)


async def test_one_click_unsubscribing_as_rfc_8058_has_it_arrives_letter_by_letter(vendor: SmtpVendor) -> None:
    async with smtp(vendor, dkim_key=RSA, dkim_selector="batik") as channel:
        await channel.send([message()])
    (mail,) = vendor.mails
    assert mail.get_all("list-unsubscribe-post") == ["List-Unsubscribe=One-Click"]
    (value,) = mail.get_all("list-unsubscribe", [])
    assert value == ONE_CLICK["List-Unsubscribe"]
    assert len(re.findall(r"<https://[^>]+>", value)) == 1, "exactly one https address"
    raw = vendor.taken[0].partition(b"\r\n\r\n")[0]
    assert b"=?" not in re.search(rb"List-Unsubscribe:.*?\r\n(?! )", raw, re.DOTALL)[0]  # type: ignore[index] # it is there
    signed = re.search(r"h=([^;]*);", str(mail["dkim-signature"]))[1].split(":")  # type: ignore[index] # it is there
    assert {"list-unsubscribe", "list-unsubscribe-post"} <= {name.strip() for name in signed}


@pytest.mark.parametrize(
    "key", [RSA, ED25519, RSA.replace("\n", " "), RSA.replace("\n", "\\n")], ids=["rsa", "ed25519", "one line", "escaped"]
)
async def test_a_signature_is_believed_by_somebody_elses_code(vendor: SmtpVendor, key: str) -> None:
    text = "Halo  Ibu,\t \r\n\r\nada spasi   di ujung   \n.titik di depan\n\n\n"
    async with smtp(vendor, dkim_key=key, dkim_selector="batik", from_name="Toko Bátik Ñusantara") as channel:
        await channel.send([message(1, text=text, subject="Kabar “baru” untuk Anda " + "yang panjang " * 12), message(2, html=None)])
    published = {b"batik._domainkey.toko.example.": record(read_key(key)).encode()}
    for content in vendor.taken:
        assert dkim.verify(content, dnsfunc=lambda name, **_: published.get(name))
        assert not dkim.verify(content.replace(b"nomor", b"nomer"), dnsfunc=lambda name, **_: published.get(name))
        head, _, body = content.partition(b"\r\n\r\n")
        forged = b"From: penipu@jahat.example\r\n" + head + b"\r\n\r\n" + body
        assert not dkim.verify(forged, dnsfunc=lambda name, **_: published.get(name)), "a second From breaks it"


async def test_the_envelope_has_its_own_address(vendor: SmtpVendor) -> None:
    async with smtp(vendor, bounce_address="pantul@kembali.toko.example") as channel:
        await channel.send([message()])
    assert vendor.senders == ["pantul@kembali.toko.example"]
    assert email.utils.parseaddr(str(vendor.mails[0]["from"])) == ("Toko Batik", "kabar@toko.example")


async def test_an_address_in_other_letters_goes_where_the_server_can(vendor: SmtpVendor) -> None:
    (there,) = await _sent(vendor, message(to="pengguna-用户@bücher.example"))
    assert isinstance(there, Accepted)
    assert vendor.arrived[0].to == "pengguna-用户@xn--bcher-kva.example"
    async with SmtpVendor(utf8=False) as old:
        assert await _sent(old, message(to="用户@rumah.example")) == [Rejected(message().id, Rejection.ADDRESS, "smtputf8")]
        assert isinstance((await _sent(old, message(to="ani@bücher.example")))[0], Accepted)


async def test_nothing_inside_is_reached_unless_the_operator_allows_it(vendor: SmtpVendor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BATIKRFM_PRIVATE_VENDORS")
    async with smtp(vendor) as channel:
        with pytest.raises(NotAllowedError):
            await channel.check()
        with pytest.raises(NotAllowedError):
            await channel.send([message()])
    assert vendor.made == 0


@pytest.mark.parametrize(("trouble", "expected"), [(Trouble.SILENT, UnknownOutcome), (Trouble.NONE, Accepted)])
async def test_a_batch_ends_before_the_host_gives_it_up(
    vendor: SmtpVendor, monkeypatch: pytest.MonkeyPatch, trouble: Trouble, expected: type
) -> None:
    vendor.trouble, vendor.after = trouble, 0
    monkeypatch.setattr(channels, "SECONDS", 0.5 if trouble is Trouble.SILENT else 45.0)
    async with smtp(vendor, connections=2, timeout=30) as channel:
        receipts = await channel.send([message(number) for number in range(5)])
    kinds = [type(receipt) for receipt in receipts]
    assert len(kinds) == 5
    assert kinds.count(expected) == len(vendor.taken), "what was on its way is unknown"
    assert kinds.count(RetryAfter) == 5 - len(vendor.taken), "the rest never began"


async def test_the_rate_is_the_accounts_own(vendor: SmtpVendor) -> None:
    assert smtp(vendor, per_second=3).capabilities.per_second == 3


async def test_an_smtp_server_calls_nobody(vendor: SmtpVendor) -> None:
    from datetime import UTC, datetime

    with pytest.raises(NotSupportedError):
        smtp(vendor).parse_events(WebhookRequest("POST", {}, {}, b"{}", datetime.now(UTC)))


async def test_a_call_that_is_given_up_leaves_no_line_half_way(vendor: SmtpVendor) -> None:
    async with smtp(vendor, timeout=0.3) as channel:
        vendor.says("RCPT", "250 OK")  # is said, and the recipient forgotten: DATA is refused then
        began = time.monotonic()
        (receipt,) = await channel.send([message()])
        assert not isinstance(receipt, Accepted)
        assert time.monotonic() - began < 60
        assert isinstance((await channel.send([message(2)]))[0], Accepted)


async def _sent(vendor: SmtpVendor, *messages: Any) -> list[Any]:  # noqa: ANN401 - messages and receipts
    async with smtp(vendor) as channel:
        return [*await channel.send(messages)]
