"""Inviting people into a shop, by mail to one address and good for that address only, once, for seven days.

``invite``, ``resend``, ``revoke`` and ``list_invitations`` run in the tenant's scope, the mail goes out with its commit.
``look``, ``accept`` and ``sign_up`` are for whoever holds the link, outside of any scope.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.sdk.extension import Principal
from batikrfm.sdk.text import Language
from batikrfm.tenancy import tenant_scope
from batikrfm.tenancy.permissions import Role
from batikrfm_tenants import audit
from batikrfm_tenants import queries as sql
from batikrfm_tenants.addresses import normal_email, normal_name
from batikrfm_tenants.directory import people_scope
from batikrfm_tenants.errors import (
    AlreadyMemberError,
    HaveAccountError,
    InvitationNotFoundError,
    LinkExpiredError,
    NotYourInvitationError,
)
from batikrfm_tenants.mail import links, outbox
from batikrfm_tenants.memberships import require_giver
from batikrfm_tenants.office import Office
from batikrfm_tenants.origins import Origin
from batikrfm_tenants.passwords import require_strong
from batikrfm_tenants.shops import Shop, shop_in, visitor_in
from batikrfm_tenants.signing_in import NeedsCode, SignedIn, enter
from batikrfm_tenants.throttles import count
from batikrfm_tenants.tokens import hash_of, new_token
from batikrfm_tenants.users import User

DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Invitation:
    """An open invitation, as the team's page lists it."""

    id: UUID
    email: str = field(repr=False)
    role: Role
    invited_by: str = field(repr=False)
    sent_at: datetime
    expires_at: datetime
    expired: bool


@dataclass(frozen=True, slots=True)
class Invited:
    """What the link's page shows. ``has_account``: sign in with that address, else sign up with it."""

    shop_name: str
    invited_by: str = field(repr=False)
    email: str = field(repr=False)
    role: Role
    has_account: bool


async def invite(office: Office, by: Principal, email: str, role: Role, *, language: Language = "id") -> Invitation:
    """Invite ``email`` as ``role``; an open invitation of that address is replaced. The link is in the mail and nowhere else.

    Raises:
        EmailError, NotYoursToGiveError
        AlreadyMemberError: somebody with this address is in the team.
        TooManyAttemptsError: too many invitations today.
    """
    address = normal_email(email)
    require_giver(by, role)
    if await current_scope().fetchval(sql.MEMBER_WITH_EMAIL, address):
        raise AlreadyMemberError
    await _count(office, by, address)
    token = new_token()
    (row,) = await current_scope().fetch(sql.INVITE, uuid7(), address, role, hash_of(token), language, by.name)
    invitation = _invitation(row)
    await _send(office, by, invitation, token, language)
    await audit.record(by, "invitation.sent", address, {"role": role})
    return invitation


async def list_invitations() -> list[Invitation]:
    """Open invitations, expired ones too (to send again), the newest first."""
    return [_invitation(row) for row in await current_scope().fetch(sql.LIST_INVITATIONS)]


async def resend(office: Office, by: Principal, invitation_id: UUID) -> Invitation:
    """Send it again with a new link and seven more days; the old link is worth nothing.

    Raises InvitationNotFoundError, NotYoursToGiveError, TooManyAttemptsError.
    """
    rows = await current_scope().fetch(sql.FIND_INVITATION, invitation_id)
    if not rows:
        raise InvitationNotFoundError
    require_giver(by, Role(rows[0]["role"]))
    await _count(office, by, rows[0]["email"])
    token = new_token()
    rows = await current_scope().fetch(sql.RESEND, invitation_id, hash_of(token), by.name)
    if not rows:  # used or taken back meanwhile
        raise InvitationNotFoundError
    invitation = _invitation(rows[0])
    await _send(office, by, invitation, token, rows[0]["language"])
    await audit.record(by, "invitation.resent", invitation.email, {"role": invitation.role})
    return invitation


