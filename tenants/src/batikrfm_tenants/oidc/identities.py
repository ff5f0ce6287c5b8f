"""Accounts elsewhere by which people sign in: finding the person, making one, listing, forgetting."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from batikrfm.db.engine import Scope
from batikrfm.db.keys import uuid7
from batikrfm.sdk.text import Language
from batikrfm_tenants import queries as sql
from batikrfm_tenants.addresses import normal_email, normal_name
from batikrfm_tenants.directory import people_scope
from batikrfm_tenants.errors import EmailError, IdentityTakenError, LastWayInError, NotConfirmedError, PersonNameError, UnverifiedEmailError
from batikrfm_tenants.mail import outbox
from batikrfm_tenants.oidc.providers import Believed, Provider
from batikrfm_tenants.sessions import Session, require_fresh


@dataclass(frozen=True, slots=True)
class Identity:
    """An account elsewhere by which a person signs in."""

    id: UUID
    issuer: str
    email: str = field(repr=False)
    created_at: datetime
    last_used_at: datetime


async def person_of(provider: Provider, believed: Believed, language: Language = "id") -> tuple[UUID, int]:
    """The ID and the credentials' number of the person, who is made if there is none.

    Raises:
        UnverifiedEmailError: nobody here has this account yet, and the provider does not vouch for the address.
        NotConfirmedError: there is an account with this address that is not confirmed.
    """
    async with people_scope("who it is that an account elsewhere belongs to") as scope:
        user_id = await scope.fetchval(sql.USE_IDENTITY, provider.issuer, believed.subject, believed.email)
        if user_id is None:
            user_id = await _met(scope, provider, believed, language)
        (known,) = await scope.fetch(sql.CREDENTIALS_OF, user_id)
    return user_id, known["credentials"]


async def link(session: Session, provider: Provider, believed: Believed) -> Identity:
    """From now on the signed-in person signs in by this account, too; a mail says so. Raises IdentityTakenError."""
    async with people_scope("link an account elsewhere") as scope:
        identity = await _linked(scope, session.user.id, provider, believed)
        await outbox.put(scope, "identity_linked", session.user.email, session.user.language, provider=provider.name)
    return identity


async def list_identities(session: Session) -> list[Identity]:
    """The person's accounts elsewhere."""
    async with people_scope("list a person's accounts elsewhere") as scope:
        return [Identity(*row) for row in await scope.fetch(sql.LIST_IDENTITIES, session.user.id)]


async def unlink(session: Session, identity_id: UUID) -> None:
    """Forget one. Raises StepUpNeededError, LastWayInError (no password and no other account elsewhere)."""
    require_fresh(session)
    async with people_scope("forget an account elsewhere") as scope:
        (person,) = await scope.fetch(sql.LOCK_USER, session.user.id)
        known = {row["id"] for row in await scope.fetch(sql.LIST_IDENTITIES, session.user.id)}
        if known == {identity_id} and not person["has_password"]:
            raise LastWayInError
        await scope.execute(sql.UNLINK_IDENTITY, session.user.id, identity_id)


async def _met(scope: Scope, provider: Provider, believed: Believed, language: Language) -> UUID:
    """A person who comes by this account for the first time: somebody who has an account with the address, or somebody new."""
    address = _address(believed)
    made = await scope.fetchval(sql.ADD_USER_FROM_ELSEWHERE, uuid7(), address, _name(believed, address), language)
    if made is not None:
        await _linked(scope, made, provider, believed)
        return UUID(str(made))
    (known,) = await scope.fetch(sql.FIND_CREDENTIALS, address)
    if not known["confirmed"]:  # who began it may be a stranger: they would share the account with its owner
        raise NotConfirmedError
    await _linked(scope, known["id"], provider, believed)
    await outbox.put(scope, "identity_linked", address, known["language"], provider=provider.name)
    return UUID(str(known["id"]))


async def _linked(scope: Scope, user_id: UUID, provider: Provider, believed: Believed) -> Identity:
    rows = await scope.fetch(sql.LINK_IDENTITY, uuid7(), user_id, provider.issuer, believed.subject, believed.email)
    if not rows:
        raise IdentityTakenError
    return Identity(*rows[0])


def _address(believed: Believed) -> str:
    if not believed.verified:
        raise UnverifiedEmailError
    try:
        return normal_email(believed.email)
    except EmailError as error:
        raise UnverifiedEmailError from error


def _name(believed: Believed, address: str) -> str:
    """The name that the provider knows; where that will not do, the address before its ``@``."""
    try:
        return normal_name(believed.name)
    except PersonNameError:
        return address.partition("@")[0]
