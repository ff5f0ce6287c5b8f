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
    octets = bytearray(milliseconds.to_bytes(6, "big") + (rest * 4096 // 1_000_000).to_bytes(2, "big") + os.urandom(8))
    octets[6] |= 0x70
    octets[8] = octets[8] & 0x3F | 0x80
    return UUID(bytes=bytes(octets))
