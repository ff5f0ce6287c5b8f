"""What the services for people need from outside: made once by the program, handed to each service first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from batikrfm.plugins.vault import Vault
from batikrfm.sdk.context import Clock, SystemClock
from batikrfm_tenants.passwords import Passwords
from batikrfm_tenants.throttles import Counters, MemoryCounters

MOST_SHOPS: Final = 20


@dataclass(frozen=True)
class Office:
    """The installation as people meet it.

    ``site`` is the address that links in mails begin with (``https://batik.example``, no slash at the end). It comes from the
    installation's settings and never from a request: a forged ``Host`` header must not lead anyone astray. ``most_shops`` is how many shops
    one person may own.
    """

    site: str
    vault: Vault
    counters: Counters = field(default_factory=MemoryCounters)
    passwords: Passwords = field(default_factory=Passwords)
    clock: Clock = field(default_factory=SystemClock)
    most_shops: int = MOST_SHOPS
