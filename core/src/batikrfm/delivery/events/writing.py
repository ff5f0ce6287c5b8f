"""Writes requests down, many at a time: those of a shop that arrive while the last ones are being written make the next transaction."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from contextvars import Context
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery.events import queries as sql
from batikrfm.delivery.events.tasks import work_on_requests
from batikrfm.delivery.model import Medium
from batikrfm.jobs import enqueue
from batikrfm.tenancy import tenant_scope

AT_ONCE: Final = 200


@dataclass(frozen=True)
class Slip:
    """One request as it is written down."""

    url_id: UUID
    channel: str
    medium: Medium
    received_at: dt.datetime
    fingerprint: bytes
    raw: str
    body: bytes = field(repr=False)
    told: str = field(repr=False)
    id: UUID = field(default_factory=uuid7)


@dataclass(frozen=True)
class _Waiting:
    slip: Slip
    written: asyncio.Future[None]


class Desk:
    """The one place of a process where requests are written down."""

    def __init__(self) -> None:
        self._waiting: defaultdict[UUID, list[_Waiting]] = defaultdict(list)
        self._writers: dict[UUID, asyncio.Task[None]] = {}

    async def put(self, tenant_id: UUID, slip: Slip) -> None:
        """Come back when ``slip`` is kept for good, and a job knows of it. Raises what kept it from that."""
        written = asyncio.get_running_loop().create_future()
        self._waiting[tenant_id].append(_Waiting(slip, written))
        if tenant_id not in self._writers:
            self._writers[tenant_id] = asyncio.create_task(self._write_all(tenant_id), context=Context())
        await written

    async def close(self) -> None:
        """Finish what is being written."""
        await asyncio.gather(*self._writers.values())

    async def _write_all(self, tenant_id: UUID) -> None:
        try:
            while waiting := self._waiting[tenant_id][:AT_ONCE]:
                del self._waiting[tenant_id][:AT_ONCE]
                await _write_some(tenant_id, waiting)
        finally:
            del self._writers[tenant_id], self._waiting[tenant_id]


async def _write_some(tenant_id: UUID, waiting: Sequence[_Waiting]) -> None:
    try:
        async with tenant_scope(tenant_id):
            await keep([one.slip for one in waiting])
    except Exception as error:  # noqa: BLE001 - it belongs to those who wait
        for one in waiting:
            if not one.written.done():
                one.written.set_exception(error)
        return
    for one in waiting:
        if not one.written.done():
            one.written.set_result(None)


async def keep(slips: Sequence[Slip]) -> int:
    """Keep requests, in the tenant's scope, and see that somebody works on them; how many are new. The same one again is kept once."""
    scope = current_scope()
    columns = zip(*((s.id, s.url_id, s.channel, s.medium, s.received_at, s.fingerprint, s.raw, s.body, s.told) for s in slips), strict=True)
    new = await scope.fetch(sql.ADD_REQUESTS, *map(list, columns))
    if new:
        await scope.execute(sql.NOTE_HEARD, list({slip.url_id for slip in slips}))
        await scope.execute(sql.HOLD_TURN)
        await enqueue(work_on_requests, dedup_key=work_on_requests.name)
    return len(new)
