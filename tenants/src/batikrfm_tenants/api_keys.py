"""API keys of a shop. The key is shown once, when it is made; the table keeps a hash of it.

``batik_<prefix>_<secret>``: the prefix finds the row, the secret is 256 random bits, so SHA-256 is the right hash (nothing to guess).
``create``, ``list_keys`` and ``revoke`` run in the tenant's scope; ``authenticate`` outside of any.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from batikrfm.sdk.extension import Principal
from batikrfm.tenancy.permissions import Permission


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
    raise NotImplementedError


async def list_keys() -> list[ApiKey]:
    """Every key, revoked ones last, the newest first."""
    raise NotImplementedError


async def revoke(by: Principal, key_id: UUID) -> None:
    """End a key, at once and for good. Raises KeyNotFoundError."""
    raise NotImplementedError


async def authenticate(token: str) -> Principal | None:
    """Whose key this is, or None: unknown, wrong, expired and revoked look the same."""
    raise NotImplementedError
