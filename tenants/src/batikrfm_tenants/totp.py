"""Time-based one-time codes (RFC 6238) as a second step, with recovery codes. Call these outside of any scope.

The secret is sealed at rest for this person only. A code counts once: the time step last used is kept, and only a later one is taken.
One step of 30 s to either side is allowed, for phones whose clock is a little off.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from batikrfm_tenants.office import Office
from batikrfm_tenants.sessions import Session


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the set-up page shows: ``svg`` is a QR code (an ``<svg>`` element, no inline style), ``secret`` to type by hand."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)
    svg: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Enabled:
    """TOTP is on. Show ``recovery_codes`` now, once; set the session's cookie to ``token``."""

    token: str = field(repr=False)
    recovery_codes: tuple[str, ...] = field(repr=False)


async def begin(office: Office, session: Session) -> Enrolment:
    """A new secret, not yet in force. Raises StepUpNeededError; AlreadyOnError."""
    raise NotImplementedError


async def finish(office: Office, session: Session, code: str) -> Enabled:
    """TOTP is on from now on, for the code shows that the phone has the secret. Other sessions end; a mail says so.

    Raises:
        WrongCodeError: try again.
        NotBegunError: there is no set-up to finish.
    """
    raise NotImplementedError


async def disable(office: Office, session: Session) -> str:
    """TOTP is off, the recovery codes are gone; a mail says so. Returns the session's new token. Raises StepUpNeededError."""
    raise NotImplementedError


async def regenerate_recovery_codes(office: Office, session: Session) -> tuple[str, ...]:
    """Ten new recovery codes; the old ones are worth nothing. Raises StepUpNeededError, NotOnError."""
    raise NotImplementedError


async def recovery_codes_left(session: Session) -> int:
    """How many recovery codes the person has not used."""
    raise NotImplementedError
