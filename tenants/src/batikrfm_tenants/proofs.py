"""Whether a person can show who they are: by their password, by a code of their app, by a recovery code. Throttling is the caller's."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Final
from uuid import UUID

import pyotp

from batikrfm.db.engine import Scope
from batikrfm_tenants import queries as sql
from batikrfm_tenants.directory import people_scope
from batikrfm_tenants.office import Office

STEP: Final = 30  # seconds
DRIFT: Final = (0, -1, 1)
TOTP_CODE: Final = re.compile(r"[0-9]{6}")


async def has_password(office: Office, user_id: UUID, password: str) -> bool:
    """Whether ``password`` is the person's."""
    async with people_scope("check a person's password") as scope:
        rows = await scope.fetch(sql.CREDENTIALS_OF, user_id)
    kept = rows[0]["password_hash"] if rows else None
    return (await office.passwords.check(kept, password)).right


async def has_code(office: Office, user_id: UUID, code: str) -> bool:
    """Whether ``code`` is a TOTP or recovery code of the person that was not used before. It is used now."""
    async with people_scope("check a person's one-time code") as scope:
        return await use_code(office, scope, user_id, code)


async def use_code(office: Office, scope: Scope, user_id: UUID, code: str) -> bool:
    """As :func:`has_code`, in a scope that is open. The same code at the same time counts for one of two."""
    plain = re.sub(r"[\s-]", "", code)
    if TOTP_CODE.fullmatch(plain):
        return await _use_totp(office, scope, user_id, plain)
    return bool(await scope.fetch(sql.USE_RECOVERY_CODE, user_id, recovery_hash(plain)))


def matching_step(secret: str, code: str, at: float) -> int | None:
    """The time step whose code this is: now, or one to either side."""
    totp, now = pyotp.TOTP(secret), int(at) // STEP
    return next((now + drift for drift in DRIFT if hmac.compare_digest(totp.at((now + drift) * STEP), code)), None)


def recovery_hash(code: str) -> bytes:
    """What is kept of a recovery code: 80 random bits, so a fast hash is right. However it is typed: large or small, 0 for O, 1 for I."""
    plain = re.sub(r"[\s-]", "", code).upper().translate(str.maketrans("01", "OI"))
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).digest()


def totp_place(user_id: UUID) -> str:
    """The one place where the person's sealed secret can be unsealed."""
    return f"people/{user_id}/totp"


async def _use_totp(office: Office, scope: Scope, user_id: UUID, code: str) -> bool:
    sealed = await scope.fetchval(sql.TOTP_SECRET, user_id)
    if sealed is None:
        return False
    secret = office.vault.unseal(sealed, totp_place(user_id))
    step = matching_step(secret, code, office.clock.now().timestamp())
    return step is not None and bool(await scope.fetch(sql.USE_TOTP_STEP, user_id, step))
