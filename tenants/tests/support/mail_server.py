"""A real SMTP server on this machine, which misbehaves as a test tells it to."""

from __future__ import annotations

import asyncio
import contextlib
import warnings
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from batikrfm_tenants.mail.targets import Server

SENDER = "batik@toko.example"


@dataclass
class MailServer:
    """``answers`` are given to the next mails' DATA, one each; ``refuse`` to RCPT of an address; None takes the mail, ``drop`` hangs up."""

    port: int = 0
    answers: list[str | None] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    taken: list[Message] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    connections: int = 0

    @property
    def server(self) -> Server:
        return Server("127.0.0.1", self.port, "none", SENDER)

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: ARG002, N802 - aiosmtpd's names
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802 - aiosmtpd's names
        answer = self.answers.pop(0) if self.answers else None
        if answer not in (None, "taken and drop"):
            if answer == "drop":
                hang_up(server)
            return str(answer)
        self.taken.append(message_from_bytes(envelope.original_content or b"", policy=default))
        self.recipients += envelope.rcpt_tos
        if answer == "taken and drop":
            hang_up(server)
        return "250 OK"

    def sign_in(self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:  # noqa: ANN401 - aiosmtpd's type
        return AuthResult(success=(data.login, data.password) == (b"pengguna", b"s@ndi/"), handled=False)


def hang_up(server: SMTP) -> None:
    assert server.transport is not None
    server.transport.close()


@contextlib.asynccontextmanager
async def mail_server(**options: Any) -> AsyncIterator[MailServer]:  # noqa: ANN401 - aiosmtpd's options
    """A server for as long as the block lasts."""
    mails = MailServer()
    loop = asyncio.get_running_loop()

    def connected() -> SMTP:
        mails.connections += 1
        with warnings.catch_warnings():  # it warns of passwords without TLS, which a test on this machine sends
            warnings.simplefilter("ignore")
            return SMTP(mails, authenticator=mails.sign_in, hostname="surat.example", loop=loop, enable_SMTPUTF8=True, **options)

    server = await loop.create_server(connected, "127.0.0.1", 0)
    mails.port = server.sockets[0].getsockname()[1]
    try:
        yield mails
    finally:
        server.close()
        await server.wait_closed()
