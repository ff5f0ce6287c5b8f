"""Accounts: signing up, confirming the address, a new password, changes. Call these outside of any scope.

Nothing here tells a stranger whether an address has an account: the answers are the same, and the mail says the rest.
"""

from __future__ import annotations

from batikrfm.db.engine import Scope
from batikrfm.db.failures import already_there
from batikrfm.db.keys import uuid7
from batikrfm.sdk.text import Language
from batikrfm_tenants import queries as sql
from batikrfm_tenants import tokens
from batikrfm_tenants.addresses import normal_email, normal_name
from batikrfm_tenants.directory import people_scope
from batikrfm_tenants.errors import LinkExpiredError, WrongProofError
from batikrfm_tenants.mail import links, outbox
from batikrfm_tenants.office import Office
from batikrfm_tenants.origins import Origin
from batikrfm_tenants.passwords import require_strong
from batikrfm_tenants.sessions import Session, require_fresh, rotate_in
from batikrfm_tenants.signing_in import NeedsCode, SignedIn, enter, send_confirmation
from batikrfm_tenants.throttles import allowed_in, count
from batikrfm_tenants.users import User, user_of


async def sign_up(  # noqa: PLR0913 - what the form asks
    office: Office, origin: Origin, *, email: str, name: str, password: str, language: Language = "id"
) -> None:
    """Begin an account and send a mail to confirm the address. Who has an account already gets a mail that says so instead.

    Raises:
        EmailError, PersonNameError, WeakPasswordError: said of what was typed, never of what exists.
        TooManyAttemptsError: wait.
    """
    address, name = normal_email(email), normal_name(name)
    await require_strong(password, [address, name])
    await count(office.counters, "sign-up/network", origin.network)
    made = await office.passwords.hash(password)
    if await allowed_in(office.counters, "mail/address", address):
        return  # enough mails; and what was sent so far is not made worthless by one more sign-up
    async with people_scope("sign somebody up") as scope:
        user_id = await scope.fetchval(sql.SIGN_UP, uuid7(), address, name, language, made)
        if user_id is None:
            await tokens.issue(scope, "confirm", None)  # for nobody: it takes as long
            await outbox.put(scope, "have_account", address, language, link=links.sign_in(office.site))
        else:
            await send_confirmation(office, scope, user_id, address, language)


async def resend_confirmation(office: Office, origin: Origin, email: str) -> None:
    """Send the confirmation mail again, if there is something to confirm. Raises EmailError, TooManyAttemptsError."""
    address = await _mailable(office, origin, email)
    if address is None:
        return
    async with people_scope("send a confirmation again") as scope:
        user = await _find(scope, address)
        if user is not None and not user.confirmed:
            await send_confirmation(office, scope, user.id, address, user.language)
        else:
            await _send_nothing(scope, "confirm")


async def confirm(office: Office, origin: Origin, token: str, password: str) -> SignedIn | NeedsCode:
    """Confirm the address by the mail's link and the password chosen at sign-up, and sign in.

    The password is asked so that nobody confirms, by a careless click, an account that a stranger began with their address. A wrong
    password does not use the link up.

    Raises:
        WrongProofError: the password is wrong.
        LinkExpiredError: the link is used or too old (48 hours).
        TooManyAttemptsError: wait.
    """
    await count(office.counters, "link/network", origin.network)
    await count(office.counters, "link/token", tokens.hash_of(token).hex())
    async with people_scope("look at a confirmation's link") as scope:
        found = await tokens.look(scope, "confirm", token)
        rows = await scope.fetch(sql.CREDENTIALS_OF, found.user_id) if found else []
    if not rows:
        raise LinkExpiredError
    known = rows[0]
    if not (await office.passwords.check(known["password_hash"], password)).right:
        raise WrongProofError
    async with people_scope("confirm an address") as scope:
        if not await tokens.use(scope, "confirm", token) or not await scope.fetch(sql.CONFIRM_USER, known["id"], known["credentials"]):
            raise LinkExpiredError
        await scope.execute(sql.DROP_TOKENS, known["id"], ["confirm"])
    return await enter(office, origin, known["id"], known["credentials"])


async def request_reset(office: Office, origin: Origin, email: str) -> None:
    """Send a link to choose a new password, if there is an account. The answer is the same if not.

    Raises EmailError, TooManyAttemptsError.
    """
    address = await _mailable(office, origin, email)
    if address is None:
        return
    async with people_scope("send a link for a new password") as scope:
        user = await _find(scope, address)
        if user is None:
            await _send_nothing(scope, "reset")
            return
        link = links.reset(office.site, await tokens.issue(scope, "reset", user.id))
        await outbox.put(scope, "reset", address, user.language, link=link, useful=tokens.LIVES["reset"])


async def peek(token: str, kind: tokens.Kind) -> bool:
    """Whether a link of a mail (``confirm``, ``reset``, ``email``) still works, to show the right page. Uses nothing up."""
    async with people_scope("look at a link") as scope:
        return await tokens.look(scope, kind, token) is not None


