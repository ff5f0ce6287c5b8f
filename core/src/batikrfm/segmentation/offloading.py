"""Work on frames beside the event loop, where there is enough of it to hold anybody up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, TypeVar

T = TypeVar("T")

FEW: Final = 2_000
"""Rows that polars is through with in about the time that a thread takes to begin."""


async def off_loop(rows: int, work: Callable[[], T]) -> T:
    """What ``work`` on so many ``rows`` returns: in a thread, or at once if they are few."""
    return work() if rows <= FEW else await asyncio.to_thread(work)
