"""A server that stops waits for its requests; those that would go on for minutes look here."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final

STOPPING: Final = "stopping"
"""Where the application's state keeps the event that is set when the server is about to stop."""


async def stops_within(stopping: asyncio.Event, seconds: float) -> bool:
    """Sleep for ``seconds`` and say False, or say True as soon as the server stops."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stopping.wait()
    return stopping.is_set()
