"""The contract of a channel, as tests: against a server on this machine that plays the vendor.

::

    class TestMine(ChannelConformance):
        @pytest.fixture
        def channel_class(self):
            return Mine

        @pytest.fixture
        async def vendor(self):
            async with MyVendor() as vendor:  # a ChannelVendor; HttpChannelVendor is one for HTTP
                yield vendor

        def settings(self, vendor, key, seconds):
            return {"api_key": key, "base_url": vendor.url, "timeout": seconds, "webhook_secret": f"hook-{key}"}

        def address(self, number):
            return f"pelanggan{number}@toko.example"

        failures = {"the plan is used up": Failure(lambda vendor: vendor.script.append(...), QuotaExhaustedError)}
        webhooks = {"it was delivered": Webhook(b"...", [(EventKind.DELIVERED, "vendor-1")])}

        def signed(self, body, key, at):
            return WebhookRequest("POST", {}, {"x-signature": ...}, body, at)

The tests are ``async``: set ``asyncio_mode = "auto"`` for pytest-asyncio.
"""

from __future__ import annotations

from batikrfm.testkit.channels.accounts import ONE, OTHER, Accounts, AccountsConformance
from batikrfm.testkit.channels.events import EventsConformance, Webhook
from batikrfm.testkit.channels.extras import ExtrasConformance
from batikrfm.testkit.channels.failures import Failure, FailuresConformance
from batikrfm.testkit.channels.hostile import HostileConformance
from batikrfm.testkit.channels.sending import SendingConformance
from batikrfm.testkit.channels.vendor import Arrived, Asked, ChannelVendor, HttpChannelVendor, Trouble, plain, why
from batikrfm.testkit.llm_vendor.serving import Answer, Request

__all__ = [
    "ONE",
    "OTHER",
    "Accounts",
    "AccountsConformance",
    "Answer",
    "Arrived",
    "Asked",
    "ChannelConformance",
    "ChannelVendor",
    "Failure",
    "HttpChannelVendor",
    "Request",
    "Trouble",
    "Webhook",
    "plain",
    "why",
]


class ChannelConformance(SendingConformance, HostileConformance, FailuresConformance, ExtrasConformance, EventsConformance):
    """Override ``channel_class``, ``vendor``, ``settings``, ``address``; ``failures``; and, where it reports events, ``webhooks``,
    ``unknown_webhooks`` and ``signed`` (``forgeries`` where more than the account's secret can be wrong).

    What is not declared in ``capabilities`` is skipped.
    """  # noqa: D205 - the summary is long
