"""One connection to the server, and what is said on it."""

from __future__ import annotations

import asyncio
import re
import ssl
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from batikrfm_channel_email.mime import Mail
from batikrfm_channel_email.reach import connect
from batikrfm_channel_email.smtp.answers import Broken, Refusal, Step, trouble_of_line
from batikrfm_channel_email.smtp.config import SmtpConfig
from batikrfm_channel_email.smtp.talk import Gone, Talk

if TYPE_CHECKING:
    import aiosmtplib

GO_ON, CLOSES = 354, 421
STALE: Final = 15.0
"""Seconds after which a line that was idle is asked whether it still is one."""
DOTS: Final = re.compile(rb"^\.", re.MULTILINE)
GOODBYE: Final = 1.0


class Line:
    """A connection, signed in. ``used`` says how many messages went over it, ``step`` how far the present one is."""

    def __init__(self, smtp: aiosmtplib.SMTP, talk: Talk, envelope: str) -> None:
        self._smtp, self._talk, self._envelope = smtp, talk, envelope
        self._last = time.monotonic()
        self.used = 0
        self.step = Step.SENDER

    @classmethod
    async def dial(cls, config: SmtpConfig, tls: ssl.SSLContext | None) -> Line:
        """A new line. Raises the ``PluginError`` that says why there is none."""
        import aiosmtplib

        smtp = aiosmtplib.SMTP(
            hostname=config.host,
            sock=await connect(config.host, config.real_port, config.timeout),
            use_tls=config.tls == "implicit",
            start_tls=config.tls == "starttls",
            tls_context=tls,
            username=config.user,
            password=config.password.reveal() if config.password else None,
            local_hostname=config.domain,
            timeout=config.timeout,
        )
        try:
            async with asyncio.timeout(2 * config.timeout):
                await smtp.connect()
                if smtp.is_ehlo_or_helo_needed:
                    await smtp.ehlo()
        except Exception as error:  # noqa: BLE001 - whatever it is, there is no line, and the server's words may hold an address
            smtp.close()
            raise trouble_of_line(error) from None
        except BaseException:
            smtp.close()
            raise
        assert isinstance(smtp.transport, asyncio.Transport)  # noqa: S101 - it is connected
        return cls(smtp, Talk(smtp.transport, config.timeout), config.envelope)

    @property
    def open(self) -> bool:
        return self._talk.open

    @property
    def facts(self) -> dict[str, str]:
        """What is known of it: the version of TLS, if it is encrypted."""
        secure = self._smtp.get_transport_info("ssl_object")
        return {"tls": str(secure.version())} if secure is not None else {}

    def can(self, extension: str) -> bool:
        """Whether the server said that it knows ``extension``."""
        return self._smtp.supports_extension(extension)

    async def deliver(self, mail: Mail, content: bytes) -> None:
        """Hand in one message.

        Raises :class:`Refusal` (the line stays good, if it is still open) or :class:`Broken` (it does not).
        """
        options = [b"SIZE=%d" % len(content)] if self.can("size") else []
        options += [b"SMTPUTF8"] if mail.recipient.needs_utf8 else []
        await self._say(
            (Step.SENDER, self._sender(options)),
            (Step.RECIPIENT, f"RCPT TO:<{mail.recipient}>".encode()),
            (Step.DATA, b"DATA"),
        )
        await self._hand_over(content)
        self.used += 1
        self._last = time.monotonic()

    async def offer(self) -> None:
        """Say who a message would be from."""
        await self._say((Step.SENDER, self._sender()))

    async def after_refusal(self, refusal: Refusal) -> None:
        """Be ready for the next message, or hang up where the server is about to."""
        if refusal.code == CLOSES:
            self.hang_up()
        elif self.open:
            await self.reset()

    async def reset(self) -> None:
        """Forget a message that was refused half way. A line that cannot is hung up."""
        try:
            await self._say((Step.SENDER, b"RSET"))
        except (Refusal, Broken):
            self.hang_up()

    async def ready(self) -> bool:
        """Whether it can be used again: one that was idle for a while is asked."""
        if self.open and time.monotonic() - self._last > STALE:
            await self.reset()
        return self.open

    async def close(self) -> None:
        """Say goodbye; do not wait long for the answer."""
        try:
            async with asyncio.timeout(GOODBYE):
                await self._say((Step.SENDER, b"QUIT"))
        except (Refusal, Broken, TimeoutError):
            pass
        finally:
            self.hang_up()

    def hang_up(self) -> None:
        """Cut it."""
        self._talk.close()
        self._smtp.close()

    def _sender(self, options: list[bytes] | None = None) -> bytes:
        return b" ".join([f"MAIL FROM:<{self._envelope}>".encode(), *(options or [])])

    async def _say(self, *commands: tuple[Step, bytes]) -> None:
        """Say one after the other, or all of them in one go to a server that takes that: two journeys for a message instead of four."""
        together = [commands] if self.can("pipelining") else [(one,) for one in commands]
        for some in together:
            self.step = some[0][0]
            try:
                self._talk.say(*(command for _, command in some))
            except Gone:
                raise self._broken() from None
            await self._hear([step for step, _ in some])

    async def _hear(self, steps: Sequence[Step]) -> None:
        """The answers to what was said in one go; raises the first refusal among them.

        A server that asks for the content although it refused the rest gets none: the line is cut, and nothing was sent.
        """
        refusal: Refusal | None = None
        for step in steps:
            try:
                answer = await self._talk.answer()
            except Gone:
                self.hang_up()
                raise refusal or Broken(step) from None
            wanted = answer.code == GO_ON if step is Step.DATA else answer.good
            if refusal is None and wanted:
                self.step = step
            elif refusal is None:
                refusal = Refusal(answer.code, answer.words, step)
            if refusal is not None and answer.code in (GO_ON, CLOSES):
                self.hang_up()
                break
        if refusal is not None:
            raise refusal

    async def _hand_over(self, content: bytes) -> None:
        """The content itself: from its first byte on, only the server knows whether it has it."""
        self.step = Step.CONTENT
        try:
            self._talk.give(_stuffed(content) + b".\r\n")
            answer = await self._talk.answer()
        except Gone:
            raise self._broken() from None
        if not answer.good:
            raise Refusal(answer.code, answer.words, Step.CONTENT)

    def _broken(self) -> Broken:
        self.hang_up()
        return Broken(self.step)


def _stuffed(content: bytes) -> bytes:
    """A dot that begins a line is doubled (RFC 5321, section 4.5.2)."""
    return DOTS.sub(b"..", content) if b"\n." in content or content.startswith(b".") else content
