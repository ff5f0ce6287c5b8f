"""Kotak keluar: what channels without a vendor were handed, as its reader would have seen it. Nobody got any of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Final
from uuid import UUID

from litestar import MediaType, Response, get
from litestar.params import FromPath, FromQuery

from batikrfm.delivery.model import Medium
from batikrfm.delivery.outbox import OutboxMessage, find_outbox_message, list_outbox
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.guards import needs
from batikrfm.web.security import POLICY
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import PRIVATE, Desk
from batikrfm_tenants.portal.letters import whatsapp_html
from batikrfm_tenants.portal.pages.campaigns.tabs import HELP, Tabs, tabs

if TYPE_CHECKING:
    from markupsafe import Markup

PAGE: Final = 25
LETTER_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'; base-uri 'none'"
"""For the letter itself: it may look as it was made to, and do nothing."""


@dataclass(frozen=True, kw_only=True)
class OutgoingPage(Page):
    """The newest messages."""

    template: ClassVar[str] = "outgoing/page.html"
    tabs: Tabs = field(metadata=HELP)
    messages: tuple[OutboxMessage, ...] = field(metadata={"help": "Messages, the newest first."})
    older: UUID | None = field(metadata={"help": "The last one's id where there are more of them."})
    first_page: bool = field(metadata={"help": "Whether these are the newest."})


@dataclass(frozen=True, kw_only=True)
class OutgoingMessagePage(Page):
    """One message."""

    template: ClassVar[str] = "outgoing/one.html"
    message: OutboxMessage = field(metadata={"help": "The message."})
    bubble: Markup | None = field(metadata={"help": "A WhatsApp message as HTML; None for a letter."})


@get("/kampanye/kotak-keluar", opt=needs(Permission.CAMPAIGNS_READ))
async def outgoing(desk: Desk, after: FromQuery[UUID | None] = None) -> Response[str]:
    """The list."""
    found = await list_outbox(after, PAGE + 1)
    older = found[PAGE - 1].id if len(found) > PAGE else None
    return desk.show(OutgoingPage(tabs=tabs(desk), messages=tuple(found[:PAGE]), older=older, first_page=after is None))


@get("/kampanye/kotak-keluar/{message_id:uuid}", opt=needs(Permission.CAMPAIGNS_READ))
async def one(desk: Desk, message_id: FromPath[UUID]) -> Response[str]:
    """A message, with its letter in a frame of its own."""
    message = await find_outbox_message(message_id)
    bubble = whatsapp_html(message.text) if message.medium is Medium.WHATSAPP else None
    shown = desk.show(OutgoingMessagePage(message=message, bubble=bubble))
    shown.headers["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    return shown


@get("/kampanye/kotak-keluar/{message_id:uuid}/surat", opt=needs(Permission.CAMPAIGNS_READ))
async def letter(message_id: FromPath[UUID]) -> Response[str]:
    """The letter alone, exactly as it would have gone out, where it can do nothing."""
    message = await find_outbox_message(message_id)
    headers = {**PRIVATE, "Content-Security-Policy": LETTER_POLICY, "X-Frame-Options": "SAMEORIGIN"}
    return Response(message.html or "", media_type=MediaType.HTML, headers=headers)


ROUTES: list[Any] = [outgoing, one, letter]
