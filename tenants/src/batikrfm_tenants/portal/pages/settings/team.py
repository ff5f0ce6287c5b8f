"""The team: who works here as what, and who is invited."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from batikrfm.sdk.errors import BatikError
from batikrfm.sdk.text import Text
from batikrfm.tenancy.permissions import Permission, Role
from batikrfm.web.guards import needs
from batikrfm_tenants import invitations, memberships
from batikrfm_tenants.invitations import Invitation
from batikrfm_tenants.memberships import Member
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.errors import FORM_ERRORS, NoSuchPageError
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.pages.settings.tabs import HELP, Tabs, tabs
from batikrfm_tenants.portal.roles import ROLES, WHAT_THEY_DO

INVITED = Text(id="Undangan sudah dikirim. Berlaku tujuh hari.", en="The invitation is on its way. It is good for seven days.")
REVOKED = Text(id="Undangan ditarik kembali.", en="The invitation was taken back.")
ROLE_CHANGED = Text(id="Perannya sudah diganti.", en="The role is changed.")
REMOVED = Text(id="Orang itu sudah dikeluarkan dari tim.", en="They are no longer in the team.")
LEFT = Text(id="Anda sudah keluar dari toko itu.", en="You have left that shop.")


@dataclass(frozen=True, kw_only=True)
class TeamPage(Page):
    """Who works here."""

    template: ClassVar[str] = "settings/team.html"
    tabs: Tabs = field(metadata=HELP)
    form: Form = field(metadata={"help": "The form of an invitation, with what was wrong with the last deed on this page."})
    members: tuple[Member, ...] = field(metadata={"help": "The team: owners first, then by name."})
    invitations: tuple[Invitation, ...] = field(metadata={"help": "Open invitations, the newest first; empty for who may not invite."})
    me: UUID = field(metadata={"help": "The user who looks."})
    to_give: tuple[Role, ...] = field(metadata={"help": "The roles that one may give; none for who may not."})
    roles: dict[str, Text] = field(metadata={"help": "What each role is called."})
    what_they_do: dict[str, Text] = field(metadata={"help": "What each role may do."})


async def page(desk: Desk, form: Form) -> TeamPage:
    """The page with ``form``."""
    writes = Permission.TEAM_WRITE in desk.principal.permissions
    return TeamPage(
        tabs=tabs(desk),
        form=form,
        members=tuple(await memberships.list_members()),
        invitations=tuple(await invitations.list_invitations()) if writes else (),
        me=desk.principal.id,
        to_give=memberships.roles_to_give(desk.principal) if writes else (),
        roles=ROLES,
        what_they_do=WHAT_THEY_DO,
    )


async def refused(desk: Desk, form: Form, error: BatikError) -> Response[str]:
    """The page again, with what was wrong."""
    return desk.refuse(await page(desk, form.refused_by(error)), error)


def done(desk: Desk, words: Text) -> Response[str]:
    """The page anew, with what was done."""
    return desk.go(f"{desk.shop_path}/pengaturan/tim", say=words)


@get("/pengaturan/tim", opt=needs(Permission.TEAM_READ))
async def team(desk: Desk) -> Response[str]:
    """The team."""
    return desk.show(await page(desk, Form()))


@post("/pengaturan/tim/undang", opt=needs(Permission.TEAM_WRITE))
async def invite(desk: Desk) -> Response[str]:
    """Invite somebody by mail."""
    form = await desk.form()
    try:
        await invitations.invite(desk.services.office, desk.principal, form["email"], _role(form), language=desk.formats.language)
    except FORM_ERRORS as error:
        return await refused(desk, form, error)
    return done(desk, INVITED)


@post("/pengaturan/tim/undangan/{invitation_id:uuid}/ulang", opt=needs(Permission.TEAM_WRITE))
async def invite_again(desk: Desk, invitation_id: FromPath[UUID]) -> Response[str]:
    """Send an invitation again."""
    try:
        await invitations.resend(desk.services.office, desk.principal, invitation_id)
    except FORM_ERRORS as error:
        return await refused(desk, Form(), error)
    return done(desk, INVITED)


@post("/pengaturan/tim/undangan/{invitation_id:uuid}/tarik", opt=needs(Permission.TEAM_WRITE))
async def revoke(desk: Desk, invitation_id: FromPath[UUID]) -> Response[str]:
    """Take an invitation back."""
    await invitations.revoke(desk.principal, invitation_id)
    return done(desk, REVOKED)


@post("/pengaturan/tim/{member_id:uuid}/peran", opt=needs(Permission.TEAM_WRITE))
async def change_role(desk: Desk, member_id: FromPath[UUID]) -> Response[str]:
    """Give a member another role."""
    form = await desk.form()
    try:
        await memberships.change_role(desk.principal, member_id, _role(form))
    except FORM_ERRORS as error:
        return await refused(desk, Form(), error)
    return done(desk, ROLE_CHANGED)


@post("/pengaturan/tim/{member_id:uuid}/keluarkan", opt=needs(Permission.TEAM_WRITE))
async def remove(desk: Desk, member_id: FromPath[UUID]) -> Response[str]:
    """Take a member out."""
    try:
        await memberships.remove(desk.principal, member_id)
    except FORM_ERRORS as error:
        return await refused(desk, Form(), error)
    return done(desk, REMOVED)


@post("/pengaturan/tim/keluar", opt=needs(Permission.TEAM_READ))
async def leave(desk: Desk) -> Response[str]:
    """Leave the shop oneself."""
    try:
        await memberships.leave(desk.principal)
    except FORM_ERRORS as error:
        return await refused(desk, Form(), error)
    return desk.go("/toko", say=LEFT)


def _role(form: Form) -> Role:
    try:
        return Role(form["role"])
    except ValueError:
        raise NoSuchPageError from None  # the form offers those that there are


ROUTES = [team, invite, invite_again, revoke, change_role, remove, leave]
