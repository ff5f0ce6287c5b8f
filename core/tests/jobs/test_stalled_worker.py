"""A worker that stalls with its queue's lock in hand loses it, wherever in its work it stalls."""

from __future__ import annotations

import asyncio
from uuid import UUID

import asyncpg
import pytest

from batikrfm.db.errors import LostConnectionError
from batikrfm.jobs.tending import limit_queue
from batikrfm.tenancy import system_scope
from batikrfm.tenancy.scope import BRISK

LOCK = "select tenant_id from job_queues where tenant_id = $1 for no key update"


async def lock_and_stall(tenant: UUID, stalled: asyncio.Event, over: asyncio.Event) -> None:
    """Stall where asyncpg asks back for a type: the statement is under way, so PostgreSQL sees nobody idle."""
    async with system_scope(reason="stall", routine=True) as scope:
        async with scope.connection() as connection:
            await connection.fetch(LOCK, tenant)
            await connection.prepare("select 1")
        stalled.set()
        await over.wait()
        await scope.fetchval("select 1")


async def test_a_worker_that_stalls_within_a_statement_lets_go_of_the_queue(
    tenant: UUID, admin_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert BRISK["transaction_timeout"] == "30s"
    monkeypatch.setitem(BRISK, "transaction_timeout", "300ms")
    await limit_queue(tenant, max_running=2)
    stalled, over = asyncio.Event(), asyncio.Event()
    worker = asyncio.create_task(lock_and_stall(tenant, stalled, over))
    await stalled.wait()
    admin = await asyncpg.connect(admin_url)
    try:
        async with asyncio.timeout(20):
            assert await admin.fetchval(LOCK, tenant) == tenant
    finally:
        await admin.close()
        over.set()
    with pytest.raises(LostConnectionError):
        await worker
