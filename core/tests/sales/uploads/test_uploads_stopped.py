"""An import that somebody stops while it runs: nothing of it is there afterwards, however late they were; once it is in it stays."""

from __future__ import annotations

import asyncio
from contextvars import Context
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from batikrfm.jobs import JobContext, JobState, find_job
from batikrfm.jobs.context import in_job
from batikrfm.jobs.running import WorkerOptions, run_worker
from batikrfm.sales.loading import take_turns
from batikrfm.sales.upload_errors import STOPPED, UploadImportedError, UploadMovedOnError, UploadNotFoundError
from batikrfm.sales.uploads import IncomingFile, Upload, UploadState, confirm_upload, discard_upload, find_upload, receive
from batikrfm.sales.working import import_
from batikrfm.storage import TenantFiles
from batikrfm.tenancy import tenant_scope

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from core.tests.sales.uploads.conftest import Work

    from batikrfm.db.database import Database

CSV = "no pesanan,tanggal,nama pelanggan,produk,jumlah,harga satuan\n" + "".join(
    f"A{n},2026-01-{n % 28 + 1:02d},budi{n % 40},Batik,1,{n % 90 + 10}000\n" for n in range(200)
)
TABLES = ("imports", "orders", "order_items", "customers", "customer_totals", "import_mappings", "import_rejections", "segmentation_runs")


async def confirmed(tenant: UUID, work: Work) -> Upload:
    async with tenant_scope(tenant):
        upload = await receive([IncomingFile("sales.csv", CSV.encode())], by="Bu Sri")
    await work(tenant)
    async with tenant_scope(tenant):
        return await confirm_upload(upload.id)


async def everything(tenant: UUID) -> dict[str, int]:
    async with tenant_scope(tenant) as scope:
        return {table: await scope.fetchval(f"select count(*) from {table}") for table in TABLES}


async def waits_for_its_turn(tenant: UUID) -> None:
    async with tenant_scope(tenant) as scope:
        while not await scope.fetchval("select exists (select from pg_locks where locktype = 'advisory' and not granted)"):  # noqa: ASYNC110 - another backend waits
            await asyncio.sleep(0.02)


async def stop(tenant: UUID, upload_id: UUID) -> Upload:
    async with tenant_scope(tenant):
        return await discard_upload(upload_id)


async def test_stopped_in_the_middle(tenant: UUID, work: Work, database: Database) -> None:
    upload = await confirmed(tenant, work)
    assert upload.job_id is not None
    told = asyncio.Event()
    worker = asyncio.create_task(run_worker(database, told, WorkerOptions(poll=0.05)))
    async with tenant_scope(tenant) as scope:
        await take_turns(scope)  # so that the import stands before its first row
        await asyncio.create_task(waits_for_its_turn(tenant), context=Context())
        stopped = await asyncio.create_task(stop(tenant, upload.id), context=Context())
        assert (stopped.state, stopped.problem) == (UploadState.DISCARDED, STOPPED)
        await asyncio.create_task(_over(tenant, upload.job_id), context=Context())  # at once, and not when its turn comes
    async with tenant_scope(tenant):
        assert (await find_job(upload.job_id)).state is JobState.CANCELLED
        assert (await find_upload(upload.id)).state is UploadState.DISCARDED
    assert set((await everything(tenant)).values()) == {0}
    async with asyncio.timeout(20):
        while await TenantFiles(tenant).list():  # noqa: ASYNC110 - the worker forgets them
            await asyncio.sleep(0.05)
    told.set()
    await worker


async def test_stopped_when_nobody_tells_the_worker(tenant: UUID, work: Work, claim: Callable[[UUID, UUID], Awaitable[JobContext]]) -> None:
    """The attempt never hears of it, loads everything, and finds at its end that nothing of it is wanted."""
    upload = await confirmed(tenant, work)
    assert upload.job_id is not None
    context = await claim(tenant, upload.job_id)

    async def attempt() -> None:
        with in_job(context):
            await import_(upload.id, [])

    async with tenant_scope(tenant) as scope:
        await take_turns(scope)
        importing = asyncio.create_task(attempt(), context=Context())
        await asyncio.create_task(waits_for_its_turn(tenant), context=Context())
        await asyncio.create_task(stop(tenant, upload.id), context=Context())
    with pytest.raises(InterruptedError):
        await importing
    assert set((await everything(tenant)).values()) == {0}
    await work(tenant)
    assert set((await everything(tenant)).values()) == {0}
    async with tenant_scope(tenant):
        assert (await find_upload(upload.id)).state is UploadState.DISCARDED


async def test_too_late(tenant: UUID, work: Work, claim: Callable[[UUID, UUID], Awaitable[JobContext]]) -> None:
    upload = await confirmed(tenant, work)
    assert upload.job_id is not None
    tried: list[UUID] = []

    async def follower(upload_id: UUID) -> None:
        with pytest.raises(UploadImportedError):
            await stop(tenant, upload_id)
        tried.append(upload_id)

    with in_job(await claim(tenant, upload.job_id)):
        await import_(upload.id, [follower])
    assert tried == [upload.id]
    with pytest.raises(UploadMovedOnError):
        await stop(tenant, upload.id)
    async with tenant_scope(tenant):
        done = await find_upload(upload.id)
    assert (done.state, (await everything(tenant))["orders"]) == (UploadState.DONE, 200)


async def test_another_shop_cannot_stop_it(tenant: UUID, other_tenant: UUID, work: Work) -> None:
    upload = await confirmed(tenant, work)
    with pytest.raises(UploadNotFoundError):
        await stop(other_tenant, upload.id)
    await work(tenant)
    assert (await everything(tenant))["orders"] == 200


async def _over(tenant: UUID, job_id: UUID) -> None:
    async with asyncio.timeout(20):
        while True:
            async with tenant_scope(tenant):
                if (await find_job(job_id)).state.over:
                    return
            await asyncio.sleep(0.02)
