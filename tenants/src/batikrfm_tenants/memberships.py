"""Who works in a shop, and as what. Everything here runs in the tenant's scope; ``by`` is who does it (the request's principal).

A shop always has an owner: the last one cannot leave, be removed or be made anything else, whatever happens at the same time.
Only an owner makes owners or touches one. Nobody gives a role that can do more than their own. What a removed or demoted member could
do, an API key that they made must not go on doing: such keys are revoked in the same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from batikrfm.sdk.extension import Principal
from batikrfm.tenancy.permissions import Role


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the team. Name and address are the shop's copies, so that it needs no look into accounts."""

    id: UUID
    user_id: UUID
    name: str = field(repr=False)
    email: str = field(repr=False)
    role: Role
    joined_at: datetime


async def list_members() -> list[Member]:
    """The team: owners first, then by name."""
    raise NotImplementedError


async def change_role(by: Principal, member_id: UUID, role: Role) -> Member:
    """Give a member another role.

    Raises:
        MemberNotFoundError: no such member here.
        NotYoursToGiveError: ``by`` may not give this role, or not to this member.
        LastOwnerError: nobody would own the shop.
    """
    raise NotImplementedError


async def remove(by: Principal, member_id: UUID) -> None:
    """Take a member out of the shop; at their next click they are outside. Raises as :func:`change_role`."""
    raise NotImplementedError


async def leave(by: Principal) -> None:
    """The person leaves the shop. Raises LastOwnerError."""
    raise NotImplementedError


def roles_to_give(by: Principal) -> tuple[Role, ...]:
    """The roles that ``by`` may give, for a form."""
    raise NotImplementedError
