"""What can be set for both channels: who mail comes from, in the forms that can be sent."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from batikrfm.sdk import PluginConfig
from batikrfm_channel_email.addresses import Mailbox, mailbox
from batikrfm_channel_email.headers import one_line
from batikrfm_channel_email.mime import Sender
from batikrfm_channel_email.refusals import Unsendable

NAME: Final = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
LABEL: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,61}[a-z0-9])?")


def _address(text: str) -> str:
    try:
        found = mailbox(text)
    except Unsendable:
        raise PydanticCustomError("mail_address", "it has to be one address, such as kabar@toko-anda.id") from None
    if found.needs_utf8:
        raise PydanticCustomError("mail_address", "before the @, a sender has plain letters only")
    return str(found)


def _domain(text: str) -> str:
    name = text.strip().lower().rstrip(".")
    if not NAME.fullmatch(name):
        raise PydanticCustomError("mail_domain", "it has to be a domain, such as toko-anda.id")
    return name


def _label(text: str) -> str:
    label = text.strip().lower()
    if not LABEL.fullmatch(label):
        raise PydanticCustomError("dns_name", "it has letters, digits and hyphens only, such as batik2026")
    return label


def _name(text: str) -> str:
    return one_line(text)


MailAddress = Annotated[str, Field(max_length=254), AfterValidator(_address)]
"""One address that mail can come from; its domain as the DNS has it."""
DomainName = Annotated[str, Field(max_length=253), AfterValidator(_domain)]
"""A name in the DNS. What only the DNS reads may begin with ``_``: ``_spf.example.com``."""
DnsLabel = Annotated[str, Field(max_length=63), AfterValidator(_label)]
DisplayName = Annotated[str, Field(max_length=70), AfterValidator(_name)]


class MailConfig(PluginConfig):
    """Who mail comes from."""

    from_address: MailAddress = Field(title="From: address", description="The address that customers see, of a domain of your own.")
    from_name: DisplayName = Field(default="", title="From: name", description="The name that customers see, such as your shop's.")
    reply_to: MailAddress | None = Field(
        default=None,
        title="Answers go to",
        description="An address that somebody reads, if it is another than the sender's.",
    )

    @property
    def sender(self) -> Sender:
        """Who mail comes from, as its head says."""
        return Sender(self.from_mailbox, self.from_name, mailbox(self.reply_to) if self.reply_to else None)

    @property
    def from_mailbox(self) -> Mailbox:
        return mailbox(self.from_address)

    @property
    def domain(self) -> str:
        """The domain that customers see."""
        return self.from_mailbox.domain
