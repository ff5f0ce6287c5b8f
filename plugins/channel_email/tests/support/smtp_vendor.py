"""A real SMTP server on this machine, which misbehaves as a test tells it to, at whichever step."""

from __future__ import annotations

import asyncio
import logging
import ssl
import warnings
from collections import deque
from collections.abc import Sequence
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, ClassVar, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from batikrfm.sdk import Rejection
from batikrfm.testkit.channels import Arrived, Asked, ChannelVendor, Trouble, why

USER = "pengguna"
WORDS = {
    Rejection.ADDRESS: "550 5.1.1 <{to}>: Recipient address rejected: User unknown",
    Rejection.OTHER: "554 5.7.1 <{to}>: Relay access denied",
}
FOR_EVER = 60.0
logging.getLogger("mail.log").propagate = False  # the server's own log, which writes down all that it gets
DROP = "drop"
"""Instead of an answer: the line is cut."""
TAKE_AND_DROP = "take and drop"


class Serving(SMTP):
    """One connection; counts itself."""

    vendor: SmtpVendor

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self.transport is None:  # not again for STARTTLS
            self.vendor.made += 1
            self.vendor.open.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.vendor.open.discard(self)
        super().connection_lost(error)


class SmtpVendor(ChannelVendor):
    """A mail server. ``answers`` are what it says at a step (``MAIL``, ``RCPT``, ``DATA``, ``RSET``), each once.

    ``taken`` is the bytes of each mail, as they came. ``tls``: with a certificate, by STARTTLS or (``implicit``) from the first byte.
    ``at_once``: it says that it takes several commands in one go.
    """

    reasons: ClassVar[Sequence[Rejection]] = (Rejection.ADDRESS, Rejection.CONTENT, Rejection.OTHER)
    tells_wait = False

    def __init__(
        self, *, context: ssl.SSLContext | None = None, implicit: bool = False, login: bool = True, utf8: bool = True, at_once: bool = True
    ) -> None:
        super().__init__()
        self.context, self.implicit, self.login, self.utf8, self.at_once = context, implicit, login, utf8, at_once
        self.answers: dict[str, deque[str]] = {}
        self.taken: list[bytes] = []
        self.senders: list[str] = []
        self.said: list[str] = []
        self.passwords: set[str] | None = None
        self.port = 0
        self.made = 0
        self.open: set[Serving] = set()

    @property
    def connections(self) -> int:
        return len(self.open)

    @property
    def mails(self) -> list[EmailMessage]:
        """What was taken, parsed from the bytes."""
        return [parsed(content) for content in self.taken]

    def says(self, step: str, *answers: str) -> None:
        """Say ``answers`` the next times that ``step`` is reached."""
        self.answers.setdefault(step, deque()).extend(answers)

    async def __aenter__(self) -> Self:
        secure = self.context if self.implicit else None
        self._server = await asyncio.get_running_loop().create_server(self._connected, "127.0.0.1", self.port, ssl=secure)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for serving in [*self.open]:
            hang_up(serving)
        await asyncio.sleep(0)

    def _connected(self) -> Serving:
        with warnings.catch_warnings():  # it warns of passwords without TLS, which a test on this machine sends
            warnings.simplefilter("ignore")
            serving = Serving(
                self,
                hostname="surat.example",
                loop=asyncio.get_running_loop(),
                enable_SMTPUTF8=self.utf8,
                tls_context=None if self.implicit else self.context,
                authenticator=self._sign_in,
                auth_required=self.login,
                auth_require_tls=False,
            )
        serving.vendor = self
        return serving

    def _sign_in(self, _server: SMTP, session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:  # noqa: ANN401 - aiosmtpd's type
        key = data.password.decode()
        self.asked.append(Asked(key, False, data.password))  # noqa: FBT003 - writes
        good = self.trouble_now is not Trouble.ACCOUNT and data.login == USER.encode() and key in (self.passwords or {key})
        session.auth_data = key
        return AuthResult(success=good, handled=False, auth_data=key)

    def _next(self, step: str, server: SMTP) -> str | None:
        waiting = self.answers.get(step)
        answer = waiting.popleft() if waiting else None
        if answer == DROP:
            hang_up(server)
        return answer

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's names
        self,
        server: SMTP,  # noqa: ARG002 - aiosmtpd's names
        session: Session,
        envelope: Envelope,  # noqa: ARG002 - aiosmtpd's names
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = hostname
        return ["250-PIPELINING", *responses] if self.at_once else responses

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: ARG002, N802 - aiosmtpd's names
        self.said.append(f"MAIL {' '.join(options)}")
        if not self.login:
            self.asked.append(Asked("", False, address.encode()))  # noqa: FBT003 - writes
        if answer := self._next("MAIL", server):
            return answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RSET(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802 - aiosmtpd's names
        self.said.append("RSET")
        return self._next("RSET", server) or "250 OK"

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802 - aiosmtpd's names
        self.said.append("QUIT")
        return "221 Bye"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: ARG002, N802 - aiosmtpd's names
        self.asked.append(Asked(_key(session), True, address.encode()))  # noqa: FBT003 - writes
        if answer := self._next("RCPT", server):
            return answer
        if self.trouble_now is Trouble.THROTTLED:
            return "451 4.7.1 Try again later"
        if self.trouble_now is Trouble.DOWN:
            hang_up_after(server)
            return "421 4.3.2 Service shutting down"
        reason = why(self.refused, address)
        if reason in WORDS:
            return WORDS[reason].format(to=address)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's names
        content = envelope.original_content or b""
        answer = self._next("DATA", server)
        if answer and answer != TAKE_AND_DROP:
            return answer
        if why(self.refused, envelope.rcpt_tos[0]) is Rejection.CONTENT:
            return f"554 5.7.1 <{envelope.rcpt_tos[0]}> Message rejected as spam: {parsed(content)['subject']}".replace("\r\n", " ")
        trouble = self.trouble_now
        self._take(content, session, envelope)
        if trouble is Trouble.SILENT:
            await asyncio.sleep(FOR_EVER)
        if trouble is Trouble.CUT or answer == TAKE_AND_DROP:
            hang_up(server)
        return "<html>ok" if trouble is Trouble.NONSENSE else "250 OK"

    def _take(self, content: bytes, session: Session, envelope: Envelope) -> None:
        mail = parsed(content)
        parts = [str(part.get_content()) for part in mail.walk() if part.get_content_maintype() == "text"]
        headers = {name.lower(): str(value) for name, value in mail.items()}
        self.taken.append(content)
        self.senders.append(envelope.mail_from or "")
        self.arrived += [Arrived(_key(session), to, " ".join([str(mail["subject"]), *parts]), headers) for to in envelope.rcpt_tos]


def _key(session: Any) -> str:  # noqa: ANN401 - aiosmtpd types what it knows of somebody who did not sign in
    return str(session.auth_data or "")


def parsed(content: bytes) -> EmailMessage:
    mail = message_from_bytes(content, policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def hang_up(server: SMTP) -> None:
    """Cut the line at once."""
    if isinstance(server.transport, asyncio.Transport):
        server.transport.abort()


def hang_up_after(server: SMTP) -> None:
    """Cut it once the answer is out."""
    assert server.transport is not None
    asyncio.get_running_loop().call_later(0.02, server.transport.close)
