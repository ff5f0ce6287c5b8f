"""The channels ``outbox_email`` and ``outbox_whatsapp``: a shop tries everything with them, and nobody gets a message."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Final

from batikrfm.builtin.outbox.addresses import is_email, is_phone
from batikrfm.sdk.account import Check
from batikrfm.sdk.channels import (
    Accepted,
    Capabilities,
    Channel,
    DeliveryEvents,
    Message,
    Receipt,
    Rejected,
    Rejection,
    WebhookRequest,
)
from batikrfm.sdk.config import PluginConfig
from batikrfm.sdk.plugin_errors import NotSupportedError
from batikrfm.sdk.text import Text

BREAKS: Final = ("\r", "\n")


class OutboxConfig(PluginConfig):
    """Nothing to set: there is no account."""


class Outbox(Channel[OutboxConfig]):
    """Accepts what a vendor would. The host keeps it (``capabilities.kept``), once for each id; nothing is reported afterwards."""

    config_model = OutboxConfig

    @abstractmethod
    def knows(self, address: str) -> bool:
        """Whether ``address`` is one that this medium could have."""

    async def check(self) -> Check:
        """There is nothing that could be down."""
        return Check()

    async def send(self, batch: Sequence[Message]) -> Sequence[Receipt]:
        """Accept each message, but for what every vendor would refuse."""
        return [self._receipt(message) for message in batch]

    def parse_events(self, request: WebhookRequest) -> DeliveryEvents:  # noqa: ARG002 - there is nobody who would send one
        """Nobody reports anything."""
        raise NotSupportedError(capability="events")

    def _receipt(self, message: Message) -> Receipt:
        if not self.knows(message.to):
            return Rejected(message.id, Rejection.ADDRESS)
        if self._too_long(message) or message.media or _breaks_out(message):
            return Rejected(message.id, Rejection.CONTENT)
        return Accepted(message.id, f"outbox-{message.id}")

    def _too_long(self, message: Message) -> bool:
        longest = self.capabilities.max_length
        return longest is not None and len(message.text) > longest


class OutboxEmail(Outbox):
    """E-mail that goes to nobody."""

    key = "outbox_email"
    name = Text(id="Kotak keluar email (tidak dikirim)", en="E-mail outbox (not sent)")
    capabilities: ClassVar[Capabilities] = Capabilities(
        addresses="email", batch_size=500, per_second=2_000, html=True, idempotent=True, kept=True
    )

    def knows(self, address: str) -> bool:
        """Whether it is one e-mail address."""
        return is_email(address)


class OutboxWhatsApp(Outbox):
    """WhatsApp messages that go to nobody."""

    key = "outbox_whatsapp"
    name = Text(id="Kotak keluar WhatsApp (tidak dikirim)", en="WhatsApp outbox (not sent)")
    capabilities: ClassVar[Capabilities] = Capabilities(
        addresses="phone", batch_size=500, per_second=2_000, max_length=4_096, idempotent=True, kept=True
    )

    def knows(self, address: str) -> bool:
        """Whether it is one number with its country."""
        return is_phone(address)


def _breaks_out(message: Message) -> bool:
    """Whether a header would bring another one along."""
    return any(sign in part for name, value in message.headers.items() for part in (name, value) for sign in BREAKS)
