"""One mail to one SMTP server: what is said, and what the answer means."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from types import TracebackType
from typing import Final, Self
from uuid import UUID

import aiosmtplib

from batikrfm_tenants.mail.targets import Server

SECONDS: Final = 40.0
"""The longest that one mail may take, connecting and all."""
PERMANENT: Final = range(500, 600)


@dataclass(frozen=True, slots=True)
class Due:
    """A mail that is to be sent now."""

    id: UUID
    recipient: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str = field(repr=False)
    created_at: datetime
    attempts: int
    useless: bool


class NotSent(Exception):
    """The mail was not taken. ``code`` is short and repeats nothing of the server's words; ``for_good``: trying again is no use."""

    def __init__(self, code: str, *, for_good: bool = False) -> None:
        self.code = code
        self.for_good = for_good
        super().__init__(code)


def message_of(mail: Due, sender: str) -> EmailMessage:
    """The message. Its Message-ID and date are the mail's own, so a mail sent twice is the same mail twice."""
    message = EmailMessage(policy=SMTP_POLICY)
    message["From"] = f"BatikRFM <{sender}>"
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = f"<{mail.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


class Line:
    """A connection to the server, opened with the first mail and kept for the next ones; a broken one is opened anew."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._smtp: aiosmtplib.SMTP | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._hang_up()

    async def send(self, mail: Due) -> None:
        """Hand ``mail`` to the server. Raises :class:`NotSent`."""
        try:
            async with asyncio.timeout(SECONDS):
                smtp = await self._connected()
                await smtp.send_message(message_of(mail, self._server.sender), sender=self._server.sender, recipients=[mail.recipient])
        except BaseException as error:
            self._hang_up()
            if isinstance(error, Exception):
                raise _reason(error) from None  # the server's words may repeat an address
            raise

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._smtp is None or not self._smtp.is_connected:
            server = self._server
            self._smtp = aiosmtplib.SMTP(
                hostname=server.host,
                port=server.port,
                username=server.user,
                password=server.password,
                use_tls=server.tls == "implicit",
                start_tls=server.tls == "starttls",
                timeout=SECONDS,
            )
            await self._smtp.connect()
        return self._smtp

    def _hang_up(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def _reason(error: Exception) -> NotSent:
    """What a failure means. Only what the server says of this mail or this recipient can be for good; the rest is the server's state."""
    match error:
        case aiosmtplib.SMTPRecipientsRefused(recipients=[first, *_]):
            return NotSent(f"recipient {first.code}", for_good=first.code in PERMANENT)
        case aiosmtplib.SMTPDataError(code=code):
            return NotSent(f"data {code}", for_good=code in PERMANENT)
        case aiosmtplib.SMTPNotSupported():
            return NotSent("not supported", for_good=True)
        case aiosmtplib.SMTPResponseException(code=code):
            return NotSent(f"answer {code}")
        case ValueError() if not isinstance(error, ssl.SSLError):  # an address that the mail package cannot write down; not a certificate
            return NotSent("address", for_good=True)
        case _:
            return NotSent(type(error).__name__)
