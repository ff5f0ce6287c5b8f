"""What every channel promises of messages that mean harm, and of what it never says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import pytest

from batikrfm.sdk import Accepted, Channel, Message, Rejected, Rejection
from batikrfm.testkit.channels.accounts import (
    CANARY,
    MOMENT,
    ONE,
    Accounts,
    AccountsConformance,
    Outcome,
    assert_true,
    attempt,
    cause,
    logged,
)
from batikrfm.testkit.channels.vendor import ChannelVendor, Trouble, plain

SMUGGLED: Final = "Halo\r\nBcc: penyusup@jahat.example\r\nX-Jahat: ya\r\n\r\nTubuh lain"
TEXTS: Final[Mapping[str, str]] = {
    "header lines": SMUGGLED,
    "right-to-left": "Halo \u202egnay asab\u202c \u2067teks\u2069 \u061c",
    "zero-width": "Ba\u200btik\u200c Ka\u200dwung\ufeff \u2060",
    "another mail in the text": "Halo\r\n.\r\nMAIL FROM:<penyusup@jahat.example>\r\nRCPT TO:<penyusup@jahat.example>\r\nDATA\r\nX\r\n.\r\n",
    "bare ends of lines": "Halo\n.\nRCPT TO:<penyusup@jahat.example>\r.\r\x0b\x0c\x85\u2028\u2029",
    "control signs": "Halo \x01\x07\x08\x1b[2K\x7f",
    "HTML in a name": "Halo <script>alert(1)</script> <img src=x onerror=alert(1)> &lt;b&gt; \"'",
    "JSON in a name": 'Halo ", "to": "penyusup@jahat.example", "x": "\\u0022}',
    "a form in a name": "Halo&target=6281299999999&message=x#%0a%0d+|{nama}|{var1}",
    "placeholders of the vendor's": "Halo {name} {{1}} {{nama}} ${name} %recipient.name%",
    "signs of all sorts": "Halo 👨‍👩‍👧‍👦 ﷽ Ḧ̵̢͍̖̈́͠ ᮃᮀᮊᮣᮔ꧋ꦧꦠꦶꦏ꧋",
    "one long line": "x" * 20_000,
    "5 MB": "Batik tulis. " * 400_000,
}
EMAILS: Final[Mapping[str, str]] = {
    "nothing": "",
    "no address": "bukan alamat",
    "a list": "satu@toko.example, penyusup@jahat.example",
    "a list with semicolons": "satu@toko.example;penyusup@jahat.example",
    "a second line": "satu@toko.example\r\nRCPT TO:<penyusup@jahat.example>",
    "no name": "@toko.example",
    "no domain": "satu@",
    "two signs": "satu@toko.example@jahat.example",
    "a space within": "satu dua@toko.example",
}
PHONES: Final[Mapping[str, str]] = {
    "nothing": "",
    "no number": "bukan nomor",
    "a list": "+6281200000001,+6281299999999",
    "a list with bars": "+6281200000001|+6281299999999",
    "a second line": "+6281200000001\r\n+6281299999999",
    "a group": "120363043211234567@g.us",
    "too short": "+6281",
    "far too long": "+62812000000010000000000000000",
}
ADDRESSES: Final = {"email": EMAILS, "phone": PHONES}
FOREIGN: Final = {
    "email": ("pelanggan@b\u00fccher.example", "pelanggan@xn--bcher-kva.example", "\u7528\u6237@toko.example"),
    "phone": ("+6591234567", "+16175550123"),
}
"""Unusual, and nothing wrong with them: taken or refused, but answered."""
CODE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}|[0-9]{1,6}")
"""A short code: never a sentence, an address or a number of somebody's."""


