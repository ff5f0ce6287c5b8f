"""Security of the shop as a whole: how its people get in, where its data is, and the way to delete it for good."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from litestar import Response, get, post

from batikrfm.sdk.text import Text
from batikrfm.tenancy import delete_tenant
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.guards import needs
from batikrfm.web.scope import outside
from batikrfm_tenants import api_keys, memberships, sessions
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.pages.settings.tabs import HELP, Tabs, tabs

DELETED = Text(id="Toko itu dan semua datanya sudah dihapus.", en="That shop and all its data are deleted.")
NAME_DIFFERS = Text(
    id="Namanya belum sama. Ketik persis seperti nama toko.", en="That is not the name. Type it exactly as the shop is called."
)


@dataclass(frozen=True, kw_only=True)
class ShopSecurityPage(Page):
    """How safe the shop is, in a few facts."""

    template: ClassVar[str] = "settings/security.html"
    tabs: Tabs = field(metadata=HELP)
    form: Form = field(metadata={"help": "The form that deletes the shop."})
    members: int = field(metadata={"help": "How many people can get in."})
    owners: int = field(metadata={"help": "How many of them own it."})
    live_keys: int = field(metadata={"help": "How many API keys work at the moment."})
    has_totp: bool = field(metadata={"help": "Whether the person who looks has a second step."})


async def page(desk: Desk, form: Form) -> ShopSecurityPage:
    """The page with ``form``."""
    members = await memberships.list_members()
    keys = await api_keys.list_keys()
    return ShopSecurityPage(
        tabs=tabs(desk),
        form=form,
        members=len(members),
        owners=sum(member.role == "owner" for member in members),
        live_keys=sum(key.revoked_at is None and (key.expires_at is None or key.expires_at > desk.formats.now) for key in keys),
        has_totp=desk.user.has_totp,
    )


@get("/pengaturan/keamanan", opt=needs(Permission.SETTINGS_READ))
async def security(desk: Desk) -> Response[str]:
    """The facts."""
    return desk.show(await page(desk, Form()))


@post("/pengaturan/hapus", opt=needs(Permission.SHOP_DELETE))
async def delete_shop(desk: Desk) -> Response[str]:
    """Delete the shop and everything in it, for good: for an owner who has just shown who they are and types its name."""
    sessions.require_fresh(desk.signed_in)
    form = await desk.form()
    tenant = desk.inside.shop.tenant
    if form["name"] != tenant.name:
        return desk.refuse(await page(desk, form.refused(NAME_DIFFERS, "name")))
    await outside(delete_tenant(tenant.id))
    return desk.go("/toko", say=DELETED)


ROUTES = [security, delete_shop]
