"""One message to oneself: as a customer would see it, marked as a test, in no count and with no way to reach anybody's consent."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from batikrfm.content.review import Content, find_content
from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery import outbox
from batikrfm.delivery.channels.opening import OpenChannel, channels
from batikrfm.delivery.consent.addresses import tidy_address
from batikrfm.delivery.consent.errors import AddressError
from batikrfm.delivery.consent.finding import region
from batikrfm.delivery.letters.letter import Letter, compile_letter
from batikrfm.delivery.letters.model import Person, WayOut
from batikrfm.delivery.letters.settings import shop_of
from batikrfm.delivery.model import Medium, medium_of
from batikrfm.delivery.sending import queries as sql
from batikrfm.delivery.sending.errors import OwnAddressError, OwnMessageRefusedError, OwnTextError, TooManyTestsError
from batikrfm.delivery.sending.words import said_of
from batikrfm.sdk.channels import Accepted, Message, RetryAfter, Template
from batikrfm.sdk.errors import PluginError
from batikrfm.sdk.extension import Principal
from batikrfm.sdk.text import Text
from batikrfm.tenancy import tenant_scope

MOST: Final = 10
"""Messages of a shop in an hour."""
HOUR: Final = dt.timedelta(hours=1)
SECONDS: Final = 30.0
MARK: Final = Text(id="[Uji] ", en="[Test] ")
REFUSED: Final = Text(id="layanannya menolak pesan ini.", en="the service refused it.")
LATER: Final = Text(id="layanannya minta dicoba lagi nanti.", en="the service asks to try again later.")
UNKNOWN: Final = Text(
    id="hubungannya putus, jadi mungkin tetap sampai. Lihat dulu sebelum mencoba lagi.",
    en="the connection broke off, so it may arrive all the same. Look before you try again.",
)


@dataclass(frozen=True, slots=True)
class Trial:
    """Which text, by which channel, where to. ``name`` and ``product`` stand for a customer's."""

    content_id: UUID
    channel: str
    to: str = field(repr=False)
    name: str | None = field(default=None, repr=False)
    product: str | None = field(default=None, repr=False)
    template: Template | None = None


async def send_test(tenant_id: UUID, test: Trial, *, by: Principal) -> str:
    """Send it, once; the vendor's name for it. Opens scopes of its own. That ``by`` may send is the caller's question.

    Raises:
        ChannelNotFoundError, ChannelOffError, ContentNotFoundError: there is none, or it cannot be used.
        OwnAddressError, OwnTextError, OwnMessageRefusedError, TooManyTestsError: see there.
    """
    medium = medium_of(channels().capabilities(test.channel))
    async with tenant_scope(tenant_id):
        address = await _address(test, medium)
        content = await find_content(test.content_id)
        letter = compile_letter(content.copy, await shop_of(content.language))
    async with channels().open(tenant_id, test.channel) as account:
        message = _message(tenant_id, test, letter, content, account, address)
        async with tenant_scope(tenant_id):  # counted before the call: one that breaks off counts, too
            await _count(test, UUID(message.id), by)
        await channels().leave(tenant_id, account, 1)
        receipts = await call_once(account, message)
        if account.capabilities.kept:
            async with tenant_scope(tenant_id):
                await outbox.keep(test.channel, medium, [outbox.Handed(message)])
    return receipts


async def call_once(account: OpenChannel, message: Message) -> str:
    """One attempt. Raises :class:`OwnMessageRefusedError` for anything but a message that was taken."""
    try:
        (receipt,) = await channels().settings.plugins.call(account.channel.send, [message], timeout=SECONDS)
    except PluginError as error:
        raise OwnMessageRefusedError(why=said_of(error)) from None
    if isinstance(receipt, Accepted):
        return receipt.vendor_id
    raise OwnMessageRefusedError(why=LATER if isinstance(receipt, RetryAfter) else REFUSED if hasattr(receipt, "reason") else UNKNOWN)


async def _address(test: Trial, medium: Medium) -> str:
    """Where to. An address that is on the list of those that get nothing gets no test, either."""
    try:
        address = tidy_address(medium, test.to, await region())
    except AddressError:
        raise OwnAddressError from None
    if await current_scope().fetchval(sql.SUPPRESSED, medium, address):
        raise OwnAddressError
    return address


async def _count(test: Trial, message_id: UUID, by: Principal) -> None:
    scope, now = current_scope(), channels().means.now()
    await scope.execute(sql.LOCK_TESTS)
    if await scope.fetchval(sql.TESTS_SINCE, now - HOUR) >= MOST:
        raise TooManyTestsError(most=MOST)
    await scope.execute(sql.FORGET_TESTS, now - dt.timedelta(days=1))
    await scope.execute(sql.KEEP_TEST, message_id, test.content_id, test.channel, by.name, now)


def _message(tenant_id: UUID, test: Trial, letter: Letter, content: Content, account: OpenChannel, address: str) -> Message:  # noqa: PLR0913, PLR0917 - all of it is in it
    message_id = uuid7()
    person = Person(message_id, test.name, test.product)
    mark = MARK.say(content.language)
    made = _mail(tenant_id, letter, person, mark) if account.medium is Medium.EMAIL else _chat(test, letter, person, account, mark)
    if made is None:
        raise OwnTextError
    return Message(id=str(message_id), to=address, **made)


def _mail(tenant_id: UUID, letter: Letter, person: Person, mark: str) -> dict[str, Any] | None:
    links = channels().links
    unsubscribe = links.unsubscribe_url(tenant_id, person.delivery_id)
    way_out = WayOut(
        unsubscribe, links.preferences_url(tenant_id, person.delivery_id), links.one_click_headers(tenant_id, person.delivery_id)
    )
    mail = letter.email(person, way_out)
    return None if mail is None else {"subject": mark + mail.subject, "text": mail.text, "html": mail.html, "headers": dict(mail.headers)}


def _chat(test: Trial, letter: Letter, person: Person, account: OpenChannel, mark: str) -> dict[str, Any] | None:
    text = letter.chat(person)
    if not account.capabilities.needs_template:
        return None if text is None else {"text": mark + text}
    filled = test.template and letter.template(test.template, person)
    return None if filled is None else {"text": text or "", "template": filled}
