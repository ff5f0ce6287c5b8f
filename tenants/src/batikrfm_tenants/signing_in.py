"""Signing in, in one step or (with TOTP) in two. Between the two there is no session at all, only a short-lived token.

Call these outside of any scope. They answer the same, and as fast, for an address that nobody has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from batikrfm.db.engine import Scope
from batikrfm_tenants import queries as sql
from batikrfm_tenants import sessions, tokens
from batikrfm_tenants.addresses import normal_email
from batikrfm_tenants.devices import device_of, known_device
from batikrfm_tenants.directory import people_scope
from batikrfm_tenants.errors import EmailError, LinkExpiredError, NotConfirmedError, WrongCodeError, WrongCredentialsError
from batikrfm_tenants.mail import links, outbox
from batikrfm_tenants.office import Office
from batikrfm_tenants.origins import Origin
from batikrfm_tenants.proofs import use_code
from batikrfm_tenants.throttles import allowed_in, count
from batikrfm_tenants.users import User, user_of

TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Set the session cookie to ``token`` and the device cookie (a year) to ``device``."""

    user: User
    token: str = field(repr=False)
    device: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NeedsCode:
    """The password is right; ask for a code and hand ``token`` back with it. Good for ten minutes and five tries."""

    token: str = field(repr=False)


async def sign_in(office: Office, origin: Origin, email: str, password: str) -> SignedIn | NeedsCode:
    """Sign in with a password.

    Raises:
        WrongCredentialsError: address or password is wrong; which, is not said.
        NotConfirmedError: both are right, but the address is not confirmed yet; a new mail is on its way.
        TooManyAttemptsError: wait.
    """
    await count(office.counters, "sign-in/network", origin.network)
    address, known = await _credentials(email)
    await _count(office, origin, address, known)
    kept = known["password_hash"] if known else None
    checked = await office.passwords.check(kept, password)
    if known is None or not checked.right:
        raise WrongCredentialsError
    if not known["confirmed"]:
        await _confirm_again(office, address, known)
        raise NotConfirmedError
    if checked.stale:
        await _rehash(office, known["id"], kept, password)
    return await enter(office, origin, known["id"], known["credentials"])


async def finish_sign_in(office: Office, origin: Origin, token: str, code: str) -> SignedIn:
    """The second step: a TOTP code, or a recovery code, which is used up.

    Raises:
        WrongCodeError: try again.
        LinkExpiredError: the token is used, too old or was tried too often; start over.
        TooManyAttemptsError: wait.
    """
    user_id = await _tried(token)
    device = known_device(office.vault, office.clock, origin.device, user_id)
    await count(office.counters, *(("code/device", device) if device else ("code/user", str(user_id))))
    async with people_scope("sign in with a one-time code") as scope:
        if not await use_code(office, scope, user_id, code):
            raise WrongCodeError
        found = await tokens.use(scope, "sign_in", token)
        if found is None:  # the same step finished elsewhere meanwhile
            raise LinkExpiredError
        return await _begin(office, scope, origin, user_id, int(found.payload or 0), with_totp=True)


async def enter(office: Office, origin: Origin, user_id: UUID, credentials: int) -> SignedIn | NeedsCode:
    """Let in somebody who has shown the first of their proofs; ``credentials`` is the number that was current then.

    Raises:
        LinkExpiredError: the password or second step changed meanwhile.
    """
    async with people_scope("begin a session") as scope:
        if await scope.fetchval(sql.TOTP_SECRET, user_id) is not None:
            return NeedsCode(await tokens.issue(scope, "sign_in", user_id, str(credentials)))
        return await _begin(office, scope, origin, user_id, credentials, with_totp=False)


async def _begin(  # noqa: PLR0913 - who, where, and how they showed it
    office: Office, scope: Scope, origin: Origin, user_id: UUID, credentials: int, *, with_totp: bool
) -> SignedIn:
    token = await sessions.begin(scope, origin, user_id, credentials, with_totp=with_totp)
    (row,) = await scope.fetch(sql.FIND_USER, user_id)
    return SignedIn(user_of(row), token, device_of(office.vault, office.clock, user_id))


async def _credentials(email: str) -> tuple[str, Mapping[str, Any] | None]:
    """The address as it is kept, and what is known of it. What is no address is an address that nobody has."""
    try:
        address = normal_email(email)
    except EmailError:
        return email.strip().lower(), None
    async with people_scope("look up who signs in") as scope:
        rows = await scope.fetch(sql.FIND_CREDENTIALS, address)
    return address, rows[0] if rows else None


async def _count(office: Office, origin: Origin, address: str, known: Mapping[str, Any] | None) -> None:
    """The limits of :mod:`batikrfm_tenants.throttles`; the same for an address that nobody has."""
    if known and (device := known_device(office.vault, office.clock, origin.device, known["id"])):
        await count(office.counters, "sign-in/device", device)
        return
    await count(office.counters, "sign-in/network+address", origin.network, address)
    await count(office.counters, "sign-in/address", address)


async def _confirm_again(office: Office, address: str, known: Mapping[str, Any]) -> None:
    if await allowed_in(office.counters, "mail/address", address):
        return  # enough mails: one of those that were sent still works
    async with people_scope("send a confirmation again") as scope:
        await send_confirmation(office, scope, known["id"], address, known["language"])


async def send_confirmation(office: Office, scope: Scope, user_id: UUID, address: str, language: Any) -> None:  # noqa: ANN401 - the table's check says which
    """A link to confirm the address, into the outbox."""
    token = await tokens.issue(scope, "confirm", user_id)
    link, useful = links.confirm(office.site, token), tokens.LIVES["confirm"]
    await outbox.put(scope, "confirm", address, language, link=link, useful=useful)


async def _rehash(office: Office, user_id: UUID, kept: str | None, password: str) -> None:
    made = await office.passwords.hash(password)
    async with people_scope("keep a password with today's parameters") as scope:
        await scope.execute(sql.REHASH, user_id, kept, made)


async def _tried(token: str) -> UUID:
    """Whose second step this is; one try less is left, whatever comes of it."""
    async with people_scope("try the second step of a sign-in") as scope:
        found = await tokens.attempt(scope, "sign_in", token, TRIES)
    if found is None or found.user_id is None:
        raise LinkExpiredError
    return found.user_id
