"""The outbox channels keep the contract of channels, like anybody's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import pytest

from batikrfm.builtin.outbox.channels import OutboxEmail, OutboxWhatsApp
from batikrfm.plugins import load_plugins
from batikrfm.sdk import Accepted, Channel, Message, Receipt
from batikrfm.testkit.channels import ONE, Arrived, ChannelConformance, ChannelVendor


class Nobody(ChannelVendor):
    """No vendor at all: what a channel accepts counts as arrived."""

    troubles = frozenset()
    reasons = ()

    @property
    def connections(self) -> int:
        return 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """There is nothing to stop."""


def watched(channel_class: type[Channel[Any]], vendor: Nobody) -> type[Channel[Any]]:
    """``channel_class``, telling ``vendor`` what it accepts: once for each id, as the host keeps it."""

    async def send(self: Channel[Any], batch: Sequence[Message]) -> Sequence[Receipt]:
        receipts = await channel_class.send(self, batch)
        accepted = {receipt.id for receipt in receipts if isinstance(receipt, Accepted)} - known
        known.update(accepted)
        vendor.arrived += [_arrived(message) for message in batch if message.id in accepted]
        return receipts

    known: set[str] = set()
    return type("Watched", (channel_class,), {"send": send})


def _arrived(message: Message) -> Arrived:
    headers = {name.lower(): value for name, value in message.headers.items()}
    return Arrived(ONE, message.to, f"{message.subject} {message.text} {message.html}", headers)


class OutboxSuite(ChannelConformance):
    """The same for both."""

    __test__ = False

    @pytest.fixture
    def vendor(self) -> Nobody:
        return Nobody()

    def settings(self, vendor: ChannelVendor, key: str, seconds: float) -> Mapping[str, Any]:  # noqa: ARG002 - there is no account
        return {}


class TestOutboxEmail(OutboxSuite):
    __test__ = True

    @pytest.fixture
    def channel_class(self, vendor: Nobody) -> type[Channel[Any]]:
        return watched(OutboxEmail, vendor)

    def address(self, number: int) -> str:
        return f"pelanggan{number}@toko.example"


class TestOutboxWhatsApp(OutboxSuite):
    __test__ = True

    @pytest.fixture
    def channel_class(self, vendor: Nobody) -> type[Channel[Any]]:
        return watched(OutboxWhatsApp, vendor)

    def address(self, number: int) -> str:
        return f"+628120000{number:04}"


def test_they_come_with_the_product_and_are_kept() -> None:
    channels = load_plugins(only={"builtin"}).channels
    assert {"outbox_email", "outbox_whatsapp"} <= {*channels}
    assert all(channel.capabilities.kept for channel in channels.values())
