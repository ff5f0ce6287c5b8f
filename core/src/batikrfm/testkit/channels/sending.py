"""What every channel promises of the messages that it hands in: one receipt for each, true, and what was meant for one reaches that one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from batikrfm.sdk import Accepted, Channel, Media, Rejected, Rejection
from batikrfm.testkit.channels.accounts import ONE, Accounts, AccountsConformance, assert_true, attempt, mark, needs, needs_vendor
from batikrfm.testkit.channels.vendor import ChannelVendor, plain

LARGEST_BATCH = 250
"""Messages: a channel that takes more at once is tried with so many."""
SIZES: dict[str, Callable[[int], int]] = {
    "one": lambda _most: 1,
    "two": lambda most: min(2, most),
    "half": lambda most: max(1, most // 2),
    "full": lambda most: most,
}


class SendingConformance(AccountsConformance):
    """Messages that go their way, or are refused one by one."""

    @pytest.mark.parametrize("size", SIZES)
    async def test_each_message_gets_its_receipt(self, channel: Channel[Any], accounts: Accounts, vendor: ChannelVendor, size: str) -> None:
        batch = accounts.messages(SIZES[size](min(channel.capabilities.batch_size, LARGEST_BATCH)))
        outcome = await attempt(channel, batch)
        assert outcome.kinds == {Accepted}
        assert_true(vendor, batch, outcome)

    async def test_each_message_reaches_its_own_address_once(
        self, channel: Channel[Any], accounts: Accounts, vendor: ChannelVendor
    ) -> None:
        batch = accounts.messages(min(channel.capabilities.batch_size, 12))
        await channel.send(batch)
        assert sorted(plain(arrived.to) for arrived in vendor.arrived) == sorted(plain(message.to) for message in batch)
        for number, message in enumerate(batch):
            (arrived,) = (one for one in vendor.arrived if plain(one.to) == plain(message.to))
            assert mark(number) in arrived.content
            assert not [other for other in range(len(batch)) if other != number and mark(other) in arrived.content]

    async def test_the_vendors_ids_tell_messages_apart(self, channel: Channel[Any], accounts: Accounts) -> None:
        batch = accounts.messages(min(channel.capabilities.batch_size, 12))
        receipts = [*(await attempt(channel, batch)).receipts.values(), *(await attempt(channel, [accounts.message(99)])).receipts.values()]
        names = [receipt.vendor_id for receipt in receipts if isinstance(receipt, Accepted)]
        assert all(names), "events will name it: an accepted message has an id"
        assert len(set(names)) == len(receipts)

    async def test_nothing_to_send_asks_nobody(self, channel: Channel[Any], vendor: ChannelVendor) -> None:
        assert not await channel.send([])
        assert not vendor.asked

    @pytest.mark.parametrize("reason", Rejection)
    async def test_a_refused_message_costs_only_itself(
        self, channel: Channel[Any], accounts: Accounts, vendor: ChannelVendor, reason: Rejection
    ) -> None:
        if reason not in vendor.reasons:
            pytest.skip(f"this vendor never refuses for {reason}")
        batch = accounts.messages(min(channel.capabilities.batch_size, 3))
        bad = batch[len(batch) // 2]
        vendor.refused[bad.to] = reason
        outcome = await attempt(channel, batch)
        refused = outcome.receipts[bad.id]
        assert isinstance(refused, Rejected)
        assert refused.reason is reason
        assert {type(receipt) for id_, receipt in outcome.receipts.items() if id_ != bad.id} <= {Accepted}
        assert_true(vendor, batch, outcome)

    async def test_every_request_comes_with_its_key(self, channel: Channel[Any], accounts: Accounts, vendor: ChannelVendor) -> None:
        needs_vendor(channel)
        await channel.check()
        await channel.send(accounts.messages(1))
        assert {asked.key for asked in vendor.asked if asked.writes} == {ONE}
        assert {arrived.key for arrived in vendor.arrived} == {ONE}

    async def test_html_and_text_arrive_both(self, channel: Channel[Any], accounts: Accounts, vendor: ChannelVendor) -> None:
        needs(channel, "html")
        await channel.send([accounts.message(0, text="Hanya teks T-77", html="<p>Dengan <b>warna</b> H-77</p>")])
        assert "T-77" in vendor.arrived[0].content
        assert "H-77" in vendor.arrived[0].content

    async def test_headers_arrive(self, channel: Channel[Any], accounts: Accounts, vendor: ChannelVendor) -> None:
        if channel.capabilities.addresses != "email":
            pytest.skip("headers are for e-mail")
        headers = {"List-Unsubscribe": "<https://toko.example/b/1>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        await channel.send([accounts.message(0, headers=headers)])
        arrived = vendor.arrived[0].headers
        assert arrived is not None, "the vendor of the tests reads the headers"
        assert {name: arrived.get(name.lower()) for name in headers} == headers

    async def test_media_of_declared_types_arrive_and_others_are_refused(
        self, channel: Channel[Any], accounts: Accounts, vendor: ChannelVendor
    ) -> None:
        needs(channel, "media")
        good = Media("motif.bin", min(channel.capabilities.media), b"\x89PNG\r\n\x1a\n-motif-")
        assert (await attempt(channel, [accounts.message(0, media=(good,))])).kinds == {Accepted}
        arrived = len(vendor.arrived)
        odd = accounts.message(1, media=(Media("jahat.exe", "application/x-jahat", b"MZ"),))
        receipt = (await attempt(channel, [odd])).receipts[odd.id]
        assert isinstance(receipt, Rejected)
        assert receipt.reason is Rejection.CONTENT
        assert len(vendor.arrived) == arrived

    async def test_a_message_handed_in_again_is_taken_once(self, channel: Channel[Any], accounts: Accounts, vendor: ChannelVendor) -> None:
        needs(channel, "idempotent")
        batch = accounts.messages(min(channel.capabilities.batch_size, 3))
        first, again = await attempt(channel, batch), await attempt(channel, batch)
        assert first.receipts == again.receipts
        assert len(vendor.arrived) == len(batch)
