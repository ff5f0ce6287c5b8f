"""Works on requests that were taken in: a burst at a time, and one that cannot be worked on holds up none of the others."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.db.errors import ConflictError, LostConnectionError, ServerDiskFullError
from batikrfm.delivery.events import queries as sql
from batikrfm.delivery.events.applying import apply, noted, settle
from batikrfm.delivery.events.telling import decoded, together
from batikrfm.delivery.model import Medium
from batikrfm.jobs import complete
from batikrfm.tenancy import tenant_scope

logger = logging.getLogger(__name__)

AT_ONCE: Final = 200
LOOK_AGAIN: Final = dt.timedelta(hours=1)
"""How long it is looked for the receipt of an event that came before it. What is later, the next look for another one finds."""
PASSING: Final = (ConflictError, LostConnectionError, ServerDiskFullError)
"""What is nobody's fault: the job tries again."""

Row = Mapping[str, Any]


async def work_on_all(tenant_id: UUID) -> int:
    """Work on whatever waits, until nothing does; how many events wait for their receipts. Ends the job it runs in."""
    waiting = 0
    while True:
        waiting += await _work_on_some(tenant_id)
        async with tenant_scope(tenant_id) as scope:
            await scope.execute(sql.TAKE_TURN)
            if not await scope.fetchval(sql.ANY_WAITING):
                if waiting:
                    await _come_back()
                await complete({"waiting": waiting})
                return waiting


async def settle_late(tenant_id: UUID) -> int:
    """Apply events whose receipts have come meanwhile; how many messages moved. Looks again later if there is a reason to."""
    moved = 0
    async with tenant_scope(tenant_id) as scope:
        rows = await scope.fetch(sql.LATE, AT_ONCE)
        for (channel, medium), found in groupby(sorted(rows, key=_account), key=_account):
            of_it = list(found)
            named = {row["id"]: row["delivery_id"] for row in of_it}
            moved += await settle(channel, Medium(medium), [noted(row) for row in of_it], named)
        last = await scope.fetchval(sql.STILL_WAITING)
        if last is not None and last > dt.datetime.now(dt.UTC) - LOOK_AGAIN:
            await _come_back()
        await complete({"moved": moved})
    return moved


async def _come_back() -> None:
    from batikrfm.delivery.events.tasks import look_again

    await look_again()


async def _work_on_some(tenant_id: UUID) -> int:
    """Work on a burst in one transaction; where that fails, on each request in one of its own."""
    try:
        async with tenant_scope(tenant_id) as scope:
            rows = await scope.fetch(sql.WAITING_REQUESTS, AT_ONCE)
            return await _apply(rows)
    except PASSING:
        raise
    except Exception as error:  # noqa: BLE001 - one of them is at fault, and it is found out which
        logger.warning("a burst of webhook requests is worked on one by one: %s", type(error).__name__)
    return sum([await _work_on_one(tenant_id, row) for row in rows])


async def _work_on_one(tenant_id: UUID, row: Row) -> int:
    try:
        async with tenant_scope(tenant_id):
            return await _apply([row])
    except PASSING:
        raise
    except Exception as error:
        logger.exception("a webhook request cannot be worked on: %s", type(error).__name__)
        async with tenant_scope(tenant_id) as scope:
            await scope.execute(sql.END_REQUESTS, [row["id"]], type(error).__name__)
    return 0


async def _apply(rows: Sequence[Row]) -> int:
    waiting = 0
    for (channel, medium), found in groupby(sorted(rows, key=_account), key=_account):
        told = together(decoded(row["told"]) for row in found)
        waiting += (await apply(channel, Medium(medium), told)).waiting
    if rows:
        await current_scope().execute(sql.END_REQUESTS, [row["id"] for row in rows], None)
    return waiting


def _account(row: Row) -> tuple[str, str]:
    return row["channel"], row["medium"]
