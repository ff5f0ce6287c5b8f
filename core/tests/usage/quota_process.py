"""Processes that reserve, work and settle until they are killed: python quota_process.py APP_URL PLATFORM_URL TENANT.

Imports once, then forks a process for each line that it reads and answers with its ID. ``rush N``: N reservations at once, and an end;
``careless``: one that settles apart from its work; ``stall``: one that stops in the middle of reserving, and lives.
"""

from __future__ import annotations

# ruff: noqa: S311, T201 - sleeps by chance, and answers on its output
import asyncio
import contextlib
import os
import random
import signal
import sys
from datetime import timedelta
from uuid import UUID

from batikrfm.db import database as databases
from batikrfm.db.urls import Urls
from batikrfm.tenancy import tenant_scope
from batikrfm.usage import (
    GENERATIONS,
    Call,
    CallOutcome,
    QuotaUsedUpError,
    Reservation,
    ReservationLostError,
    record,
    refund,
    reserve,
    settle,
)

LEASE = timedelta(seconds=0.4)


async def rest() -> None:
    await asyncio.sleep(0.01 * random.random())


async def keep(tenant: UUID, held: Reservation) -> None:
    """What comes of the work, and that it is settled, in one transaction; each reservation's effect can be doubled."""
    async with tenant_scope(tenant):
        if random.random() < 0.5:
            await refund(held.id)
            return
        await settle(held.id)
        await rest()
        await record(Call(provider="template", model="template-1", purpose="copy", outcome=CallOutcome.COMPLETE, job_id=held.id))
        await rest()


async def be_careless(tenant: UUID) -> None:
    """The sabotage: what comes of the work is kept in a transaction of its own, which is never reached."""
    async with tenant_scope(tenant):
        held = await reserve(GENERATIONS)
    async with tenant_scope(tenant):
        await settle(held.id)
    await asyncio.Event().wait()


async def stall(tenant: UUID) -> None:
    """Hold the tenant's quota in hand, and do nothing."""
    async with tenant_scope(tenant):
        await reserve(GENERATIONS)
        await asyncio.Event().wait()


async def work(tenant: UUID) -> None:
    while True:
        try:
            async with tenant_scope(tenant):
                held = await reserve(GENERATIONS, lease=LEASE)
                await rest()
            await rest()
            with contextlib.suppress(ReservationLostError):
                await keep(tenant, held)
        except QuotaUsedUpError:
            await rest()


async def one_of_many(tenant: UUID) -> None:
    with contextlib.suppress(QuotaUsedUpError):
        async with tenant_scope(tenant):
            await reserve(GENERATIONS)


async def live(app: str, platform: str, tenant: UUID, order: str) -> None:
    async with databases.opened(Urls(app=app, platform=platform, owner=None)):
        if order.startswith("rush"):
            await asyncio.gather(*(asyncio.create_task(one_of_many(tenant)) for _ in range(int(order.split()[1]))))
        elif order == "careless":
            await be_careless(tenant)
        elif order == "stall":
            await stall(tenant)
        else:
            await work(tenant)


def main() -> None:
    app, platform, tenant = sys.argv[1:]
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            random.seed(os.getpid())
            asyncio.run(live(app, platform, UUID(tenant), line.strip()))
            os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    main()
