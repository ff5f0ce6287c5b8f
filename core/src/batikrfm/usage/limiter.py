"""One pace for each provider's key, kept by all processes together, in which no tenant's many calls hold up another's first."""

from __future__ import annotations

import hashlib
from uuid import UUID

from batikrfm.usage.model import Limits, Permit


def key_id(provider: str, secret: str) -> str:
    """What stands for a vendor's key: a hash, never the key."""
    return hashlib.sha256(f"batikrfm/{provider}/{secret}".encode()).hexdigest()[:40]


class KeyLimiter:
    """One for each process. Runs outside of any tenant's scope, for it waits; works on platform tables only."""

    async def acquire(  # noqa: PLR0913 - all but two have defaults
        self, key_id: str, requests: int = 1, tokens: int = 0, *, tenant_id: UUID, per_minute: Limits, patience: float = 30.0
    ) -> Permit:
        """Wait until the key may make ``requests`` calls of about ``tokens`` tokens in all.

        Raises:
            KeyBusyError: that would take longer than ``patience`` seconds.
        """
        raise NotImplementedError

    async def correct(self, permit: Permit, tokens: int) -> None:
        """Say how many tokens it really was."""
        raise NotImplementedError

    async def slow_down(self, key_id: str, seconds: float) -> None:
        """The vendor asked for a wait (Retry-After): nobody gets leave for this key until then, in any process."""
        raise NotImplementedError
