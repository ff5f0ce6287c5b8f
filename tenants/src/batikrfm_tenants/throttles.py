"""How often somebody may try. Made so that it slows a guesser down and cannot be used to lock anybody out.

An attempt to sign in counts against three things:

- the network that it comes from, whatever the address (many accounts tried from one place);
- the network and the address together (one account tried from one place): few;
- the address alone, whatever the network (one account tried from many places): more.

Who signed in before has a device cookie, sealed by us for that address, and is counted by that device instead of by the last two. So a
stranger who fails on purpose uses up their own network's allowance; to use up the address's they need many networks, and even then the
owner's own devices get in, and a new password by mail brings a new device. Counts fade with time; no account is ever "locked".

Attempts count before the password is looked at, right or wrong, so a burst at once gets no further than one after another.
Keys are hashes: a shared counter's store learns no addresses.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from batikrfm_tenants.errors import TooManyAttemptsError


class Counters(Protocol):
    """Counts events, shared by as many processes as share its store."""

    async def hit(self, key: str, amount: int, seconds: int) -> float:
        """Count one event of ``key``, of which ``amount`` are allowed per ``seconds``. 0 if it is allowed, else how long to wait."""


@dataclass
class MemoryCounters:
    """Counters of this process alone: a window that begins with its first event."""

    now: Callable[[], float] = time.monotonic
    largest: int = 100_000
    _windows: dict[str, tuple[float, int]] = field(default_factory=dict, repr=False)

    async def hit(self, key: str, amount: int, seconds: int) -> float:
        now = self.now()
        ends, count = self._windows.get(key, (0.0, 0))
        if ends <= now:
            self._make_room(now)
            ends, count = now + seconds, 0
        self._windows[key] = (ends, count + 1)
        return 0.0 if count < amount else ends - now

    def _make_room(self, now: float) -> None:
        if len(self._windows) < self.largest:
            return
        self._windows = {key: window for key, window in self._windows.items() if window[0] > now}
        while len(self._windows) >= self.largest:  # a flood of keys: the oldest windows go first
            del self._windows[next(iter(self._windows))]


@dataclass(frozen=True, slots=True)
class Limit:
    """``amount`` events per ``seconds``."""

    amount: int
    seconds: int


HOUR: Final = 3600
DAY: Final = 24 * HOUR
LIMITS: Final = {
    "sign-in/network": Limit(100, HOUR // 4),
    "sign-in/network+address": Limit(10, HOUR // 4),
    "sign-in/address": Limit(50, HOUR),
    "sign-in/device": Limit(10, HOUR // 4),
    "sign-up/network": Limit(20, HOUR),
    "mail/network": Limit(30, HOUR),
    "mail/address": Limit(5, HOUR),
    "proof/session": Limit(10, HOUR // 4),
    "code/user": Limit(30, HOUR),
    "code/device": Limit(30, HOUR),
    "link/network": Limit(100, HOUR // 4),
    "link/token": Limit(10, HOUR // 4),
    "recipient/network": Limit(60, HOUR // 4),
    "recipient/token": Limit(60, HOUR // 4),
    "oidc/network": Limit(60, HOUR // 4),
    "invitation/shop": Limit(100, DAY),
    "invitation/address": Limit(10, DAY),
}


async def count(counters: Counters, limit: str, *subject: str) -> None:
    """Count one event against ``limit`` for ``subject``.

    Raises:
        TooManyAttemptsError: it is one too many.
    """
    if wait := await allowed_in(counters, limit, *subject):
        raise TooManyAttemptsError(wait)


async def allowed_in(counters: Counters, limit: str, *subject: str) -> float:
    """As :func:`count`, but says in how many seconds it would be allowed (0: it is) instead of raising."""
    amount, seconds = LIMITS[limit].amount, LIMITS[limit].seconds
    digest = hashlib.sha256("\0".join(subject).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return await counters.hit(f"people/{limit}/{digest}", amount, seconds)