class HostileConformance(AccountsConformance):
    """Texts, headers and addresses that somebody made up to break out; and canaries, which must not be heard."""

    @pytest.mark.parametrize("text", TEXTS)
    async def test_a_hostile_text_ends_in_a_receipt_and_harms_nobody(
        self, channel: Channel[Any], accounts: Accounts, vendor: ChannelVendor, text: str
    ) -> None:
        bad = _with_text(accounts.message(0), TEXTS[text])
        await _harmless(channel, vendor, [bad, accounts.message(1)])

    async def test_a_header_with_a_line_break_brings_no_other_header(
        self, channel: Channel[Any], accounts: Accounts, vendor: ChannelVendor
    ) -> None:
        for number, headers in enumerate(({"X-Kampanye": SMUGGLED}, {"X-Kampanye\r\nBcc: penyusup@jahat.example\r\nX-Jahat": "ya"})):
            bad = accounts.message(number, headers=headers)
            await _harmless(channel, vendor, [bad, accounts.message(50 + number)])

    @pytest.mark.parametrize("address", sorted({*EMAILS, *PHONES}))
    async def test_an_address_that_is_none_or_a_list_is_refused(
        self, channel: Channel[Any], accounts: Accounts, vendor: ChannelVendor, address: str
    ) -> None:
        known = ADDRESSES[channel.capabilities.addresses]
        if address not in known:
            pytest.skip("for another kind of address")
        bad = accounts.message(0, to=known[address])
        outcome = await _harmless(channel, vendor, [bad, accounts.message(1)])
        receipt = outcome[bad.id]
        assert isinstance(receipt, Rejected)
        assert receipt.reason is Rejection.ADDRESS
        assert plain(accounts.suite.address(1)) in {plain(one.to) for one in vendor.arrived}
        assert len(vendor.arrived) == 1

    async def test_an_unusual_address_ends_in_a_receipt(self, channel: Channel[Any], accounts: Accounts, vendor: ChannelVendor) -> None:
        for number, address in enumerate(FOREIGN[channel.capabilities.addresses]):
            outcome = await attempt(channel, [accounts.message(number, to=address)])
            assert outcome.error is None
        assert len(vendor.arrived) <= len(FOREIGN[channel.capabilities.addresses])

    async def test_nothing_longer_than_declared_is_handed_in(
        self, channel: Channel[Any], accounts: Accounts, vendor: ChannelVendor
    ) -> None:
        longest = channel.capabilities.max_length
        if longest is None:
            pytest.skip(f"{channel.key} takes texts of any length")
        fits, too_long = accounts.message(0, text="x" * longest), accounts.message(1, text="x" * (longest + 1))
        assert (await attempt(channel, [fits])).kinds == {Accepted}
        receipt = (await attempt(channel, [too_long])).receipts[too_long.id]
        assert isinstance(receipt, Rejected)
        assert receipt.reason is Rejection.CONTENT
        assert len(vendor.arrived) == 1

    @pytest.mark.parametrize("trouble", Trouble)
    async def test_nothing_of_a_customer_is_said(self, accounts: Accounts, vendor: ChannelVendor, trouble: Trouble) -> None:
        batch = accounts.messages(min(accounts.channel_class.capabilities.batch_size, 2))
        if trouble is Trouble.NONE and vendor.reasons:
            vendor.refused[batch[0].to] = vendor.reasons[0]
        with logged() as lines:
            if trouble is not Trouble.NONE:
                cause(vendor, trouble)
            async with accounts.make(seconds=MOMENT if trouble is Trouble.SILENT else 20) as channel:
                outcome = await attempt(channel, batch)
                said = f"{channel!r} {channel} {batch!r} {_said(outcome)}"
        for secret in (CANARY, ONE, *(message.to for message in batch), *(plain(message.to) for message in batch)):
            assert secret not in said, "a repr, an error or a receipt holds what is a customer's, or the key"
            assert not [line for line in lines if secret in line], "a log holds what is a customer's, or the key"

    async def test_codes_are_short_codes(self, channel: Channel[Any], accounts: Accounts, vendor: ChannelVendor) -> None:
        for number, reason in enumerate(vendor.reasons):
            vendor.refused[accounts.suite.address(number)] = reason
            (receipt,) = (await attempt(channel, [accounts.message(number)])).receipts.values()
            code = getattr(receipt, "code", None)
            assert code is None or CODE.fullmatch(code), "a vendor's sentence is no code"


def _with_text(message: Message, text: str) -> Message:
    """``message`` with ``text`` wherever a customer's name could be."""
    changed: dict[str, Any] = {"text": f"{message.text} {text}"}
    if message.subject is not None:
        changed["subject"] = f"Kabar {text}"
    if message.html is not None:
        changed["html"] = f"<p>{message.text} {text}</p>"
    if message.template is not None:
        changed["template"] = replace(message.template, values=(text,))
    return replace(message, **changed)


async def _harmless(channel: Channel[Any], vendor: ChannelVendor, messages: list[Message]) -> Mapping[str, Any]:
    """Send ``messages``, of which the last is a good one, as batches that the channel takes: each answered, the good one accepted."""
    receipts: dict[str, Any] = {}
    size, before = min(channel.capabilities.batch_size, len(messages)), len(vendor.arrived)
    for start in range(0, len(messages), size):
        batch = messages[start : start + size]
        outcome = await attempt(channel, batch)
        assert outcome.error is None, f"one bad message is no trouble of the account: {outcome.error!r}"
        assert_true(vendor, batch, outcome)
        receipts |= outcome.receipts
    assert isinstance(receipts[messages[-1].id], Accepted), "a neighbour of a bad message goes its way"
    arrived = vendor.arrived[before:]
    assert {plain(one.to) for one in arrived} <= {plain(message.to) for message in messages}, "somebody else got it"
    assert not [one for one in arrived if {"bcc", "cc", "x-jahat"} & {*(one.headers or ())}], "a header was smuggled in"
    return receipts


def _said(outcome: Outcome) -> str:
    """All that an outcome could say to somebody, an error's cause and context too."""
    error = outcome.error
    words = [repr(outcome.receipts), str(outcome.receipts)]
    while error is not None:
        words.append(f"{error} {error!r} {getattr(error, 'values', '')} {getattr(error, 'code', '')} {error.args}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)  # type: ignore[assignment] # any exception
    return " ".join(words)
