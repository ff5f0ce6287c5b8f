"""What can be set for SMTP."""

from __future__ import annotations

import re
import ssl
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from batikrfm.sdk import Secret, VendorHost
from batikrfm_channel_email.config import DnsLabel, DomainName, MailAddress, MailConfig
from batikrfm_channel_email.signing import BadKey, Signer, read_key

Tls = Literal["starttls", "implicit", "none"]
PORTS: dict[Tls, int] = {"starttls": 587, "implicit": 465, "none": 25}
HOST = re.compile(r"[a-z0-9](?:[a-z0-9_.-]*[a-z0-9])?|[0-9a-f:.]{2,45}")
"""A name or an address."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def _key(secret: Secret) -> Secret:
    try:
        read_key(secret.reveal())
    except BadKey:
        raise PydanticCustomError("dkim_key", "it has to be a private key in PEM, RSA of 1024 bits or more, or Ed25519") from None
    return secret


def _certificate(text: str) -> str:
    try:
        ssl.create_default_context(cadata=text)
    except (ssl.SSLError, ValueError):
        raise PydanticCustomError("certificate", "it has to be a certificate in PEM") from None
    return text


def _host(text: str) -> str:
    host = text.strip().lower()
    if not HOST.fullmatch(host):
        raise PydanticCustomError("mail_host", "it has to be a server's name alone, such as smtp.example.com")
    return host


class SmtpConfig(MailConfig):
    """An account with an SMTP server."""

    host: Annotated[VendorHost, Field(max_length=253), AfterValidator(_host)] = Field(
        title="Server", description="The server that takes your mail, such as smtp.example.com."
    )
    tls: Tls = Field(
        default="starttls",
        title="Encryption",
        description="starttls (port 587) or implicit (port 465), whichever your provider names; none is for a server on this machine.",
    )
    port: int | None = Field(default=None, ge=1, le=65_535, title="Port", description="If it is another than usual.")
    user: str | None = Field(default=None, min_length=1, max_length=320, title="User name", description="Empty where none is needed.")
    password: Secret | None = Field(default=None, title="Password", description="Often an app password, not the one that you type.")
    bounce_address: MailAddress | None = Field(
        default=None,
        title="Bounces go to",
        description="Where other servers report what they could not deliver; the sender's address if empty.",
    )
    dkim_key: Annotated[Secret, AfterValidator(_key)] | None = Field(
        default=None,
        title="DKIM key",
        description="A private key in PEM, where your server does not sign by itself. The domain check says which record it needs.",
    )
    dkim_selector: DnsLabel | None = Field(
        default=None, title="DKIM selector", description="The name of the key's record: the part before ._domainkey."
    )
    dkim_domain: DomainName | None = Field(
        default=None, title="DKIM domain", description="The domain that signs, if it is another than the sender's."
    )
    spf_include: DomainName | None = Field(
        default=None, title="SPF of the provider", description="What your provider tells you to include, such as _spf.example.com."
    )
    ca_certificate: Annotated[str, AfterValidator(_certificate)] | None = Field(
        default=None,
        max_length=100_000,
        title="Certificate authority",
        description="In PEM, for a server whose certificate no public authority signed. It is still checked.",
    )
    connections: int = Field(default=4, ge=1, le=50, title="Connections", description="Open at once, at most.")
    per_second: float = Field(default=10, gt=0, le=1_000, title="Mails a second", description="What your provider allows.")
    timeout: float = Field(default=30, gt=0, le=600, title="Patience", description="Seconds for each answer of the server.")

    @model_validator(mode="after")
    def _together(self) -> Self:
        if self.tls == "none" and self.host not in LOOPBACK:
            raise PydanticCustomError("smtp_tls", "without encryption, mail goes to this machine only")
        if (self.user is None) != (self.password is None):
            raise PydanticCustomError("smtp_login", "a user name and a password belong together")
        if self.dkim_key is not None and self.dkim_selector is None:
            raise PydanticCustomError("dkim_selector", "a DKIM key needs the selector that its record has")
        return self

    @property
    def real_port(self) -> int:
        return self.port or PORTS[self.tls]

    @property
    def envelope(self) -> str:
        """The address that the servers on the way see as the sender's."""
        return self.bounce_address or self.from_address

    def signer(self) -> Signer | None:
        """What signs mail, if there is a key."""
        if self.dkim_key is None or self.dkim_selector is None:
            return None
        return Signer(self.dkim_domain or self.domain, self.dkim_selector, read_key(self.dkim_key.reveal()))
