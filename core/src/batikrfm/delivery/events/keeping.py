"""Forgets in time, for all tenants: requests as they came, events of nobody's message, replies, visits of links."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import os
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from batikrfm.delivery.events import queries as sql
from batikrfm.delivery.events.errors import KeepDaysError
from batikrfm.delivery.tracking.queries import FORGET_VISITS
from batikrfm.tenancy import list_tenants, tenant_scope

logger = logging.getLogger(__name__)

SOON: Final = 400.0  # seconds after the start, about: a worker may not live long
EVERY: Final = 6 * 3_600.0
AT_ONCE: Final = 1_000
MOST_DAYS: Final = 3_650
NAMES: Final = dt.timedelta(days=60)
"""How long it is known what else a vendor calls a message, and what URL there was: nobody reports of older messages."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """For how long it is kept: requests (and visits of links) as they came, and people's replies."""

    webhooks: dt.timedelta = dt.timedelta(days=7)
    replies: dt.timedelta = dt.timedelta(days=180)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Keeping:
        """``BATIKRFM_KEEP_{WEBHOOKS,REPLIES}_DAYS``. Raises KeepDaysError."""
        return cls(_days(environ, "BATIKRFM_KEEP_WEBHOOKS_DAYS", 7), _days(environ, "BATIKRFM_KEEP_REPLIES_DAYS", 180))


def _days(environ: Mapping[str, str], name: str, default: int) -> dt.timedelta:
    given = environ.get(name) or str(default)
    if not given.isascii() or not given.isdecimal() or not 1 <= int(given) <= MOST_DAYS:
        raise KeepDaysError(name=name, value=given)
    return dt.timedelta(days=int(given))


async def forget_events_in_time(stop: asyncio.Event) -> None:
    """Go through all tenants some times a day until ``stop`` is set. Any number of workers may: what is forgotten stays so."""
    pause = SOON
    while not stop.is_set():
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause * random.uniform(0.5, 1.5)):  # noqa: S311 - spreads load, guards nothing
                await stop.wait()
            return
        await forget_events_everywhere(Keeping.from_environment())
        pause = EVERY


async def forget_events_everywhere(keeping: Keeping) -> int:
    """Forget what is due in every tenant; how many rows."""
    forgotten = 0
    for tenant in await list_tenants():
        try:
            forgotten += await forget_events(tenant.id, keeping)
        except Exception as error:  # noqa: BLE001 - the next tenant's is due all the same, and this one's comes again
            logger.warning("old webhook requests could not be forgotten: %s", type(error).__name__)
    return forgotten


async def forget_events(tenant_id: UUID, keeping: Keeping) -> int:
    """Forget what is due in one tenant, in small transactions; how many rows."""
    plan = (
        (sql.FORGET_REQUESTS, keeping.webhooks),
        (sql.FORGET_STRAYS, keeping.webhooks),
        (FORGET_VISITS, keeping.webhooks),
        (sql.FORGET_REPLIES, keeping.replies),
        (sql.FORGET_ALIASES, NAMES),
        (sql.FORGET_URLS, NAMES),
    )
    return sum([await _forget(tenant_id, statement, keep) for statement, keep in plan])


async def _forget(tenant_id: UUID, statement: str, keep: dt.timedelta) -> int:
    forgotten = 0
    while True:
        async with tenant_scope(tenant_id) as scope:
            gone = int((await scope.execute(statement, keep, AT_ONCE)).removeprefix("DELETE "))
        forgotten += gone
        if gone < AT_ONCE:
            return forgotten