async def revoke(by: Principal, invitation_id: UUID) -> None:
    """Take it back. Raises InvitationNotFoundError."""
    rows = await current_scope().fetch(sql.REVOKE_INVITATION, invitation_id)
    if not rows:
        raise InvitationNotFoundError
    await audit.record(by, "invitation.revoked", rows[0]["email"])


async def look(token: str) -> Invited | None:
    """What the link invites to, or None: used, revoked, expired and made-up links look the same. Uses nothing up."""
    found = await _find(token)
    return None if found is None else found.invited


async def accept(user: User, token: str) -> Shop:
    """Join, as a signed-in person whose confirmed address is the invited one.

    Raises:
        LinkExpiredError: used, revoked, expired or made up.
        NotYourInvitationError: it is for another address.
    """
    found = await _find(token)
    if found is None:
        raise LinkExpiredError
    if not user.confirmed or user.email != found.invited.email:
        raise NotYourInvitationError
    async with tenant_scope(found.tenant_id) as scope:
        rows = await scope.fetch(sql.ACCEPT, hash_of(token))  # of two at once, one gets a row
        if not rows:
            raise LinkExpiredError
        await scope.execute(sql.JOIN, uuid7(), user.id, rows[0]["role"], user.name, user.email)
        (member,) = await scope.fetch(sql.FIND_MEMBER_OF_USER, user.id)
        details = {"role": member["role"], "invited_by": rows[0]["invited_by"]}
        await audit.record(visitor_in(user, found.tenant_id), "member.joined", user.email, details)
    return await shop_in(user, found.tenant_id)


async def sign_up(  # noqa: PLR0913 - what the form asks
    office: Office, origin: Origin, token: str, *, name: str, password: str, language: Language = "id"
) -> SignedIn | NeedsCode:
    """An account with the invited address, confirmed by holding the link, and signed in. Then :func:`accept`.

    Raises:
        LinkExpiredError: as for accept.
        HaveAccountError: the address has an account: sign in (or ask for a new password), then accept.
        PersonNameError, WeakPasswordError: the link is not used up.
        TooManyAttemptsError: wait.
    """
    await count(office.counters, "link/network", origin.network)
    name = normal_name(name)
    found = await _find(token)
    if found is None:
        raise LinkExpiredError
    address = found.invited.email
    await require_strong(password, [address, name, found.invited.shop_name])
    made = await office.passwords.hash(password)
    async with people_scope("sign up by an invitation") as scope:
        user_id = await scope.fetchval(sql.ADD_CONFIRMED_USER, uuid7(), address, name, language, made)
        if user_id is None:
            raise HaveAccountError
        await scope.execute(sql.DROP_ALL_TOKENS, user_id)
        (known,) = await scope.fetch(sql.CREDENTIALS_OF, user_id)
    return await enter(office, origin, user_id, known["credentials"])


@dataclass(frozen=True, slots=True)
class _Found:
    tenant_id: UUID
    invited: Invited


async def _find(token: str) -> _Found | None:
    async with people_scope("which shop an invitation is for") as scope:
        rows = await scope.fetch(sql.FIND_INVITATION_TENANT, hash_of(token))
    if not rows:
        return None
    tenant_id, shop_name, email, role, invited_by, has_account = rows[0]
    return _Found(tenant_id, Invited(shop_name, invited_by, email, Role(role), has_account))


async def _count(office: Office, by: Principal, address: str) -> None:
    """So that no shop becomes a way to send mail to strangers."""
    await count(office.counters, "invitation/shop", str(by.tenant_id))
    await count(office.counters, "invitation/address", address)


async def _send(office: Office, by: Principal, invitation: Invitation, token: str, language: Language) -> None:
    shop = await current_scope().fetchval(sql.SHOP_NAME)
    link, useful = links.invitation(office.site, token), DAYS * outbox.DAY
    await outbox.put(current_scope(), "invitation", invitation.email, language, link=link, useful=useful, shop=shop, inviter=by.name)


def _invitation(row: Mapping[str, Any]) -> Invitation:
    return Invitation(row["id"], row["email"], Role(row["role"]), row["invited_by"], row["sent_at"], row["expires_at"], row["expired"])