async def reset(office: Office, origin: Origin, token: str, password: str) -> None:
    """Choose a new password by the mail's link. All sessions end, the address counts as confirmed; TOTP stays. Then sign in.

    Raises:
        WeakPasswordError: choose another; the link is not used up.
        LinkExpiredError: the link is used or too old (one hour).
        TooManyAttemptsError: wait.
    """
    await count(office.counters, "link/network", origin.network)
    async with people_scope("look at a link for a new password") as scope:
        found = await tokens.look(scope, "reset", token)
        rows = await scope.fetch(sql.FIND_USER, found.user_id) if found else []
    if not rows:
        raise LinkExpiredError
    user = user_of(rows[0])
    await require_strong(password, [user.email, user.name])
    made = await office.passwords.hash(password)
    async with people_scope("keep a new password") as scope:
        if await tokens.use(scope, "reset", token) is None:
            raise LinkExpiredError
        await scope.execute(sql.SET_PASSWORD, user.id, made)
        await scope.execute(sql.END_ALL_SESSIONS, user.id)
        await _changed(scope, user)


async def change_password(office: Office, session: Session, password: str) -> str:
    """A new password (or the first one of somebody who came by OIDC) in a fresh session. Other sessions end; a mail says so.

    Returns the session's new token. Raises WeakPasswordError, StepUpNeededError.
    """
    require_fresh(session)
    user = session.user
    await require_strong(password, [user.email, user.name])
    made = await office.passwords.hash(password)
    async with people_scope("change a password") as scope:
        await scope.execute(sql.SET_PASSWORD, user.id, made)
        await scope.fetchval(sql.END_OTHER_SESSIONS, user.id, session.id)
        await _changed(scope, user)
        return await rotate_in(scope, session)


async def request_email_change(office: Office, origin: Origin, session: Session, email: str) -> None:
    """Send a link to the new address; the change happens when it is opened. The same answer whether or not the address has an account.

    Raises EmailError, StepUpNeededError, TooManyAttemptsError.
    """
    require_fresh(session)
    address = await _mailable(office, origin, email)
    if address is None:
        return
    async with people_scope("send a link to a new address") as scope:
        if await _find(scope, address) is not None:
            await outbox.put(scope, "have_account", address, session.user.language, link=links.sign_in(office.site))
            return
        link = links.email(office.site, await tokens.issue(scope, "email", session.user.id, address))
        await outbox.put(scope, "email_change", address, session.user.language, link=link, useful=tokens.LIVES["email"])


async def confirm_email_change(session: Session, token: str) -> User:
    """Change the address by the link, as the person who asked for it. The old address is told; links that were sent to it end.

    Raises:
        LinkExpiredError: used, too old, somebody else's, or the address got an account meanwhile.
    """
    user = session.user
    async with people_scope("change an address") as scope:
        found = await tokens.look(scope, "email", token)
        if found is None or found.user_id != user.id or await tokens.use(scope, "email", token) is None:
            raise LinkExpiredError
        with already_there(LinkExpiredError):
            await scope.execute(sql.SET_EMAIL, user.id, found.payload)
        await scope.execute(sql.COPY_TO_SHOPS, user.id)
        await scope.execute(sql.DROP_ALL_TOKENS, user.id)
        await outbox.put(scope, "email_changed", user.email, user.language)
        return await _user(scope, user)


async def change_profile(session: Session, *, name: str, language: Language) -> User:
    """A new name or language, also in the shops' lists of members. Raises PersonNameError."""
    name = normal_name(name)
    async with people_scope("change a person's name or language") as scope:
        await scope.execute(sql.SET_PROFILE, session.user.id, name, language)
        await scope.execute(sql.COPY_TO_SHOPS, session.user.id)
        return await _user(scope, session.user)


async def _mailable(office: Office, origin: Origin, email: str) -> str | None:
    """The address, or None if it was sent enough already: one of those mails still works."""
    await count(office.counters, "mail/network", origin.network)
    address = normal_email(email)
    return None if await allowed_in(office.counters, "mail/address", address) else address


async def _find(scope: Scope, address: str) -> User | None:
    rows = await scope.fetch(sql.FIND_USER_BY_EMAIL, address)
    return user_of(rows[0]) if rows else None


async def _user(scope: Scope, user: User) -> User:
    (row,) = await scope.fetch(sql.FIND_USER, user.id)
    return user_of(row)


async def _send_nothing(scope: Scope, kind: tokens.Kind) -> None:
    """What sending costs, without an address to send to."""
    await tokens.issue(scope, kind, None)
    await outbox.put_nothing(scope, kind, "id", link="-", useful=tokens.LIVES[kind])


async def _changed(scope: Scope, user: User) -> None:
    """Other ways in that were on their way end with the old password, and a mail says so."""
    await scope.execute(sql.DROP_ALL_TOKENS, user.id)
    await outbox.put(scope, "password_changed", user.email, user.language)
