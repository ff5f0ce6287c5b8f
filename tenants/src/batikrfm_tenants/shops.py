"""The shops of a person: opening one, listing them, walking into one. Call these outside of any scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from batikrfm.db.keys import uuid7
from batikrfm.sdk.extension import Principal
from batikrfm.tenancy import Tenant
from batikrfm.tenancy.permissions import PERMISSIONS_OF, Role
from batikrfm.tenancy.tenants import add_tenant
from batikrfm_tenants import queries as sql
from batikrfm_tenants.directory import people_scope
from batikrfm_tenants.errors import TooManyShopsError
from batikrfm_tenants.office import MOST_SHOPS
from batikrfm_tenants.users import User


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop that a person works in, and as what."""

    tenant: Tenant
    role: Role


@dataclass(frozen=True, slots=True)
class Visit:
    """A person inside one of their shops: ``principal`` is who the tenant's scope is opened for."""

    shop: Shop
    principal: Principal


async def create_shop(user: User, name: str, *, time_zone: str = "Asia/Jakarta", currency: str = "IDR", most: int = MOST_SHOPS) -> Shop:
    """A new shop of which ``user`` is the owner: both or neither.

    Raises:
        TooManyShopsError: the person owns ``most`` already; shops in which they only work do not count.
        InputError: those of ``create_tenant``.
    """
    async with people_scope("open a shop with its owner") as scope:
        await scope.fetch(sql.LOCK_USER, user.id)  # of two shops at once the second sees the first
        if await scope.fetchval(sql.COUNT_OWNED, user.id) >= most:
            raise TooManyShopsError(most=most)
        tenant = await add_tenant(scope, name, time_zone=time_zone, currency=currency, language=user.language)
        await scope.execute(sql.FIRST_OWNER, tenant.id, uuid7(), user.id, Role.OWNER)
        await scope.execute(sql.FIRST_ENTRY, tenant.id, uuid7(), user.id, user.name, "shop.created", tenant.name)
    return Shop(tenant, Role.OWNER)


async def list_shops(user: User) -> list[Shop]:
    """The person's shops, by name."""
    async with people_scope("list a person's shops") as scope:
        return [_shop(row) for row in await scope.fetch(sql.LIST_SHOPS, user.id)]


async def owned_alone(user: User) -> list[Shop]:
    """The shops that would be nobody's without this person, by name."""
    async with people_scope("list the shops that only one person owns") as scope:
        return [_shop(row) for row in await scope.fetch(sql.OWNED_ALONE, user.id)]


async def shop_of(user: User, slug: str) -> Visit | None:
    """The person in the shop that they asked for, or None: a shop of others and one that does not exist are the same (404).

    Asked on every request, so a removed member is out at once, and a changed role counts at once.
    """
    if not slug.isascii() or "\0" in slug:
        return None
    async with people_scope("whether a person works in the shop that they ask for") as scope:
        rows = await scope.fetch(sql.SHOP_OF, user.id, slug)
    if not rows:
        return None
    shop = _shop(rows[0])
    return Visit(shop, principal_of(user, shop))


async def shop_in(user: User, tenant_id: UUID) -> Shop:
    """The person's shop with this ID, which they are known to work in."""
    async with people_scope("a shop that a person has just joined") as scope:
        (row,) = await scope.fetch(sql.SHOP_BY_ID, user.id, tenant_id)
    return _shop(row)


def visitor_in(user: User, tenant_id: UUID) -> Principal:
    """``user`` as somebody who may do nothing in the shop yet: for the log, where somebody joins it."""
    return Principal("user", user.id, user.name, tenant_id, frozenset(), user.language)


def principal_of(user: User, shop: Shop) -> Principal:
    """``user`` as somebody who may do in ``shop`` what their role there may."""
    permissions = frozenset(str(permission) for permission in PERMISSIONS_OF[shop.role])
    return Principal("user", user.id, user.name, shop.tenant.id, permissions, user.language)


def _shop(row: Sequence[Any]) -> Shop:
    *tenant, role = row
    return Shop(Tenant(*tenant), Role(role))
