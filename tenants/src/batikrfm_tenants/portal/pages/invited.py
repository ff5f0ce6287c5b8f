"""An invitation's link: joining as who one is, or with a new account."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from litestar import Response, get, post
from litestar.params import FromPath

from batikrfm.sdk.text import Text
from batikrfm_tenants import invitations
from batikrfm_tenants.errors import HaveAccountError, LinkExpiredError
from batikrfm_tenants.invitations import Invited
from batikrfm_tenants.oidc import Provider
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.errors import FORM_ERRORS
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.pages.doors import FOR_ALL
from batikrfm_tenants.portal.pages.welcome import welcome
from batikrfm_tenants.portal.paths import with_next
from batikrfm_tenants.portal.roles import ROLES, WHAT_THEY_DO

GONE = Text(
    id="Undangan ini sudah dipakai, ditarik, atau kedaluwarsa. Minta pemilik toko mengirim yang baru.",
    en="This invitation was used, taken back or is too old. Ask the shop's owner for a new one.",
)
JOINED = Text(id="Selamat bergabung!", en="Welcome to the team!")


@dataclass(frozen=True, kw_only=True)
class InvitedPage(Page):
    """What one is invited to, and how to join."""

    template: ClassVar[str] = "signing/invited.html"
    form: Form = field(metadata={"help": "The form of a new account."})
    token: str = field(metadata={"help": "The link's token."})
    invited: Invited = field(metadata={"help": "The shop, the role, who invites, and which address."})
    role_name: Text = field(metadata={"help": "What the role is called."})
    what_it_does: Text = field(metadata={"help": "What the role may do."})
    providers: tuple[Provider, ...] = field(metadata={"help": "Other ways to sign in that this installation knows."})
    here: bool = field(metadata={"help": "Whether the invited person is the one who is signed in."})


async def page(desk: Desk, token: str, form: Form) -> InvitedPage | None:
    """The page for the link, None if it leads nowhere any more."""
    invited = await invitations.look(token)
    if invited is None:
        return None
    here = desk.session is not None and desk.user.email.casefold() == invited.email.casefold()
    role, does = ROLES[invited.role], WHAT_THEY_DO[invited.role]
    providers = tuple(desk.services.providers.values())
    return InvitedPage(form=form, token=token, invited=invited, role_name=role, what_it_does=does, providers=providers, here=here)


@get("/undangan/{token:str}", opt=FOR_ALL)
async def look(desk: Desk, token: FromPath[str]) -> Response[str]:
    """What the link invites to."""
    found = await page(desk, token, Form())
    return desk.show(found) if found else desk.go("/masuk" if desk.session is None else "/toko", say=GONE, tone="warning")


@post("/undangan/{token:str}", opt=FOR_ALL)
async def accept(desk: Desk, token: FromPath[str]) -> Response[str]:
    """Join, as who is signed in; who is not signs in first and comes back."""
    if desk.session is None:
        return desk.go(with_next("/masuk", f"/undangan/{token}"))
    try:
        shop = await invitations.accept(desk.user, token)
    except FORM_ERRORS as error:
        found = await page(desk, token, Form().refused(error))
        return desk.refuse(found, error) if found else desk.go("/toko", say=GONE, tone="warning")
    return desk.go(f"/toko/{shop.tenant.slug}", say=JOINED)


@post("/undangan/{token:str}/daftar", opt=FOR_ALL)
async def sign_up(desk: Desk, token: FromPath[str]) -> Response[str]:
    """A new account with the invited address."""
    form = await desk.form()
    office, language = desk.services.office, desk.formats.language
    try:
        outcome = await invitations.sign_up(
            office, desk.origin, token, name=form["name"], password=form.exactly("password"), language=language
        )
    except (HaveAccountError, LinkExpiredError):
        return desk.go(f"/undangan/{token}")
    except FORM_ERRORS as error:
        found = await page(desk, token, form.refused_by(error))
        return desk.refuse(found, error) if found else desk.go("/masuk", say=GONE, tone="warning")
    return await welcome(desk, outcome, f"/undangan/{token}")


ROUTES = [look, accept, sign_up]
