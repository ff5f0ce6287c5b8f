"""The shops of a person: opening one, listing them, walking into one. Call these outside of any scope."""

from __future__ import annotations

from dataclasses import dataclass

from batikrfm.sdk.extension import Principal
from batikrfm.tenancy import Tenant
from batikrfm.tenancy.permissions import Role
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


async def create_shop(user: User, name: str, *, time_zone: str = "Asia/Jakarta", currency: str = "IDR") -> Shop:
    """A new shop of which ``user`` is the owner: both or neither. Raises the errors of ``create_tenant``."""
    raise NotImplementedError


async def list_shops(user: User) -> list[Shop]:
    """The person's shops, by name."""
    raise NotImplementedError


async def shop_of(user: User, slug: str) -> Visit | None:
    """The person in the shop that they asked for, or None: a shop of others and one that does not exist are the same (404).

    Asked on every request, so a removed member is out at once, and a changed role counts at once.
    """
    raise NotImplementedError
