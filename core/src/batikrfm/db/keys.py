"""Keys that the client makes: time-ordered, so that rows written together lie together in every index."""

from __future__ import annotations

import os
import time
from uuid import UUID


def uuid7() -> UUID:
    """A UUID of version 7 (RFC 9562): 48 bits of milliseconds, 12 bits of their fraction (its method 3), then random bits.

    Of two that one process makes one after the other, the second is greater.
    """
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    fraction, chance = rest * 4096 // 1_000_000, int.from_bytes(os.urandom(8)) >> 2
    return UUID(int=milliseconds << 80 | 0b0111 << 76 | fraction << 64 | 0b10 << 62 | chance)
