"""Deleting one's own account. The shops go on: what was done there stays in their logs, under the name that it was done by.

Call these outside of any scope.
"""

from __future__ import annotations

from batikrfm.tenancy import tenant_scope
from batikrfm_tenants import memberships, sessions, shops
from batikrfm_tenants import queries as sql
from batikrfm_tenants.directory import people_scope
from batikrfm_tenants.errors import OnlyOwnerError
from batikrfm_tenants.mail import outbox
from batikrfm_tenants.office import Office
from batikrfm_tenants.sessions import Session
from batikrfm_tenants.users import User


async def delete_account(office: Office, session: Session, proof: str) -> None:
    """Leave every shop, end every session, and forget the person; a mail says so.

    ``proof`` is as in :func:`batikrfm_tenants.sessions.prove`; of who has neither password nor second step a fresh session is asked.

    Raises:
        WrongProofError: it is not right.
        OnlyOwnerError: a shop would be nobody's. Nothing has changed.
        StepUpNeededError, TooManyAttemptsError
    """
    user = session.user
    if user.has_totp or user.has_password:
        await sessions.prove(office, session, proof)
    else:
        sessions.require_fresh(session)
    if alone := await shops.owned_alone(user):
        raise OnlyOwnerError(shops=", ".join(shop.tenant.name for shop in alone))
    while not await _forgotten(user):  # who joins a shop at this very moment leaves that as well
        await _leave_shops(user)


async def _leave_shops(user: User) -> None:
    for shop in await shops.list_shops(user):
        async with tenant_scope(shop.tenant.id):
            await memberships.leave(shops.principal_of(user, shop))


async def _forgotten(user: User) -> bool:
    """Whether the account is gone now: not while there is a shop that it belongs to. Sessions, codes and links go with it."""
    async with people_scope("delete a person's account") as scope:
        await scope.fetch(sql.LOCK_USER, user.id)  # nobody joins a shop by it from here on
        if not await scope.fetch(sql.DELETE_USER, user.id):
            return False
        await outbox.put(scope, "account_deleted", user.email, user.language)
        return True
