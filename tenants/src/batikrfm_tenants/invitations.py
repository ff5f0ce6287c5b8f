"""Inviting people into a shop, by mail to one address and good for that address only, once, for seven days.

``invite``, ``resend``, ``revoke`` and ``list_invitations`` run in the tenant's scope, the mail goes out with its commit.
``look``, ``accept`` and ``sign_up`` are for whoever holds the link, outside of any scope.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from batikrfm.sdk.extension import Principal
from batikrfm.sdk.text import Language
from batikrfm.tenancy.permissions import Role
from batikrfm_tenants.office import Office
from batikrfm_tenants.origins import Origin
from batikrfm_tenants.shops import Shop
from batikrfm_tenants.signing_in import NeedsCode, SignedIn
from batikrfm_tenants.users import User


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
    raise NotImplementedError


async def list_invitations() -> list[Invitation]:
    """Open invitations, expired ones too (to send again), the newest first."""
    raise NotImplementedError


async def resend(office: Office, by: Principal, invitation_id: UUID) -> Invitation:
    """Send it again with a new link and seven more days; the old link is worth nothing. Raises InvitationNotFoundError."""
    raise NotImplementedError


async def revoke(by: Principal, invitation_id: UUID) -> None:
    """Take it back. Raises InvitationNotFoundError."""
    raise NotImplementedError


async def look(token: str) -> Invited | None:
    """What the link invites to, or None: used, revoked, expired and made-up links look the same. Uses nothing up."""
    raise NotImplementedError


async def accept(user: User, token: str) -> Shop:
    """Join, as a signed-in person whose confirmed address is the invited one.

    Raises:
        LinkExpiredError: used, revoked, expired or made up.
        NotYourInvitationError: it is for another address.
    """
    raise NotImplementedError


async def sign_up(  # noqa: PLR0913 - what the form asks
    office: Office, origin: Origin, token: str, *, name: str, password: str, language: Language = "id"
) -> SignedIn | NeedsCode:
    """An account with the invited address, confirmed by holding the link, and signed in. Then :func:`accept`.

    Raises:
        LinkExpiredError: as for accept.
        HaveAccountError: the address has an account: sign in (or ask for a new password), then accept.
        PersonNameError, WeakPasswordError: the link is not used up.
    """
    raise NotImplementedError
