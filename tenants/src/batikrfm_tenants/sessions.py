"""Sessions: who is signed in where. The cookie holds a random token, the table its hash; nobody can choose a session's token.

A token is made here and only here, when somebody has signed in; a value that we did not make finds nothing and is never adopted
(session fixation). Whatever raises what a session may do gives it a new token: set the cookie to what the function returns. A session
ends after 14 days without a request and after 90 days in any case.

Call these outside of any scope; each opens its own. ``find`` is one query; it writes (last seen) at most every five minutes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from batikrfm.db.engine import Scope
from batikrfm.db.keys import uuid7
from batikrfm_tenants import queries as sql
from batikrfm_tenants.directory import people_scope
from batikrfm_tenants.errors import LinkExpiredError, StepUpNeededError, WrongProofError
from batikrfm_tenants.office import Office
from batikrfm_tenants.origins import Origin
from batikrfm_tenants.proofs import has_code, has_password
from batikrfm_tenants.throttles import count
from batikrfm_tenants.tokens import hash_of, new_token
from batikrfm_tenants.users import User, user_of


@dataclass(frozen=True, slots=True)
class Session:
    """A live session. ``network`` and ``browser`` are what the list shows a person, so that they recognise it.

    ``fresh``: the person proved who they are within the last 15 minutes, so dangerous work may go on.
    """

    id: UUID
    user: User
    created_at: datetime
    last_seen_at: datetime
    network: str = field(repr=False)
    browser: str
    with_totp: bool
    fresh: bool


async def begin(scope: Scope, origin: Origin, user_id: UUID, credentials: int, *, with_totp: bool) -> str:
    """A session for somebody who has just shown who they are; its token. For the services that sign in, in their scope.

    Raises:
        LinkExpiredError: the password or second step changed since ``credentials`` were looked at.
    """
    token = new_token()
    person = (user_id, credentials, origin.network, origin.browser, with_totp)
    if not await scope.fetch(sql.BEGIN_SESSION, uuid7(), hash_of(token), *person):
        raise LinkExpiredError
    return token


async def find(token: str) -> Session | None:
    """The live session of this cookie, or None: unknown, expired and revoked look the same."""
    async with people_scope("whose session a cookie is") as scope:
        rows = await scope.fetch(sql.FIND_SESSION, hash_of(token))
        if not rows:
            return None
        if rows[0]["seen_long_ago"]:
            await scope.execute(sql.SEEN, rows[0]["session_id"])
        return _session(rows[0])


def form_token(token: str) -> str:
    """What forms of this session carry against forgery: bound to the session's token, so it changes whenever that does."""
    digest = hmac.digest(token.encode("utf-8", "surrogatepass"), b"batikrfm/form", hashlib.sha256)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def is_form_token(token: str, sent: str) -> bool:
    """Whether ``sent`` is the :func:`form_token` of the session's ``token``; takes the same time whatever was sent."""
    return hmac.compare_digest(form_token(token).encode(), sent.encode("utf-8", "surrogatepass"))


async def rotate(session: Session) -> str:
    """A new token for ``session``; the old one is worth nothing from now on. Raises StepUpNeededError if the session has ended."""
    async with people_scope("give a session a new token") as scope:
        return await rotate_in(scope, session)


async def rotate_in(scope: Scope, session: Session, *, proved: bool = False, with_totp: bool = False) -> str:
    """As :func:`rotate`, in a scope that is open; ``proved`` makes it fresh. For the services."""
    token = new_token()
    key = (session.id, session.user.id, hash_of(token))
    rows = await (scope.fetch(sql.ROTATE_PROVED, *key, with_totp) if proved else scope.fetch(sql.ROTATE, *key))
    if not rows:  # it was ended from elsewhere meanwhile: whatever wanted a new token for it must not go on
        raise StepUpNeededError
    return token


async def list_sessions(session: Session) -> list[Session]:
    """The person's live sessions, the one used last first."""
    async with people_scope("list a person's sessions") as scope:
        return [_session(row) for row in await scope.fetch(sql.LIST_SESSIONS, session.user.id)]


async def revoke(session: Session, session_id: UUID) -> None:
    """End one of the person's sessions. Another person's is not found, which is no error: it is not theirs to know."""
    async with people_scope("end a session") as scope:
        await scope.execute(sql.END_SESSION, session_id, session.user.id)


async def revoke_others(session: Session) -> int:
    """End all of the person's sessions but this one; how many there were."""
    async with people_scope("end a person's other sessions") as scope:
        return int(await scope.fetchval(sql.END_OTHER_SESSIONS, session.user.id, session.id))


async def sign_out(token: str) -> None:
    """End the session of this cookie, if there is one."""
    async with people_scope("sign out") as scope:
        await scope.execute(sql.SIGN_OUT, hash_of(token))


async def prove(office: Office, session: Session, proof: str) -> None:
    """As :func:`step_up`, for one piece of work alone: the session is as fresh as before."""
    await count(office.counters, "proof/session", str(session.id))
    right = await (has_code if session.user.has_totp else has_password)(office, session.user.id, proof)
    if not right:
        raise WrongProofError


async def step_up(office: Office, session: Session, proof: str) -> str:
    """Prove again who is there; the session is fresh for 15 minutes and gets the token that is returned.

    ``proof`` is a TOTP or recovery code where the person has TOTP on, else their password. Who has neither signs in again by OIDC.

    Raises:
        WrongProofError: it is not right.
        TooManyAttemptsError: wait. Counted by session, so that nobody else can use up the person's tries.
    """
    await prove(office, session, proof)
    async with people_scope("note that a person proved who they are") as scope:
        return await rotate_in(scope, session, proved=True, with_totp=session.user.has_totp)


def require_fresh(session: Session) -> None:
    """For dangerous work (second step off, another address or password, deleting a shop, API keys).

    Raises:
        StepUpNeededError: ask for the proof first.
    """
    if not session.fresh:
        raise StepUpNeededError


def _session(row: Mapping[str, Any]) -> Session:
    return Session(
        id=row["session_id"],
        user=user_of(row),
        created_at=row["began_at"],
        last_seen_at=row["last_seen_at"],
        network=row["network"],
        browser=row["browser"],
        with_totp=row["with_totp"],
        fresh=row["fresh"],
    )
