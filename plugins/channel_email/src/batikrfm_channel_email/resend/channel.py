"""E-mail by Resend."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import ClassVar

from batikrfm.sdk import (
    Accepted,
    AccountNotReadyError,
    BadAnswerError,
    Capabilities,
    Channel,
    Check,
    DeliveryEvents,
    DomainFinding,
    DomainStanding,
    HttpClient,
    Message,
    PluginContext,
    PluginError,
    Receipt,
    RetryAfter,
    Text,
    TimedOutError,
    UnavailableError,
    UnknownOutcome,
    WebhookRequest,
)
from batikrfm_channel_email.domain import words
from batikrfm_channel_email.domain.findings import Resolver, Standpoint, findings
from batikrfm_channel_email.mime import MEDIA
from batikrfm_channel_email.refusals import Unsendable
from batikrfm_channel_email.resend.answers import receipts, unknown
from batikrfm_channel_email.resend.config import ResendConfig
from batikrfm_channel_email.resend.domains import TRYING_OUT, domain_state, finding_of
from batikrfm_channel_email.resend.events import KINDS, event_of
from batikrfm_channel_email.resend.signatures import verified
from batikrfm_channel_email.resend.writing import Chunk, Written, chunks, written

INCLUDE = "amazonses.com"
"""Resend sends by Amazon SES."""
LATER = 30.0
SECONDS = 25.0
"""After which no further request is begun: the host waits about a minute for all of them, and one may take its time."""
OPEN = (TimedOutError, UnavailableError, BadAnswerError)
"""Errors that leave open whether a request was carried out."""
NOT_BEGUN = "no_connection"


class ResendChannel(Channel[ResendConfig]):
    """Resend, by its REST API: its SDK keeps the key in a module global, so that two shops would send with one.

    A batch is one request with an idempotency key that is made of the messages' ids. The same batch handed in again within 24 hours is
    the same request, to which Resend gives the same answer without sending: so an unknown outcome is found out by handing in the same
    batch once more. In other company a message is part of another request, which would be sent.
    """

    key = "resend"
    name = Text(id="Email lewat Resend", en="E-mail by Resend")
    config_model = ResendConfig
    capabilities: ClassVar[Capabilities] = Capabilities(
        addresses="email",
        batch_size=100,
        per_second=200,
        html=True,
        media=MEDIA,
        idempotent=True,
        events=KINDS,
        domain_check=True,
    )
    resolver: Resolver | None = None
    """What looks up the DNS; None: the system's."""
    _http: HttpClient

    def __init__(self, config: ResendConfig, context: PluginContext) -> None:
        super().__init__(config, context)
        # The account's own rate, where the host looks for it.
        self.__dict__["capabilities"] = replace(type(self).capabilities, per_second=config.per_second)

    async def open(self) -> None:
        """Make a client of this account's own. It connects when there is something to ask."""
        self._stack = AsyncExitStack()
        headers = {"authorization": f"Bearer {self.config.api_key.reveal()}", "user-agent": "batikrfm/0.1"}
        client = self.context.http(base_url=self.config.base_url, headers=headers, seconds=self.config.timeout)
        self._http = await self._stack.enter_async_context(client)

    async def close(self) -> None:
        """Close its connections."""
        if hasattr(self, "_stack"):
            await self._stack.aclose()

    async def check(self) -> Check:
        """Asks for the account's domains: whether the key is good, and the sender's domain is verified where the key may see that."""
        domain = self.config.domain
        state = await domain_state(self._http, domain)
        if state is None or domain == TRYING_OUT:
            return Check({"domain": domain})
        if state != "verified":
            raise AccountNotReadyError(code=f"domain_{state or 'unknown'}")
        return Check({"domain": domain, "state": state})

    async def send(self, batch: Sequence[Message]) -> Sequence[Receipt]:
        """Hand in the batch as one request, and a request more for each message with files.

        Where a request ends in trouble, those that went before it keep their receipts.
        """
        ready, found = await asyncio.to_thread(self._written, batch)
        waiting, began = deque(chunks(ready)), time.monotonic()
        while waiting and time.monotonic() - began < SECONDS:
            try:
                found += await self._post(waiting[0])
            except PluginError as error:
                if not any(isinstance(one, Accepted | UnknownOutcome) for one in found):
                    raise
                return [*found, *_given_back(waiting, error.wait or LATER, error.code)]
            waiting.popleft()
        return [*found, *_given_back(waiting, 0, "out_of_time")]

    def parse_events(self, request: WebhookRequest) -> DeliveryEvents:
        name = verified(request.headers, request.body, self.config.webhook_secrets, request.received_at)
        event = event_of(request.body, name, request.received_at)
        return DeliveryEvents((event,) if event else ())

    async def domain_findings(self) -> Sequence[DomainFinding]:
        domain = self.config.domain
        seen = Standpoint(
            domain=domain,
            envelope=f"{self.config.return_path}.{domain}",
            include=INCLUDE,
            dkim_domain=domain,
            selectors=(self.config.dkim_selector,),
            replies=(self.config.reply_to or self.config.from_address).rpartition("@")[2],
        )
        vendor, *rest = await asyncio.gather(self._vendor_finding(), findings(seen, self.resolver))
        return [vendor, *rest[0]]

    async def _vendor_finding(self) -> DomainFinding:
        try:
            return finding_of(await domain_state(self._http, self.config.domain), self.config.domain)
        except PluginError:
            return DomainFinding("resend", DomainStanding.UNKNOWN, words.VENDOR_NOT_ASKED)

    async def _post(self, chunk: Chunk) -> Sequence[Receipt]:
        """One request. Where no answer comes, nobody knows, unless there was not even a connection."""
        headers = {"content-type": "application/json", "idempotency-key": chunk.key, "x-batch-validation": "permissive"}
        try:
            answer = await self._http.request("POST", chunk.path, headers=headers, body=await asyncio.to_thread(lambda: chunk.body))
        except OPEN as error:
            if error.code == NOT_BEGUN:
                return [RetryAfter(one, error.wait or LATER, error.code) for one in chunk.ids]
            return unknown(chunk)
        return receipts(chunk, answer)

    def _written(self, batch: Sequence[Message]) -> tuple[list[Written], list[Receipt]]:
        """The messages in Resend's words, and receipts of those that cannot be mail."""
        ready: list[Written] = []
        refused: list[Receipt] = []
        sender = self.config.sender
        for message in batch:
            try:
                ready.append(written(message, sender))
            except Unsendable as unsendable:
                refused.append(unsendable.receipt(message.id))
        return ready, refused


def _given_back(waiting: Iterable[Chunk], wait: float, code: str | None) -> Iterator[Receipt]:
    """Receipts of what was not handed in."""
    return (RetryAfter(one, wait, code) for chunk in waiting for one in chunk.ids)
