"""The person's shops: choosing one, opening one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from litestar import Response, get, post

from batikrfm.sdk.text import Text
from batikrfm_tenants import shops
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import Desk, shown
from batikrfm_tenants.portal.errors import FORM_ERRORS
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.frame import Shop
from batikrfm_tenants.portal.pages.doors import FOR_PEOPLE
from batikrfm_tenants.portal.places import CURRENCIES, TIME_ZONES
from batikrfm_tenants.portal.roles import ROLES

OPENED = Text(id="Toko Anda sudah dibuka. Mulai dengan mengunggah penjualan.", en="Your shop is open. Begin by uploading your sales.")


@dataclass(frozen=True, kw_only=True)
class ShopsPage(Page):
    """Which shop to go into, or a new one."""

    template: ClassVar[str] = "shops/page.html"
    form: Form = field(metadata={"help": "The form of a new shop."})
    shops: tuple[Shop, ...] = field(metadata={"help": "The person's shops, by name."})
    roles: dict[str, Text] = field(metadata={"help": "What each role is called."})
    time_zones: tuple[tuple[str, Text], ...] = field(metadata={"help": "Time zones to choose from."})
    currencies: tuple[tuple[str, str], ...] = field(metadata={"help": "Currencies to choose from."})


async def page(desk: Desk, form: Form) -> ShopsPage:
    """The person's shops, with ``form``."""
    own = tuple(shown(shop) for shop in await shops.list_shops(desk.user))
    return ShopsPage(form=form, shops=own, roles=ROLES, time_zones=TIME_ZONES, currencies=CURRENCIES)


@get("/toko", opt=FOR_PEOPLE)
async def choose(desk: Desk) -> Response[str]:
    """The person's shops. Who has one only still sees it: here is where another is opened."""
    return desk.show(await page(desk, Form()))


@post("/toko", opt=FOR_PEOPLE)
async def open_shop(desk: Desk) -> Response[str]:
    """A new shop, owned by who opens it."""
    form = await desk.form()
    try:
        shop = await shops.create_shop(
            desk.user, form["name"], time_zone=form["time_zone"], currency=form["currency"], most=desk.services.office.most_shops
        )
    except FORM_ERRORS as error:
        return desk.refuse(await page(desk, form.refused_by(error)), error)
    return desk.go(f"/toko/{shop.tenant.slug}", say=OPENED)


ROUTES = [choose, open_shop]
