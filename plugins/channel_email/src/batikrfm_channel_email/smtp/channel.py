"""E-mail by SMTP."""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

from batikrfm.sdk import (
    Accepted,
    Capabilities,
    Channel,
    Check,
    DeliveryEvents,
    DomainFinding,
    Message,
    NotSupportedError,
    PluginContext,
    PluginError,
    Receipt,
    Rejected,
    Rejection,
    RetryAfter,
    Text,
    UnavailableError,
    WebhookRequest,
)
from batikrfm_channel_email.domain.findings import Resolver, Standpoint, findings
from batikrfm_channel_email.mime import MEDIA, Mail, mail_of
from batikrfm_channel_email.refusals import Unsendable
from batikrfm_channel_email.smtp.answers import (
    CLOSING,
    Broken,
    Refusal,
    Step,
    broken_receipt,
    receipt,
    trouble_of_account,
)
from batikrfm_channel_email.smtp.config import SmtpConfig
from batikrfm_channel_email.smtp.line import Line
from batikrfm_channel_email.smtp.lines import Lines
from batikrfm_channel_email.smtp.relays import include_of

PATIENCE = 3
"""Lines that may break one after the other before a batch is given back."""
SECONDS = 45.0
"""The longest that a batch takes. The host would wait a little longer, and then take all of it for unknown; what did not get its turn is
given back instead."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """A message as bytes."""

    id: str
    mail: Mail
    content: bytes = field(repr=False)


@dataclass
class _Batch:
    """A batch on its way: what waits, what is known, what kept a line from being had. ``answered``: the server knows of it."""

    waiting: deque[_Ready]
    receipts: list[Receipt]
    trouble: PluginError | None = None
    answered: bool = False
    until: float = field(default_factory=lambda: asyncio.get_running_loop().time() + SECONDS)


class SmtpChannel(Channel[SmtpConfig]):
    """An SMTP server. Nothing comes back by webhook; what cannot be delivered later is mailed to the bounce address."""

    key = "smtp"
    name = Text(id="Email lewat SMTP", en="E-mail by SMTP")
    config_model = SmtpConfig
    capabilities: ClassVar[Capabilities] = Capabilities(
        addresses="email", batch_size=100, per_second=10, html=True, media=MEDIA, domain_check=True
    )
    resolver: Resolver | None = None
    """What looks up the DNS; None: the system's."""
    _lines: Lines | None = None
    _tls: ssl.SSLContext | None = None

    def __init__(self, config: SmtpConfig, context: PluginContext) -> None:
        super().__init__(config, context)
        # The account's own rate, where the host looks for it.
        self.__dict__["capabilities"] = replace(type(self).capabilities, per_second=config.per_second)

    async def open(self) -> None:
        """Get ready; the first line is opened with the first message."""
        if self.config.tls != "none":
            self._tls = await asyncio.to_thread(_context, self.config.ca_certificate)
        self._signer = await asyncio.to_thread(self.config.signer)
        self._lines = Lines(self._dial, self.config.connections)

    async def close(self) -> None:
        """Hang up."""
        if self._lines is not None:
            await self._lines.close()

    async def check(self) -> Check:
        """Signs in and says who mail would be from; then takes it back."""
        async with self._leased().lease() as line:
            try:
                await line.offer()
            except Refusal as refusal:
                raise trouble_of_account(refusal) or UnavailableError(code=refusal.short) from None
            except Broken:
                raise UnavailableError(code="hung_up") from None
            await line.reset()
            return Check({"server": self.config.host, **line.facts})

    async def send(self, batch: Sequence[Message]) -> Sequence[Receipt]:
        """Hand in the batch over as many lines as are allowed.

        What was not handed in when the server stopped answering is to be tried again; whatever was on its way by then is unknown.
        """
        ready, receipts = await asyncio.to_thread(self._written, batch)
        on_its_way = _Batch(deque(ready), receipts)
        async with asyncio.TaskGroup() as group:
            for _ in range(min(len(ready), self.config.connections)):
                group.create_task(self._work(on_its_way))
        return _ended(on_its_way)

    def parse_events(self, request: WebhookRequest) -> DeliveryEvents:  # noqa: ARG002 - there are none
        """An SMTP server calls nobody."""
        raise NotSupportedError(capability="events")

    async def domain_findings(self) -> Sequence[DomainFinding]:
        config = self.config
        return await findings(
            Standpoint(
                domain=config.domain,
                envelope=config.envelope.rpartition("@")[2],
                include=config.spf_include or include_of(config.host),
                signer=config.signer(),
                dkim_domain=config.dkim_domain or config.domain,
                selectors=(config.dkim_selector,) if config.dkim_selector else (),
            ),
            self.resolver,
        )

    def _written(self, batch: Sequence[Message]) -> tuple[list[_Ready], list[Receipt]]:
        """The messages as bytes, signed, and receipts of those that are none. Takes a processor's time."""
        ready: list[_Ready] = []
        receipts: list[Receipt] = []
        now, sender = self.context.clock.now(), self.config.sender
        for message in batch:
            try:
                mail = mail_of(message, sender, now)
            except Unsendable as refused:
                receipts.append(refused.receipt(message.id))
            else:
                signature = self._signer.signature(mail.head, mail.body, now) if self._signer else b""
                ready.append(_Ready(message.id, mail, mail.content(signature)))
        return ready, receipts

    async def _work(self, batch: _Batch) -> None:
        """Hand in what waits, one after the other, on one line after the other while there is any."""
        broken = 0
        while batch.waiting and broken < PATIENCE:
            try:
                async with asyncio.timeout_at(batch.until), self._leased().lease() as line:
                    while batch.waiting and line.open:
                        await _hand_in(line, batch)
                        broken = 0
            except Broken:
                broken += 1
            except TimeoutError:
                return
            except PluginError as error:
                batch.trouble = error
                return

    async def _dial(self) -> Line:
        return await Line.dial(self.config, self._tls)

    def _leased(self) -> Lines:
        if self._lines is None:
            raise RuntimeError("the account is not open")
        return self._lines


