"""A new account: the form, the mail, the link in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from litestar import Response, get, post
from litestar.params import FromPath

from batikrfm.sdk.text import Text
from batikrfm_tenants import accounts
from batikrfm_tenants.errors import LinkExpiredError
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.errors import FORM_ERRORS
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.pages.doors import FOR_ALL
from batikrfm_tenants.portal.pages.welcome import welcome

SENT_AGAIN = Text(
    id="Kalau ada yang perlu dikonfirmasi, tautannya sudah kami kirim lagi.",
    en="If there is something to confirm, the link is on its way again.",
)
LINK_GONE = Text(
    id="Tautan ini sudah dipakai atau kedaluwarsa. Kalau sudah pernah dikonfirmasi, langsung masuk saja.",
    en="This link was used already or is too old. If your address is confirmed, just sign in.",
)


@dataclass(frozen=True, kw_only=True)
class SignUpPage(Page):
    """Name, address and password."""

    template: ClassVar[str] = "signing/up.html"
    form: Form = field(metadata={"help": "The form as it was sent."})


@dataclass(frozen=True, kw_only=True)
class CheckMailPage(Page):
    """There is a mail to look for. The same whether an account exists or not."""

    template: ClassVar[str] = "signing/check_mail.html"
    form: Form = field(metadata={"help": "The form to have it sent again."})


@dataclass(frozen=True, kw_only=True)
class ConfirmPage(Page):
    """The link was opened: the password chosen at sign-up confirms the address."""

    template: ClassVar[str] = "signing/confirm.html"
    form: Form = field(metadata={"help": "The form as it was sent."})
    token: str = field(metadata={"help": "The link's token."})


@get("/daftar", opt=FOR_ALL)
async def sign_up(desk: Desk) -> Response[str]:
    """The form; who is signed in has no need of it."""
    return desk.go("/toko") if desk.session else desk.show(SignUpPage(form=Form()))


@post("/daftar", opt=FOR_ALL)
async def sign_up_sent(desk: Desk) -> Response[str]:
    """Begin the account, and say that there is a mail."""
    form = await desk.form()
    office, language = desk.services.office, desk.formats.language
    try:
        await accounts.sign_up(
            office, desk.origin, email=form["email"], name=form["name"], password=form.exactly("password"), language=language
        )
    except FORM_ERRORS as error:
        return desk.refuse(SignUpPage(form=form.refused_by(error)), error)
    return desk.go("/daftar/cek-email")


@get("/daftar/cek-email", opt=FOR_ALL)
async def check_mail(desk: Desk) -> Response[str]:
    """Look for a mail."""
    return desk.show(CheckMailPage(form=Form()))


@post("/daftar/kirim-ulang", opt=FOR_ALL)
async def send_again(desk: Desk) -> Response[str]:
    """The confirmation once more."""
    form = await desk.form()
    try:
        await accounts.resend_confirmation(desk.services.office, desk.origin, form["email"])
    except FORM_ERRORS as error:
        return desk.refuse(CheckMailPage(form=form.refused_by(error)), error)
    return desk.go("/daftar/cek-email", say=SENT_AGAIN)


@get("/konfirmasi/{token:str}", opt=FOR_ALL)
async def confirm(desk: Desk, token: FromPath[str]) -> Response[str]:
    """The page of the link. Opening it uses nothing up: mail programs open links too."""
    if not await accounts.peek(token, "confirm"):
        return desk.go("/masuk", say=LINK_GONE, tone="warning")
    return desk.show(ConfirmPage(form=Form(), token=token))


@post("/konfirmasi/{token:str}", opt=FOR_ALL)
async def confirm_sent(desk: Desk, token: FromPath[str]) -> Response[str]:
    """Confirm the address, and come in."""
    form = await desk.form()
    try:
        outcome = await accounts.confirm(desk.services.office, desk.origin, token, form.exactly("password"))
    except LinkExpiredError:
        return desk.go("/masuk", say=LINK_GONE, tone="warning")
    except FORM_ERRORS as error:
        return desk.refuse(ConfirmPage(form=form.refused_by(error), token=token), error)
    return await welcome(desk, outcome, "/toko")


ROUTES = [sign_up, sign_up_sent, check_mail, send_again, confirm, confirm_sent]
