"""Time-based one-time codes (RFC 6238) as a second step, with recovery codes. Call these outside of any scope.

The secret is sealed at rest for this person only. A code counts once: the time step last used is kept, and only a later one is taken.
One step of 30 s to either side is allowed, for phones whose clock is a little off.
"""

from __future__ import annotations

import base64
import io
import secrets
from dataclasses import dataclass, field
from typing import Final

import pyotp
import segno

from batikrfm.db.engine import Scope
from batikrfm.db.keys import uuid7
from batikrfm_tenants import queries as sql
from batikrfm_tenants.directory import people_scope
from batikrfm_tenants.errors import AlreadyOnError, NotBegunError, NotOnError, WrongCodeError
from batikrfm_tenants.mail import outbox
from batikrfm_tenants.office import Office
from batikrfm_tenants.proofs import matching_step, recovery_hash, totp_place
from batikrfm_tenants.sessions import Session, require_fresh, rotate_in
from batikrfm_tenants.throttles import count

ISSUER: Final = "BatikRFM"
CODES: Final = 10
CODE_BYTES: Final = 10  # 16 letters


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
    """A new secret, not yet in force; good for an hour. Raises StepUpNeededError, AlreadyOnError."""
    require_fresh(session)
    secret = pyotp.random_base32()
    sealed = office.vault.seal(secret, totp_place(session.user.id))
    async with people_scope("begin to set up one-time codes") as scope:
        if not await scope.fetch(sql.BEGIN_TOTP, session.user.id, sealed):
            raise AlreadyOnError
    uri = pyotp.TOTP(secret).provisioning_uri(name=session.user.email, issuer_name=ISSUER)
    return Enrolment(" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)), uri, _qr(uri))


async def finish(office: Office, session: Session, code: str) -> Enabled:
    """TOTP is on from now on, for the code shows that the phone has the secret. Other sessions end; a mail says so.

    Raises:
        WrongCodeError: try again.
        NotBegunError: there is no set-up to finish.
        StepUpNeededError, TooManyAttemptsError
    """
    require_fresh(session)
    await count(office.counters, "proof/session", str(session.id))
    user = session.user
    async with people_scope("set up one-time codes") as scope:
        sealed = await scope.fetchval(sql.TOTP_BEGUN, user.id)
        if sealed is None:
            raise NotBegunError
        secret = office.vault.unseal(sealed, totp_place(user.id))
        step = matching_step(secret, "".join(code.split()), office.clock.now().timestamp())
        if step is None:
            raise WrongCodeError
        if not await scope.fetch(sql.ENABLE_TOTP, user.id, step, sealed):  # begun anew or finished meanwhile
            raise NotBegunError
        codes = await _new_codes(scope, session)
        await scope.fetchval(sql.END_OTHER_SESSIONS, user.id, session.id)
        await scope.execute(sql.DROP_TOKENS, user.id, ["sign_in"])
        await outbox.put(scope, "totp_on", user.email, user.language)
        return Enabled(await rotate_in(scope, session, proved=True, with_totp=True), codes)


async def disable(session: Session) -> str:
    """TOTP is off, the recovery codes are gone; a mail says so. Returns the session's new token. Raises StepUpNeededError, NotOnError."""
    require_fresh(session)
    user = session.user
    async with people_scope("take one-time codes off") as scope:
        if not await scope.fetch(sql.DISABLE_TOTP, user.id):
            raise NotOnError
        await scope.execute(sql.DROP_RECOVERY_CODES, user.id)
        await outbox.put(scope, "totp_off", user.email, user.language)
        return await rotate_in(scope, session)


async def regenerate_recovery_codes(session: Session) -> tuple[str, ...]:
    """Ten new recovery codes; the old ones are worth nothing. Raises StepUpNeededError, NotOnError."""
    require_fresh(session)
    async with people_scope("make new recovery codes") as scope:
        if await scope.fetchval(sql.TOTP_SECRET, session.user.id) is None:
            raise NotOnError
        return await _new_codes(scope, session)


async def recovery_codes_left(session: Session) -> int:
    """How many recovery codes the person has not used."""
    async with people_scope("count a person's recovery codes") as scope:
        return int(await scope.fetchval(sql.COUNT_RECOVERY_CODES, session.user.id))


async def _new_codes(scope: Scope, session: Session) -> tuple[str, ...]:
    codes = tuple(_new_code() for _ in range(CODES))
    await scope.execute(sql.DROP_RECOVERY_CODES, session.user.id)
    for code in codes:
        await scope.execute(sql.ADD_RECOVERY_CODE, uuid7(), session.user.id, recovery_hash(code))
    return codes


def _new_code() -> str:
    letters = base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode()
    return "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))


def _qr(uri: str) -> str:
    picture = io.BytesIO()
    segno.make(uri, error="m").save(picture, kind="svg", xmldecl=False, svgns=True, scale=4, omitsize=True, title=ISSUER)
    return picture.getvalue().decode()
