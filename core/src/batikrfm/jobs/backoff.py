"""How long to wait before the next attempt."""

from __future__ import annotations

import random
from datetime import timedelta

LONGEST = 3_600.0  # seconds


def wait_before(attempt: int, first: float, *, asked: float | None = None, dice: random.Random | None = None) -> timedelta:
    """The wait after ``attempt`` (from 1) went wrong: ``first`` seconds, doubled each time, at most an hour.

    Half of it is by chance, so that jobs that failed together do not come back together. ``asked`` is how long a vendor told us to
    stay away; it counts where it is longer.
    """
    doubled = min(LONGEST, first * 2.0 ** min(attempt - 1, 64))
    chance = (dice or random).uniform(0.5, 1.0)
    return timedelta(seconds=max(doubled * chance, asked or 0.0))
