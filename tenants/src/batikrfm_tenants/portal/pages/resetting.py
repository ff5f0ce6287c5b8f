"""A new password for who forgot theirs, and the link that changes an address."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from litestar import Response, get, post
from litestar.params import FromPath

from batikrfm.sdk.text import Text
from batikrfm_tenants import accounts
from batikrfm_tenants.errors import LinkExpiredError
from batikrfm_tenants.portal import cookies as jar
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.errors import FORM_ERRORS
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.pages.doors import FOR_ALL

SENT = Text(
    id="Kalau ada akun dengan alamat itu, tautannya sudah kami kirim. Berlaku satu jam.",
    en="If there is an account with that address, a link is on its way. It is good for an hour.",
)
LINK_GONE = Text(
    id="Tautan ini sudah dipakai atau kedaluwarsa. Minta yang baru di sini.",
    en="This link was used already or is too old. Ask for a new one here.",
)
CHANGED = Text(
    id="Kata sandi baru sudah tersimpan. Silakan masuk dengan kata sandi itu.", en="Your new password is kept. Please sign in with it."
)


@dataclass(frozen=True, kw_only=True)
class ForgotPage(Page):
    """Ask for a link."""

    template: ClassVar[str] = "signing/forgot.html"
    form: Form = field(metadata={"help": "The form as it was sent."})


@dataclass(frozen=True, kw_only=True)
class ResetPage(Page):
    """Choose a new password."""

    template: ClassVar[str] = "signing/reset.html"
    form: Form = field(metadata={"help": "The form as it was sent."})
    token: str = field(metadata={"help": "The link's token."})


@get("/lupa-sandi", opt=FOR_ALL)
async def forgot(desk: Desk) -> Response[str]:
    """The form."""
    return desk.show(ForgotPage(form=Form()))


@post("/lupa-sandi", opt=FOR_ALL)
async def forgot_sent(desk: Desk) -> Response[str]:
    """Send the link; the answer is the same for an address that nobody has."""
    form = await desk.form()
    try:
        await accounts.request_reset(desk.services.office, desk.origin, form["email"])
    except FORM_ERRORS as error:
        return desk.refuse(ForgotPage(form=form.refused_by(error)), error)
    return desk.go("/lupa-sandi", say=SENT)


@get("/sandi-baru/{token:str}", opt=FOR_ALL)
async def reset(desk: Desk, token: FromPath[str]) -> Response[str]:
    """The page of the link."""
    if not await accounts.peek(token, "reset"):
        return desk.go("/lupa-sandi", say=LINK_GONE, tone="warning")
    return desk.show(ResetPage(form=Form(), token=token))


@post("/sandi-baru/{token:str}", opt=FOR_ALL)
async def reset_sent(desk: Desk, token: FromPath[str]) -> Response[str]:
    """Keep the new password; every session of the account has ended, this browser's too."""
    form = await desk.form()
    try:
        await accounts.reset(desk.services.office, desk.origin, token, form.exactly("password"))
    except LinkExpiredError:
        return desk.go("/lupa-sandi", say=LINK_GONE, tone="warning")
    except FORM_ERRORS as error:
        return desk.refuse(ResetPage(form=form.refused_by(error), token=token), error)
    desk.forget(jar.SESSION)
    return desk.go("/masuk", say=CHANGED)


ROUTES = [forgot, forgot_sent, reset, reset_sent]
