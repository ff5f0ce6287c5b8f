"""How fast one webhook URL may ask: a bucket for each, in this process. What is too much is told to come again, and vendors do."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

MOST: Final = 10_000
"""Buckets that are remembered; the one that was asked longest ago is forgotten first, and is full when it is asked again."""


@dataclass
class _Bucket:
    tokens: float
    at: float


class Pace:
    """``per_second`` requests of each URL, and ``burst`` at once after a pause."""

    def __init__(self, per_second: float = 1_000.0, burst: float = 3_000.0, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._burst, self._monotonic = per_second, burst, monotonic
        self._buckets: OrderedDict[UUID, _Bucket] = OrderedDict()

    def wait(self, url_id: UUID) -> int:
        """0 if one more may come, which is counted; else for how many seconds not to come."""
        now = self._monotonic()
        bucket = self._buckets.setdefault(url_id, _Bucket(self._burst, now))
        self._buckets.move_to_end(url_id)
        if len(self._buckets) > MOST:
            self._buckets.popitem(last=False)
        bucket.tokens, bucket.at = min(self._burst, bucket.tokens + (now - bucket.at) * self._rate), now
        if bucket.tokens < 1:
            return max(1, math.ceil((1 - bucket.tokens) / self._rate))
        bucket.tokens -= 1
        return 0
