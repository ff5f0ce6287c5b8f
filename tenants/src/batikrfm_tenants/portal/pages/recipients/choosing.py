"""A person's own page: by which media, how often, and their data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Final, Literal

from litestar import Response, get, post
from litestar.params import FromPath

from batikrfm.delivery.consent.erasing import erase
from batikrfm.delivery.consent.own_data import own_data
from batikrfm.delivery.consent.preferences import Often
from batikrfm.delivery.consent.recipients import Wishes, choose, wishes_of
from batikrfm.delivery.links import PREFERENCES
from batikrfm.delivery.model import Medium
from batikrfm.delivery.signing import LinkError, LinkKind
from batikrfm.sdk.text import Text
from batikrfm.segmentation.errors import CustomerNotFoundError
from batikrfm.tenancy import tenant_scope
from batikrfm_tenants import audit
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.downloads import attachment
from batikrfm_tenants.portal.pages.recipients.arriving import BY_LINK, LONGEST_FORM, arrived, form_of, proof_of, shop_of_link

OFTEN: Final = {
    Often.AS_IT_COMES: Text(id="Sesering toko mengirim", en="As often as the shop writes"),
    Often.WEEKLY: Text(id="Paling banyak sekali seminggu", en="At most once a week"),
    Often.TWICE_A_MONTH: Text(id="Paling banyak dua kali sebulan", en="At most twice a month"),
    Often.MONTHLY: Text(id="Paling banyak sekali sebulan", en="At most once a month"),
}
AGREED: Final = {
    Medium.EMAIL: Text(
        id="Saya mau menerima kabar dan penawaran dari {shop} lewat email.", en="I want to get news and offers from {shop} by e-mail."
    ),
    Medium.WHATSAPP: Text(
        id="Saya mau menerima kabar dan penawaran dari {shop} lewat WhatsApp.", en="I want to get news and offers from {shop} by WhatsApp."
    ),
}
BY_ITSELF: Final = "BatikRFM"
KINDS: Final[dict[str, str]] = {"json": "application/json", "csv": "text/csv; charset=utf-8"}


@dataclass(frozen=True)
class Line:
    """One medium that the person can allow."""

    value: str
    words: str
    hint: str
    ticked: bool


@dataclass(frozen=True, kw_only=True)
class PreferencesPage(Page):
    """What the person chose, to be changed; their data, to take along or to have erased."""

    template: ClassVar[str] = "recipients/preferences.html"
    shop: str = field(metadata={"help": "The shop's name."})
    here: str = field(metadata={"help": "This page's address."})
    ways: tuple[Line, ...] = field(metadata={"help": "The media on which the shop could reach the person."})
    often: tuple[tuple[str, Text], ...] = field(metadata={"help": "How often one can choose to hear from the shop."})
    chosen: str = field(metadata={"help": "How often the person chose."})
    saved: bool = field(metadata={"help": "Whether it has just been saved."})


@dataclass(frozen=True, kw_only=True)
class ErasePage(Page):
    """Asks before everything is erased, or says that it was."""

    template: ClassVar[str] = "recipients/erase.html"
    shop: str = field(metadata={"help": "The shop's name."})
    here: str = field(metadata={"help": "This page's address."})
    back: str = field(metadata={"help": "Address of the person's page."})
    missed: bool = field(metadata={"help": "Whether the form came without its tick."})
    done: bool = field(metadata={"help": "Whether everything has just been erased."})


@get(f"{PREFERENCES}/{{token:str}}", opt=BY_LINK)
async def look(desk: Desk, token: FromPath[str]) -> Response[str]:
    """The page."""
    signed = await arrived(desk, LinkKind.PREFERENCES, token)
    async with tenant_scope(signed.tenant_id):
        wishes, shop = await wishes_of(signed.id), await shop_of_link(desk)
    return desk.show(_page(desk, shop.name, token, wishes))


@post(f"{PREFERENCES}/{{token:str}}", opt=BY_LINK, status_code=200, request_max_body_size=LONGEST_FORM)
async def save(desk: Desk, token: FromPath[str]) -> Response[str]:
    """Keep what was chosen."""
    signed, form = await arrived(desk, LinkKind.PREFERENCES, token), await form_of(desk)
    media = {medium for medium in Medium if form.ticked("media", medium.value)}
    often = next((one for one in Often if one.value == form["often"]), Often.AS_IT_COMES)
    proof = proof_of(desk, signed, LinkKind.PREFERENCES)
    async with tenant_scope(signed.tenant_id):
        _, shop = await wishes_of(signed.id), await shop_of_link(desk)
        words = {medium: text.say(desk.formats.language, shop=shop.name) for medium, text in AGREED.items()}
        wishes = await choose(signed.id, media, often, proof, words=words)
    return desk.show(_page(desk, shop.name, token, wishes, saved=True))


@post(f"{PREFERENCES}/{{token:str}}/data/{{kind:str}}", opt=BY_LINK, status_code=200, request_max_body_size=LONGEST_FORM)
async def take_along(desk: Desk, token: FromPath[str], kind: FromPath[Literal["json", "csv"]]) -> Response[bytes]:
    """Everything that the shop keeps of the person, as a file. By POST: what opens links does not get it."""
    signed = await arrived(desk, LinkKind.PREFERENCES, token)
    async with tenant_scope(signed.tenant_id):
        try:
            found = await own_data(signed.id)
        except CustomerNotFoundError:
            raise LinkError from None
    content = found.as_json() if kind == "json" else found.as_csv()
    return Response(content, media_type=KINDS[kind], headers=attachment(f"data-saya.{kind}"))


@get(f"{PREFERENCES}/{{token:str}}/hapus", opt=BY_LINK)
async def ask(desk: Desk, token: FromPath[str]) -> Response[str]:
    """What erasing means, and whether it is meant."""
    signed = await arrived(desk, LinkKind.PREFERENCES, token)
    async with tenant_scope(signed.tenant_id):
        _, shop = await wishes_of(signed.id), await shop_of_link(desk)
    return desk.show(_erase_page(shop.name, token))


@post(f"{PREFERENCES}/{{token:str}}/hapus", opt=BY_LINK, status_code=200, request_max_body_size=LONGEST_FORM)
async def erase_all(desk: Desk, token: FromPath[str]) -> Response[str]:
    """Erase everything, if it is meant."""
    signed, sure = await arrived(desk, LinkKind.PREFERENCES, token), (await form_of(desk)).ticked("sure", "on")
    async with tenant_scope(signed.tenant_id):
        _, shop = await wishes_of(signed.id), await shop_of_link(desk)
        if sure:
            await erase(signed.id, by=BY_ITSELF)
            await audit.record(None, "customers.erased_themselves", str(signed.id))
    page = _erase_page(shop.name, token, missed=not sure, done=sure)
    return desk.show(page) if sure else desk.refuse(page)


def _page(desk: Desk, shop: str, token: str, wishes: Wishes, *, saved: bool = False) -> PreferencesPage:
    language = desk.formats.language
    lines = (Line(way.medium.value, AGREED[way.medium].say(language, shop=shop), way.hint, way.allowed) for way in wishes.ways)
    return PreferencesPage(
        shop=shop,
        here=f"{PREFERENCES}/{token}",
        ways=tuple(lines),
        often=tuple((often.value, words) for often, words in OFTEN.items()),
        chosen=wishes.often.value,
        saved=saved,
    )


def _erase_page(shop: str, token: str, *, missed: bool = False, done: bool = False) -> ErasePage:
    back = f"{PREFERENCES}/{token}"
    return ErasePage(shop=shop, here=f"{back}/hapus", back=back, missed=missed, done=done)


ROUTES = [look, save, take_along, ask, erase_all]
