"""The demonstration's mail: what would have been sent. Where mail is really sent there is no such page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from litestar import Response, get

from batikrfm_tenants.mail import outbox
from batikrfm_tenants.mail.outbox import Mail
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.errors import NoSuchPageError
from batikrfm_tenants.portal.pages.doors import FOR_ALL


@dataclass(frozen=True, kw_only=True)
class OutboxPage(Page):
    """Mails of the demonstration."""

    template: ClassVar[str] = "outbox/page.html"
    mails: tuple[Mail, ...] = field(metadata={"help": "The newest mails, with their texts."})


@get("/kotak-keluar", opt=FOR_ALL)
async def mails(desk: Desk) -> Response[str]:
    """The mails, for whoever sits at this machine: a new account's confirmation has to be found before anybody is signed in."""
    if not (desk.services.outbox and desk.alone):
        raise NoSuchPageError
    return desk.show(OutboxPage(mails=tuple(await outbox.list_outbox())))


ROUTES = [mails]
