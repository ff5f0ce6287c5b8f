"""Signing in, by password and code or by another provider, and out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Final
from urllib.parse import quote, unquote

from litestar import Response, get, post
from litestar.params import FromPath

from batikrfm.sdk.errors import BatikError
from batikrfm.sdk.text import Text
from batikrfm_tenants import oidc, sessions, signing_in
from batikrfm_tenants.errors import LinkExpiredError, OidcError
from batikrfm_tenants.oidc import Linked, Provider
from batikrfm_tenants.portal import cookies as jar
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.errors import FORM_ERRORS, NoSuchPageError
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.pages.doors import FOR_ALL
from batikrfm_tenants.portal.pages.welcome import welcome
from batikrfm_tenants.portal.paths import local, with_next

SIGNED_OUT = Text(id="Anda sudah keluar. Sampai jumpa lagi.", en="You are signed out. See you soon.")
LINKED = Text(id="Akunnya sudah terhubung.", en="The account is linked.")
SHOPS: Final = "/toko"
"""Where somebody goes on to who came by an account elsewhere and wanted no page in particular."""
START_OVER = Text(id="Waktunya habis. Silakan masuk dari awal.", en="That took too long. Please sign in again.")


@dataclass(frozen=True, kw_only=True)
class SignInPage(Page):
    """Address and password, or another provider."""

    template: ClassVar[str] = "signing/in.html"
    form: Form = field(metadata={"help": "The form as it was sent."})
    then: str = field(metadata={"help": "The page to go on to."})
    providers: tuple[Provider, ...] = field(metadata={"help": "Other ways to sign in that this installation knows."})


@dataclass(frozen=True, kw_only=True)
class CodePage(Page):
    """The second step: a code of the app, or a recovery code."""

    template: ClassVar[str] = "signing/code.html"
    form: Form = field(metadata={"help": "The form as it was sent."})
    then: str = field(metadata={"help": "The page to go on to."})


def sign_in_page(desk: Desk, form: Form, then: str) -> SignInPage:
    """The page with ``form``."""
    return SignInPage(form=form, then=local(then), providers=tuple(desk.services.providers.values()))


@get("/masuk", opt=FOR_ALL)
async def sign_in(desk: Desk) -> Response[str]:
    """The form; who is signed in already goes on."""
    then = local(desk.request.query_params.get("next"))
    return desk.go(then) if desk.session else desk.show(sign_in_page(desk, Form(), then))


@post("/masuk", opt=FOR_ALL)
async def sign_in_sent(desk: Desk) -> Response[str]:
    """Sign in, or say what is wrong."""
    form = await desk.form()
    try:
        outcome = await signing_in.sign_in(desk.services.office, desk.origin, form["email"], form.exactly("password"))
    except FORM_ERRORS as error:
        return desk.refuse(sign_in_page(desk, form.refused_by(error), form["next"]), error)
    return await welcome(desk, outcome, form["next"])


@get("/masuk/kode", opt=FOR_ALL)
async def code(desk: Desk) -> Response[str]:
    """The second step, for who has done the first."""
    if desk.services.cookies.read(desk.request, jar.CHALLENGE) is None:
        return desk.go("/masuk")
    return desk.show(CodePage(form=Form(), then=local(desk.request.query_params.get("next"))))


@post("/masuk/kode", opt=FOR_ALL)
async def code_sent(desk: Desk) -> Response[str]:
    """Sign in by the code."""
    form = await desk.form()
    challenge = desk.services.cookies.read(desk.request, jar.CHALLENGE) or ""
    try:
        outcome = await signing_in.finish_sign_in(desk.services.office, desk.origin, challenge, form["code"])
    except LinkExpiredError:
        desk.forget(jar.CHALLENGE)
        return desk.go("/masuk", say=START_OVER, tone="warning")
    except FORM_ERRORS as error:
        return desk.refuse(CodePage(form=form.refused_by(error), then=local(form["next"])), error)
    return await welcome(desk, outcome, form["next"])


@post("/keluar", opt=FOR_ALL)
async def sign_out(desk: Desk) -> Response[str]:
    """End the session, here and on the server."""
    if desk.session and desk.token:
        await sessions.sign_out(desk.token)
    desk.forget(jar.SESSION, jar.VISITOR, jar.CHALLENGE)
    return desk.go("/masuk", say=SIGNED_OUT)


@get("/masuk/lewat/{key:str}", opt=FOR_ALL)
async def depart(desk: Desk, key: FromPath[str]) -> Response[str]:
    """Off to another provider; who is signed in links their account there.

    A link and no form: the content security policy keeps forms from being led away, and what comes of it is bound to the cookie.
    """
    provider = _provider(desk, key)
    then = local(desk.request.query_params.get("next"), SHOPS)
    try:
        departure = await oidc.begin(desk.services.office, desk.origin, provider, _way_back(desk, key), session=desk.session)
    except OidcError as error:
        return desk.go(_where_from(desk, then), say=_said(error), tone="error")
    desk.keep(jar.DEPARTURE, departure.cookie)
    desk.keep(jar.AFTERWARDS, quote(then))
    return desk.go(departure.url)


@get("/masuk/lewat/{key:str}/kembali", opt=FOR_ALL)
async def come_back(desk: Desk, key: FromPath[str]) -> Response[str]:
    """Back from the other provider."""
    cookie = desk.services.cookies.read(desk.request, jar.DEPARTURE)
    query = {name: str(value) for name, value in desk.request.query_params.items()}
    then = local(unquote(desk.services.cookies.read(desk.request, jar.AFTERWARDS) or ""), SHOPS)
    desk.forget(jar.DEPARTURE, jar.AFTERWARDS)
    try:
        outcome = await oidc.finish(
            desk.services.office, desk.origin, _provider(desk, key), cookie, query, desk.session, desk.formats.language
        )
    except FORM_ERRORS as error:
        return desk.go(_where_from(desk, then), say=_said(error), tone="error")
    if isinstance(outcome, Linked):
        return desk.go("/akun/keamanan", say=LINKED)
    return await welcome(desk, outcome, then)


def _provider(desk: Desk, key: str) -> Provider:
    if key not in desk.services.providers:
        raise NoSuchPageError
    return desk.services.providers[key]


def _way_back(desk: Desk, key: str) -> str:
    return f"{desk.services.office.site}/masuk/lewat/{key}/kembali"


def _where_from(desk: Desk, then: str) -> str:
    if desk.session:
        return "/akun/keamanan"
    return "/masuk" if then == SHOPS else with_next("/masuk", then)


def _said(error: BatikError) -> Text:
    return Text(id=error.say("id"), en=error.say("en"))


ROUTES = [sign_in, sign_in_sent, code, code_sent, sign_out, depart, come_back]