async def _hand_in(line: Line, batch: _Batch) -> None:
    """Hand in the next message; what becomes of it is in the batch's receipts, or it waits again.

    Raises :class:`Broken` where the line is none any more, a ``PluginError`` where the server wants nothing from this account.
    """
    one, used = batch.waiting.popleft(), line.used
    try:
        batch.receipts.append(await _outcome(line, one))
        batch.answered = True
    except Broken as broken:
        if used and broken.step is Step.SENDER:
            # The server hung up between two messages, as many do after so many: this one has not begun.
            batch.waiting.appendleft(one)
        else:
            batch.receipts.append(broken_receipt(one.id, broken))
            batch.answered = True
        raise
    except asyncio.CancelledError:  # the batch's time is up
        batch.receipts.append(broken_receipt(one.id, Broken(line.step)))
        batch.answered = True
        raise
    except PluginError:
        batch.waiting.appendleft(one)
        raise


async def _outcome(line: Line, one: _Ready) -> Receipt:
    """What the server says of one message."""
    if one.mail.recipient.needs_utf8 and not line.can("smtputf8"):
        return Rejected(one.id, Rejection.ADDRESS, "smtputf8")
    try:
        await line.deliver(one.mail, one.content)
    except Refusal as refusal:
        trouble = trouble_of_account(refusal)
        if trouble is not None:
            raise trouble from None
        await line.after_refusal(refusal)
        return receipt(one.id, refusal)
    return Accepted(one.id, one.mail.message_id)


def _ended(batch: _Batch) -> Sequence[Receipt]:
    """The receipts, one for each message. Raises the account's trouble where nothing was handed in.

    A server that is not there is no such trouble: that would leave open whether something went out, and nothing did.
    """
    trouble = batch.trouble
    if trouble is not None and not batch.answered and not isinstance(trouble, UnavailableError):
        raise trouble
    wait, code = (trouble.wait or CLOSING, trouble.code) if trouble else (CLOSING, "hung_up")
    return [*batch.receipts, *(RetryAfter(one.id, wait, code) for one in batch.waiting)]


def _context(authority: str | None) -> ssl.SSLContext:
    """What certificates are checked against: the machine's authorities, and the one that was given."""
    context = ssl.create_default_context()
    if authority:
        context.load_verify_locations(cadata=authority)
    return context
