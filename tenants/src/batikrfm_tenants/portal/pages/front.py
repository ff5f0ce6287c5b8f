"""The front page, and the two choices that every page offers: language and light."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from litestar import Response, get, post

from batikrfm_tenants import accounts
from batikrfm_tenants.portal import cookies as jar
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import Desk, read_theme
from batikrfm_tenants.portal.pages.doors import FOR_ALL
from batikrfm_tenants.portal.paths import local


@dataclass(frozen=True, kw_only=True)
class FrontPage(Page):
    """What BatikRFM is, for who has not signed in."""

    template: ClassVar[str] = "front/page.html"


@get("/", opt=FOR_ALL)
async def front(desk: Desk) -> Response[str]:
    """The front page; who is signed in goes on to their shops."""
    return desk.go("/toko") if desk.session else desk.show(FrontPage())


@post("/bahasa", opt=FOR_ALL)
async def choose_language(desk: Desk) -> Response[str]:
    """Keep the language in a cookie, and with the account of who is signed in."""
    form = await desk.form()
    language = "en" if form["language"] == "en" else "id"
    desk.keep(jar.LANGUAGE, language)
    if desk.session:
        await accounts.change_profile(desk.session, name=desk.user.name, language="en" if language == "en" else "id")
    return desk.go(local(form["next"]))


@post("/tampilan", opt=FOR_ALL)
async def choose_theme(desk: Desk) -> Response[str]:
    """Keep light or dark in a cookie: it belongs to the device, not to the person."""
    form = await desk.form()
    desk.keep(jar.THEME, read_theme(form["theme"]))
    return desk.go(local(form["next"]))


ROUTES = [front, choose_language, choose_theme]
