"""Sessions: who is signed in where. The cookie holds a random token, the table its hash; nobody can choose a session's token.

A token is made here and only here, when somebody has signed in; a value that we did not make finds nothing and is never adopted
(session fixation). Whatever raises what a session may do gives it a new token: set the cookie to what the function returns. A session
ends after 14 days without a request and after 90 days in any case.

Call these outside of any scope; each opens its own. ``find`` is one query; it writes (last seen) at most every five minutes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from batikrfm_tenants.office import Office
from batikrfm_tenants.origins import Origin
from batikrfm_tenants.users import User


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


async def find(token: str) -> Session | None:
    """The live session of this cookie, or None: unknown, expired and revoked look the same."""
    raise NotImplementedError


def form_token(token: str) -> str:
    """What forms of this session carry against forgery: bound to the session's token, so it changes whenever that does."""
    raise NotImplementedError


def is_form_token(token: str, sent: str) -> bool:
    """Whether ``sent`` is the :func:`form_token` of the session's ``token``; takes the same time whatever was sent."""
    raise NotImplementedError


async def rotate(session: Session) -> str:
    """A new token for ``session``; the old one is worth nothing from now on."""
    raise NotImplementedError


async def list_sessions(session: Session) -> list[Session]:
    """The person's live sessions, the one used last first."""
    raise NotImplementedError


async def revoke(session: Session, session_id: UUID) -> None:
    """End one of the person's sessions. Another person's is not found, which is no error: it is not theirs to know."""
    raise NotImplementedError


async def revoke_others(session: Session) -> int:
    """End all of the person's sessions but this one; how many there were."""
    raise NotImplementedError


async def sign_out(token: str) -> None:
    """End the session of this cookie, if there is one."""
    raise NotImplementedError


async def step_up(office: Office, origin: Origin, session: Session, proof: str) -> str:
    """Prove again who is there; the session is fresh for 15 minutes and gets the token that is returned.

    ``proof`` is a TOTP or recovery code where the person has TOTP on, else their password. Who has neither signs in again by OIDC.

    Raises:
        WrongProofError: it is not right.
        TooManyAttemptsError: wait.
    """
    raise NotImplementedError


def require_fresh(session: Session) -> None:
    """For dangerous work (TOTP off, address or password change, deleting a shop, API keys).

    Raises:
        StepUpNeededError: ask for the proof first.
    """
    raise NotImplementedError
