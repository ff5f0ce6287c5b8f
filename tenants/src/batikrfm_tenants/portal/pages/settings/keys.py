"""API keys: made for one purpose each, shown once, ended at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.params import FromPath

from batikrfm.sdk.text import Text
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.guards import needs
from batikrfm_tenants import api_keys, sessions
from batikrfm_tenants.api_keys import ApiKey
from batikrfm_tenants.errors import KeyExpiryError
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.errors import FORM_ERRORS
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.pages.settings.tabs import HELP, Tabs, tabs
from batikrfm_tenants.portal.roles import said

REVOKED = Text(id="Kunci itu sudah dicabut dan tidak bisa dipakai lagi.", en="That key was revoked and does nothing any more.")
NOT_FOR_KEYS = (Permission.SHOP_DELETE,)


@dataclass(frozen=True, kw_only=True)
class KeysPage(Page):
    """The shop's keys, and the form of a new one."""

    template: ClassVar[str] = "settings/keys.html"
    tabs: Tabs = field(metadata=HELP)
    form: Form = field(metadata={"help": "The form of a new key."})
    keys: tuple[ApiKey, ...] = field(metadata={"help": "Every key, revoked ones last."})
    choices: tuple[tuple[Permission, Text], ...] = field(metadata={"help": "What a key of this person may be allowed, with its words."})
    words: dict[Permission, Text] = field(metadata={"help": "Every permission in words."})


@dataclass(frozen=True, kw_only=True)
class NewKeyPage(Page):
    """The key itself, this once."""

    template: ClassVar[str] = "settings/new_key.html"
    tabs: Tabs = field(metadata=HELP)
    key: ApiKey = field(metadata={"help": "What the list will show of it."})
    token: str = field(metadata={"help": "The key; nobody can show it again."})


async def page(desk: Desk, form: Form) -> KeysPage:
    """The page with ``form``."""
    own = [one for one in Permission if one in desk.principal.permissions and one not in NOT_FOR_KEYS]
    return KeysPage(
        tabs=tabs(desk),
        form=form,
        keys=tuple(await api_keys.list_keys()),
        choices=tuple((one, said(one)) for one in own),
        words={one: said(one) for one in Permission},
    )


@get("/pengaturan/kunci-api", opt=needs(Permission.KEYS_READ))
async def keys(desk: Desk) -> Response[str]:
    """The keys."""
    return desk.show(await page(desk, Form()))


@post("/pengaturan/kunci-api", opt=needs(Permission.KEYS_WRITE))
async def make_key(desk: Desk) -> Response[str]:
    """A new key, for who has just shown who they are."""
    sessions.require_fresh(desk.signed_in)
    form = await desk.form()
    wanted = {Permission(one) for one in form.all("permissions") if one in set(Permission)}
    try:
        expires = _end_of(form["expires"], desk.inside.shop.tenant.time_zone)
        made = await api_keys.create(desk.principal, form["name"], wanted, expires_at=expires)
    except FORM_ERRORS as error:
        return desk.refuse(await page(desk, form.refused_by(error)), error)
    return desk.show(NewKeyPage(tabs=tabs(desk), key=made.key, token=made.token))


@post("/pengaturan/kunci-api/{key_id:uuid}/cabut", opt=needs(Permission.KEYS_WRITE))
async def revoke_key(desk: Desk, key_id: FromPath[UUID]) -> Response[str]:
    """End a key."""
    await api_keys.revoke(desk.principal, key_id)
    return desk.go(f"{desk.shop_path}/pengaturan/kunci-api", say=REVOKED)


def _end_of(day: str, time_zone: str) -> dt.datetime | None:
    """The last moment of ``day`` on the shop's clock; None for an empty field."""
    if not day:
        return None
    try:
        last = dt.date.fromisoformat(day)
    except ValueError:
        raise KeyExpiryError from None
    return dt.datetime.combine(last, dt.time.max, tzinfo=ZoneInfo(time_zone))


ROUTES = [keys, make_key, revoke_key]
