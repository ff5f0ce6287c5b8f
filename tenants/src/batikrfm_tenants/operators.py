"""What an operator does for people from the command line, where no mail is needed to believe who somebody is. Outside of any scope."""

from __future__ import annotations

import secrets
from typing import Final
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.sdk.extension import DemoAccount
from batikrfm.sdk.text import Language
from batikrfm.tenancy import Tenant, tenant_scope
from batikrfm.tenancy.permissions import Role
from batikrfm_tenants import audit
from batikrfm_tenants import queries as sql
from batikrfm_tenants.addresses import normal_email, normal_name
from batikrfm_tenants.directory import people_scope
from batikrfm_tenants.errors import AlreadyMemberError, UserExistsError, UserNotFoundError
from batikrfm_tenants.passwords import Passwords, require_strong
from batikrfm_tenants.users import User, user_of

DEMO_EMAIL: Final = "pemilik@demo.example"
DEMO_NAME: Final = "Ibu Sri"


def new_password() -> str:
    """A password that nobody chose: 96 random bits, easy to copy."""
    return "-".join(secrets.token_hex(3) for _ in range(4))


async def create_user(passwords: Passwords, email: str, name: str, password: str, *, language: Language = "id") -> User:
    """An account whose address the operator vouches for. Raises EmailError, PersonNameError, WeakPasswordError, UserExistsError."""
    address, name = normal_email(email), normal_name(name)
    await require_strong(password, [address, name])
    made = await passwords.hash(password)
    async with people_scope("an operator makes an account") as scope:
        user_id = await scope.fetchval(sql.ADD_CONFIRMED_USER, uuid7(), address, name, language, made)
        if user_id is None:
            raise UserExistsError(email=address)
        (row,) = await scope.fetch(sql.FIND_USER, user_id)
    return user_of(row)


async def find_user(email: str) -> User:
    """The account with this address. Raises UserNotFoundError."""
    async with people_scope("an operator looks up an account") as scope:
        rows = await scope.fetch(sql.FIND_USER_BY_EMAIL, email.strip().lower())
    if not rows:
        raise UserNotFoundError(email=email.strip())
    return user_of(rows[0])


async def list_users(limit: int = 1000) -> list[User]:
    """Accounts in the order of their addresses."""
    async with people_scope("an operator lists accounts") as scope:
        return [user_of(row) for row in await scope.fetch(sql.LIST_USERS, limit)]


async def set_password(passwords: Passwords, email: str, password: str) -> User:
    """A new password; all sessions end, a second step stays. Raises UserNotFoundError, WeakPasswordError."""
    user = await find_user(email)
    await require_strong(password, [user.email, user.name])
    made = await passwords.hash(password)
    async with people_scope("an operator sets a password") as scope:
        await scope.execute(sql.SET_PASSWORD, user.id, made)
        await scope.execute(sql.END_ALL_SESSIONS, user.id)
        await scope.execute(sql.DROP_ALL_TOKENS, user.id)
    return user


async def add_to_shop(user: User, tenant: Tenant, role: Role) -> None:
    """Make ``user`` a member of the shop. Raises AlreadyMemberError."""
    async with tenant_scope(tenant.id):
        if not await _add(user, role):
            raise AlreadyMemberError
        await audit.record(None, "member.added", user.email, {"role": role})


async def open_demo(passwords: Passwords, tenant_id: UUID, language: Language) -> DemoAccount:
    """The demonstration's owner, in the shop, who speaks ``language`` from now on.

    The password is new each time, for only its hash is kept.
    """
    password = new_password()
    made = await passwords.hash(password)
    async with people_scope("open the demonstration's account") as scope:
        await scope.fetchval(sql.ADD_CONFIRMED_USER, uuid7(), DEMO_EMAIL, DEMO_NAME, language, made)
        (row,) = await scope.fetch(sql.FIND_USER_BY_EMAIL, DEMO_EMAIL)
        user = user_of(row)
        await scope.execute(sql.SET_PROFILE, user.id, user.name, language)
        await scope.execute(sql.SET_PASSWORD, user.id, made)
        await scope.execute(sql.DISABLE_TOTP, user.id)
    async with tenant_scope(tenant_id):
        if await _add(user, Role.OWNER):
            await audit.record(None, "member.added", user.email, {"role": Role.OWNER})
    return DemoAccount(DEMO_EMAIL, password)


async def _add(user: User, role: Role) -> bool:
    """Whether the person was not a member yet."""
    tag = await current_scope().execute(sql.JOIN, uuid7(), user.id, role, user.name, user.email)
    return tag == "INSERT 0 1"
