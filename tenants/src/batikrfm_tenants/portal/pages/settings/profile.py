"""The shop's profile: its name, its clock, its money, its language, and how it sounds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from litestar import Response, get, post

from batikrfm.sdk.text import Text
from batikrfm.tenancy import Tenant
from batikrfm.tenancy.errors import BrandVoiceError
from batikrfm.tenancy.permissions import Permission
from batikrfm.tenancy.profile import LONGEST_VOICE, Profile, brand_voice, change_profile
from batikrfm.web.guards import needs
from batikrfm_tenants import audit
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.errors import FORM_ERRORS
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.pages.settings.tabs import HELP, Tabs, tabs
from batikrfm_tenants.portal.places import CURRENCIES, TIME_ZONES, with_own

SAVED = Text(id="Profil toko tersimpan.", en="The shop's profile is saved.")


@dataclass(frozen=True, kw_only=True)
class ProfilePage(Page):
    """What the shop says of itself."""

    template: ClassVar[str] = "settings/profile.html"
    tabs: Tabs = field(metadata=HELP)
    form: Form = field(metadata={"help": "The form as it was sent."})
    tenant: Tenant = field(metadata={"help": "The shop as it is."})
    voice: str = field(metadata={"help": "How the shop wants to sound, in its owner's words; may be empty."})
    longest_voice: int = field(metadata={"help": "How long that may be."})
    time_zones: tuple[tuple[str, Text], ...] = field(metadata={"help": "Time zones to choose from, the shop's own among them."})
    currencies: tuple[tuple[str, str], ...] = field(metadata={"help": "Currencies to choose from, the shop's own among them."})


async def page(desk: Desk, form: Form) -> ProfilePage:
    """The page with ``form``."""
    tenant = desk.inside.shop.tenant
    own_zone = (tenant.time_zone, Text(id=tenant.time_zone, en=tenant.time_zone))
    return ProfilePage(
        tabs=tabs(desk),
        form=form,
        tenant=tenant,
        voice=await brand_voice(),
        longest_voice=LONGEST_VOICE,
        time_zones=with_own(TIME_ZONES, own_zone),
        currencies=with_own(CURRENCIES, (tenant.currency, tenant.currency)),
    )


@get("/pengaturan", opt=needs(Permission.SETTINGS_READ))
async def profile(desk: Desk) -> Response[str]:
    """The profile; who may not change it reads it."""
    return desk.show(await page(desk, Form()))


@post("/pengaturan", opt=needs(Permission.SETTINGS_WRITE))
async def profile_sent(desk: Desk) -> Response[str]:
    """Keep it, and write down who changed it."""
    form = await desk.form()
    language = "en" if form["language"] == "en" else "id"
    wanted = Profile(form["name"], form["time_zone"], form["currency"], "en" if language == "en" else "id", form["voice"])
    try:
        await change_profile(wanted)
    except BrandVoiceError as error:
        return desk.refuse(await page(desk, form.refused(error, "voice")), error)
    except FORM_ERRORS as error:
        return desk.refuse(await page(desk, form.refused_by(error)), error)
    await audit.record(desk.principal, "shop.changed", " ".join(wanted.name.split()))
    return desk.go(f"{desk.shop_path}/pengaturan", say=SAVED)


ROUTES = [profile, profile_sent]
