"""Forget in time, for all tenants: the words of old calls, and reservations of days long past."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from uuid import UUID

from batikrfm.tenancy import list_tenants, tenant_scope
from batikrfm.usage.ledger import AT_ONCE, forget_prompts
from batikrfm.usage.pace import forget_pace
from batikrfm.usage.quotas import forget_reservations

logger = logging.getLogger(__name__)

SOON = 300.0  # seconds after the start, about: a worker may not live long
EVERY = 6 * 3_600.0
KEEP_RESERVATIONS = 60  # days: longer than a job can be repeated


async def forget_in_time(stop: asyncio.Event) -> None:
    """Go through all tenants some times a day until ``stop`` is set. Any number of workers may: what is forgotten stays so."""
    pause = SOON
    while not stop.is_set():
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause * random.uniform(0.5, 1.5)):  # noqa: S311 - spreads load, guards nothing
                await stop.wait()
            return
        await forget_everywhere()
        pause = EVERY


async def forget_everywhere() -> int:
    """Forget what is due in every tenant; how many words of calls and reservations."""
    forgotten = 0
    await forget_pace()
    for tenant in await list_tenants():
        try:
            forgotten += await forget_in(tenant.id)
        except Exception as error:  # noqa: BLE001 - the next tenant's is due all the same, and this one's comes again
            logger.warning("old words of AI calls could not be forgotten: %s", type(error).__name__)
    return forgotten


async def forget_in(tenant_id: UUID) -> int:
    """Forget what is due in one tenant, in small transactions; how much."""
    forgotten = 0
    while True:
        async with tenant_scope(tenant_id):
            words, places = await forget_prompts(), await forget_reservations(KEEP_RESERVATIONS, AT_ONCE)
        forgotten += words + places
        if max(words, places) < AT_ONCE:
            return forgotten
