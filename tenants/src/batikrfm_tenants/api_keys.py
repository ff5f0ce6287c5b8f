"""API keys of a shop. The key is shown once, when it is made; the table keeps a hash of it.

``batik_<prefix>_<secret>``: the prefix finds the row, the secret is 256 random bits, so SHA-256 is the right hash (nothing to guess).
``create``, ``list_keys`` and ``revoke`` run in the tenant's scope; ``authenticate`` outside of any.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.sdk.extension import Principal
from batikrfm.tenancy.permissions import Permission
from batikrfm_tenants import audit
from batikrfm_tenants import queries as sql
from batikrfm_tenants.directory import people_scope
from batikrfm_tenants.errors import KeyExpiryError, KeyNameError, KeyNotFoundError, NoPermissionsError, NotYoursToGiveError

TOKEN: Final = re.compile(r"batik_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
PREFIX_BYTES, SECRET_BYTES = 6, 32
LONGEST_NAME: Final = 80


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as the list shows it. ``last_used_at`` is right to about five minutes."""

    id: UUID
    name: str
    prefix: str
    permissions: frozenset[Permission]
    created_by: str = field(repr=False)
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """A key just made: show ``token`` now, it cannot be had again."""

    key: ApiKey
    token: str = field(repr=False)


async def create(by: Principal, name: str, permissions: Iterable[Permission], *, expires_at: datetime | None = None) -> NewApiKey:
    """A new key that can do ``permissions``, each of which ``by`` has.

    Raises:
        KeyNameError, KeyExpiryError: say what to type.
        NoPermissionsError: choose at least one.
        NotYoursToGiveError: ``by`` lacks one of them.
    """
    name, wanted = _name(name), sorted({str(permission) for permission in permissions})
    require_givable(by, wanted)
    if expires_at is not None and expires_at <= datetime.now(UTC):
        raise KeyExpiryError
    prefix, secret = secrets.token_hex(PREFIX_BYTES), secrets.token_urlsafe(SECRET_BYTES)
    row = (uuid7(), name, prefix, _hash(secret), wanted, by.id, by.name, expires_at)
    (made,) = await current_scope().fetch(sql.ADD_KEY, *row)
    await audit.record(by, "key.created", name, {"permissions": wanted, "prefix": prefix})
    return NewApiKey(_key(made), f"batik_{prefix}_{secret}")


async def list_keys() -> list[ApiKey]:
    """Every key, revoked ones last, the newest first."""
    return [_key(row) for row in await current_scope().fetch(sql.LIST_KEYS)]


async def revoke(by: Principal, key_id: UUID) -> None:
    """End a key, at once and for good. Raises KeyNotFoundError."""
    rows = await current_scope().fetch(sql.REVOKE_KEY, key_id)
    if not rows:
        raise KeyNotFoundError
    await audit.record(by, "key.revoked", rows[0]["name"])


async def authenticate(token: str) -> Principal | None:
    """Whose key this is, or None: unknown, wrong, expired and revoked look the same."""
    parts = TOKEN.fullmatch(token)
    if parts is None:
        return None
    prefix, wanted = parts[1], _hash(parts[2])
    async with people_scope("whose API key this is") as scope:
        for row in await scope.fetch(sql.FIND_KEYS, prefix):
            if hmac.compare_digest(row["secret_hash"], wanted):
                if row["used_long_ago"]:
                    await scope.execute(sql.KEY_USED, row["tenant_id"], row["id"])
                return Principal("api_key", row["id"], row["name"], row["tenant_id"], frozenset(row["permissions"]), row["language"])
    return None


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise KeyNameError(longest=LONGEST_NAME)
    return name


def require_givable(by: Principal, wanted: Collection[str]) -> None:
    """A key can do something, and nothing that its maker cannot. People make keys, keys do not: they would outlive who made the first.

    Raises NoPermissionsError, NotYoursToGiveError.
    """
    if not wanted:
        raise NoPermissionsError
    may_make = by.kind == "user" and Permission.KEYS_WRITE in by.permissions
    if not may_make or not by.permissions.issuperset(wanted) or Permission.SHOP_DELETE in wanted:  # that is for people
        raise NotYoursToGiveError


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _key(row: Mapping[str, Any]) -> ApiKey:
    # A permission that this version does not know any more grants nothing, and is not shown.
    permissions = frozenset(Permission(text) for text in row["permissions"] if text in {str(known) for known in Permission})
    times = (row["created_at"], row["last_used_at"], row["expires_at"], row["revoked_at"])
    return ApiKey(row["id"], row["name"], row["prefix"], permissions, row["made_by_name"], *times)
