"""Tokens that open doors: 256 random bits, of which the database keeps a hash. Good once, for a time, for one kind of thing."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Final, Literal
from uuid import UUID

from batikrfm.db.engine import Scope
from batikrfm.db.keys import uuid7
from batikrfm_tenants import queries as sql

Kind = Literal["confirm", "reset", "email", "sign_in", "oidc"]
MINUTE: Final = 60
LIVES: Final[dict[Kind, int]] = {
    "confirm": 48 * 60 * MINUTE,
    "reset": 60 * MINUTE,
    "email": 60 * MINUTE,
    "sign_in": 10 * MINUTE,
    "oidc": 10 * MINUTE,
}
"""How long each is good, in seconds."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a token stands for."""

    user_id: UUID | None
    payload: str | None = field(repr=False)


def new_token() -> str:
    """43 characters that can stand in a URL."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> bytes:
    """What is kept of ``token``. Nothing can be guessed of 256 random bits, so a fast hash is right."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


async def issue(scope: Scope, kind: Kind, user_id: UUID | None, payload: str | None = None) -> str:
    """A new token."""
    token = new_token()
    await scope.execute(sql.ISSUE_TOKEN, uuid7(), hash_of(token), kind, user_id, payload, LIVES[kind])
    return token


async def look(scope: Scope, kind: Kind, token: str) -> Found | None:
    """What ``token`` stands for, without using it up."""
    rows = await scope.fetch(sql.LOOK_AT_TOKEN, hash_of(token), kind)
    return Found(*rows[0]) if rows else None


async def use(scope: Scope, kind: Kind, token: str) -> Found | None:
    """What ``token`` stands for, once: of two who use it at the same time one gets None."""
    rows = await scope.fetch(sql.USE_TOKEN, hash_of(token), kind)
    return Found(*rows[0]) if rows else None


async def attempt(scope: Scope, kind: Kind, token: str, attempts: int) -> Found | None:
    """As :func:`look`, at most ``attempts`` times."""
    rows = await scope.fetch(sql.ATTEMPT_TOKEN, hash_of(token), kind, attempts)
    return Found(*rows[0]) if rows else None
