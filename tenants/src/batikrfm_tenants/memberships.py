"""Who works in a shop, and as what. Everything here runs in the tenant's scope; ``by`` is who does it (the request's principal).

A shop always has an owner: the last one cannot leave, be removed or be made anything else, whatever happens at the same time.
Only an owner makes owners or touches one. Nobody gives a role that can do more than their own. What a removed or demoted member could
do, an API key that they made must not go on doing: such keys are revoked in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.sdk.extension import Principal
from batikrfm.tenancy.permissions import PERMISSIONS_OF, Permission, Role
from batikrfm_tenants import audit
from batikrfm_tenants import queries as sql
from batikrfm_tenants.errors import LastOwnerError, MemberNotFoundError, NotYoursToGiveError


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
    return [_member(row) for row in await current_scope().fetch(sql.LIST_MEMBERS)]


async def change_role(by: Principal, member_id: UUID, role: Role) -> Member:
    """Give a member another role.

    Raises:
        MemberNotFoundError: no such member here.
        NotYoursToGiveError: ``by`` may not give this role, or not to this member.
        LastOwnerError: nobody would own the shop.
    """
    member, owners = await _held(member_id)
    require_giver(by, role)
    require_giver(by, member.role)
    _keep_an_owner(member, owners, role)
    (row,) = await current_scope().fetch(sql.SET_ROLE, member.id, role)
    await audit.record(by, "member.role_changed", member.email, {"from": member.role, "to": role})
    await _end_keys(by, member, PERMISSIONS_OF[role])
    return _member(row)


async def remove(by: Principal, member_id: UUID) -> None:
    """Take a member out of the shop; at their next click they are outside. Raises as :func:`change_role`."""
    member, owners = await _held(member_id)
    require_giver(by, member.role)
    await _take_out(by, member, owners, "member.removed")


async def leave(by: Principal) -> None:
    """The person leaves the shop. Raises LastOwnerError, MemberNotFoundError (an API key is no member)."""
    rows = await current_scope().fetch(sql.FIND_MEMBER_OF_USER, by.id)
    if not rows:
        raise MemberNotFoundError
    member, owners = await _held(rows[0]["id"])
    await _take_out(by, member, owners, "member.left")


def roles_to_give(by: Principal) -> tuple[Role, ...]:
    """The roles that ``by`` may give, for a form: those that can do no more than ``by`` can."""
    if Permission.TEAM_WRITE not in by.permissions:
        return ()
    return tuple(role for role in Role if PERMISSIONS_OF[role] <= by.permissions)


def require_giver(by: Principal, role: Role) -> None:
    """``by`` may give ``role``, and take it. Raises NotYoursToGiveError."""
    if role not in roles_to_give(by):
        raise NotYoursToGiveError


async def _held(member_id: UUID) -> tuple[Member, int]:
    """The member, and how many owners there are; neither changes until this scope ends.

    The owners' rows are locked first, always in the same order: of two owners who go at once, the second sees the first one gone.
    """
    owners = await current_scope().fetch(sql.LOCK_OWNERS)
    rows = await current_scope().fetch(sql.LOCK_MEMBER, member_id)
    if not rows:
        raise MemberNotFoundError
    return _member(rows[0]), len(owners)


def _keep_an_owner(member: Member, owners: int, role: Role | None) -> None:
    if member.role == Role.OWNER != role and owners <= 1:
        raise LastOwnerError


async def _take_out(by: Principal, member: Member, owners: int, action: str) -> None:
    _keep_an_owner(member, owners, None)
    await current_scope().execute(sql.REMOVE_MEMBER, member.id)
    await audit.record(by, action, member.email, {"role": member.role})
    await _end_keys(by, member, frozenset())


async def _end_keys(by: Principal, member: Member, permissions: frozenset[Permission]) -> None:
    """Revoke the keys that ``member`` made and that can do more than ``permissions``."""
    for row in await current_scope().fetch(sql.KEYS_BEYOND, member.user_id, [str(permission) for permission in permissions]):
        await audit.record(by, "key.revoked", row["name"], {"because": "role"})


def _member(row: Mapping[str, Any]) -> Member:
    return Member(row["id"], row["user_id"], row["name"], row["email"], Role(row["role"]), row["created_at"])
