"""What a channel promises of looking up, of reachable addresses and of its domain, where it has them."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from batikrfm.sdk import Accepted, Channel, DomainFinding, DomainStanding, PluginError, Text
from batikrfm.testkit.channels.accounts import Accounts, AccountsConformance, cause, needs
from batikrfm.testkit.channels.vendor import ChannelVendor, Trouble, plain


class ExtrasConformance(AccountsConformance):
    """``look_up``, ``reachable`` and ``domain_findings``: they look, and send nothing."""

    async def test_what_became_of_an_unknown_message_is_found(
        self, channel: Channel[Any], accounts: Accounts, vendor: ChannelVendor
    ) -> None:
        needs(channel, "status_lookup")
        sent, never = accounts.messages(min(channel.capabilities.batch_size, 2)), accounts.message(77)
        cause(vendor, Trouble.CUT)
        with suppress(PluginError):
            await channel.send(sent)
        vendor.trouble, writes = Trouble.NONE, vendor.writes
        receipts = {receipt.id: receipt for receipt in await channel.look_up([*sent, never])}
        assert {*receipts} == {never.id, *(message.id for message in sent)}
        there = {plain(arrived.to) for arrived in vendor.arrived}
        for message in (*sent, never):
            receipt = receipts[message.id]
            assert isinstance(receipt, Accepted) == (plain(message.to) in there), "accepted if and only if the vendor has it"
            assert not isinstance(receipt, Accepted) or receipt.vendor_id
        assert vendor.writes == writes, "looking up sends nothing"

    async def test_reachable_addresses_are_told_in_order(self, channel: Channel[Any], accounts: Accounts, vendor: ChannelVendor) -> None:
        needs(channel, "address_check")
        addresses = [accounts.suite.address(number) for number in range(3)]
        vendor.refused[addresses[1]] = vendor.reasons[0]
        assert [*await channel.reachable(addresses)] == [True, False, True]
        assert [*await channel.reachable([])] == []
        assert not vendor.arrived
        assert vendor.writes == 0

    async def test_findings_of_the_domain_are_in_words(self, channel: Channel[Any], vendor: ChannelVendor) -> None:
        needs(channel, "domain_check")
        findings = await channel.domain_findings()
        assert findings, "it looked at something"
        for finding in findings:
            assert isinstance(finding, DomainFinding)
            assert isinstance(finding.standing, DomainStanding)
            assert finding.subject
            for text in (finding.words, *([finding.advice] if finding.advice else [])):
                assert isinstance(text, Text)
                assert text.id.strip()
                assert text.en.strip()
        assert not vendor.arrived
