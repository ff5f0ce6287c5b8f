"""The way out: GET shows a page and changes nothing, POST is the deed, with or without a person (RFC 8058)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Final

from litestar import Response, get, post
from litestar.params import FromPath

from batikrfm.delivery.consent.recipients import addressed, unsubscribe
from batikrfm.delivery.links import PREFERENCES, UNSUBSCRIBE
from batikrfm.delivery.model import Medium
from batikrfm.delivery.signing import LinkKind, Signer
from batikrfm.sdk.text import Text
from batikrfm.tenancy import tenant_scope
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.pages.recipients.arriving import BY_LINK, LONGEST_FORM, arrived, form_of, proof_of, shop_of_link

MEDIA: Final = {Medium.EMAIL: Text(id="email", en="e-mail"), Medium.WHATSAPP: Text(id="WhatsApp", en="WhatsApp")}


@dataclass(frozen=True, kw_only=True)
class UnsubscribePage(Page):
    """Asks whether to stop, or says that it stopped."""

    template: ClassVar[str] = "recipients/unsubscribe.html"
    shop: str = field(metadata={"help": "The shop's name."})
    medium: Text = field(metadata={"help": "What the message came by."})
    here: str = field(metadata={"help": "This page's address."})
    preferences: str | None = field(metadata={"help": "Address of the person's own page; None for somebody who was erased."})
    done: bool = field(metadata={"help": "Whether it has just been done."})


@get(f"{UNSUBSCRIBE}/{{token:str}}", opt=BY_LINK)
async def look(desk: Desk, token: FromPath[str]) -> Response[str]:
    """The page with one button. Link scanners come here; they change nothing."""
    return desk.show(await _page(desk, token, done=False))


@post(f"{UNSUBSCRIBE}/{{token:str}}", opt=BY_LINK, status_code=200, request_max_body_size=LONGEST_FORM)
async def stop(desk: Desk, token: FromPath[str]) -> Response[str]:
    """Unsubscribe: by the button, or by a mail program without asking anybody. Twice is the same as once."""
    signed = await arrived(desk, LinkKind.UNSUBSCRIBE, token)
    everywhere = (await form_of(desk)).ticked("everywhere", "on")
    async with tenant_scope(signed.tenant_id):
        await unsubscribe(signed.id, proof_of(desk, signed, LinkKind.UNSUBSCRIBE), everywhere=everywhere)
    return desk.show(await _page(desk, token, done=True))


async def _page(desk: Desk, token: str, *, done: bool) -> UnsubscribePage:
    signed = await arrived(desk, LinkKind.UNSUBSCRIBE, token)
    async with tenant_scope(signed.tenant_id):
        who, shop = await addressed(signed.id), await shop_of_link(desk)
    own = Signer(desk.services.office.vault).sign(LinkKind.PREFERENCES, signed.tenant_id, who.customer_id)
    preferences = f"{PREFERENCES}/{own}" if who.known else None
    return UnsubscribePage(shop=shop.name, medium=MEDIA[who.medium], here=f"{UNSUBSCRIBE}/{token}", preferences=preferences, done=done)


ROUTES = [look, stop]
