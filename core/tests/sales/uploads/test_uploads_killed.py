"""An upload's job that dies at any point and runs again: nothing is lost, nothing doubled, and one run says who moved."""

from __future__ import annotations

import asyncio
import importlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from batikrfm.jobs import JobContext, cancel_job
from batikrfm.jobs.context import in_job
from batikrfm.sales.tasks import import_upload
from batikrfm.sales.uploads import IncomingFile, UploadState, confirm_upload, find_upload, receive
from batikrfm.tenancy import tenant_scope

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from core.tests.sales.uploads.conftest import Work

CSV = "no pesanan,tanggal,nama pelanggan,produk,jumlah,harga satuan\n" + "".join(
    f"A{n},2026-01-{n % 28 + 1:02d},budi{n % 40},Batik,1,{n % 90 + 10}000\n" for n in range(200)
)


class Killed(BaseException):
    """Stands for a process that ends: nobody catches it."""


async def confirmed(tenant: UUID, work: Work) -> UUID:
    async with tenant_scope(tenant):
        upload = await receive([IncomingFile("sales.csv", CSV.encode())], by="Bu Sri")
    await work(tenant)
    async with tenant_scope(tenant):
        await confirm_upload(upload.id)
    return upload.id


async def counts(tenant: UUID) -> dict[str, int]:
    tables = ("imports", "orders", "order_items", "customers", "segmentation_runs", "segment_assignments")
    async with tenant_scope(tenant) as scope:
        return {table: await scope.fetchval(f"select count(*) from {table}") for table in tables}


PLACES = (
    "batikrfm.sales.working.import_files",
    "batikrfm.sales.importing.keep_mapping",
    "batikrfm.segmentation.running.store",
    "batikrfm.segmentation.keeping.note_run",
    "batikrfm.segmentation.keeping.count_figures",
    "batikrfm.sales.working._end",
)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("place", PLACES)
async def test_killed_and_run_again(tenant: UUID, work: Work, monkeypatch: pytest.MonkeyPatch, place: str, when: str) -> None:
    upload_id = await confirmed(tenant, work)
    module, _, name = place.rpartition(".")
    function = getattr(importlib.import_module(module), name)

    async def dies(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - stands in for any function
        if when == "after":
            await function(*args, **kwargs)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(place, dies)
        with pytest.raises(Killed):
            await work(tenant)
    await work(tenant)
    async with tenant_scope(tenant) as scope:
        done = await find_upload(upload_id)
        moves = await scope.fetchval("select count(*) from segment_moves")
    assert (done.state, moves) == (UploadState.DONE, 0)
    assert done.result is not None
    assert (done.result.orders_new, done.result.customers_new) == (200, 40)
    assert done.run_id is not None
    expected = {"imports": 1, "orders": 200, "order_items": 200, "customers": 40, "segmentation_runs": 1, "segment_assignments": 40}
    assert await counts(tenant) == expected


async def test_two_attempts_at_once_import_once(tenant: UUID, work: Work, claim: Callable[[UUID, UUID], Awaitable[JobContext]]) -> None:
    """A worker that was believed dead goes on beside the one that took over, and neither knows yet."""
    upload_id = await confirmed(tenant, work)
    async with tenant_scope(tenant):
        job_id = (await find_upload(upload_id)).job_id
    assert job_id is not None
    first = await claim(tenant, job_id)

    async def attempt(context: JobContext) -> None:
        with in_job(context):
            await import_upload(str(upload_id))

    results = await asyncio.gather(attempt(first), attempt(replace(first)), return_exceptions=True)
    assert sum(result is None for result in results) == 1
    async with tenant_scope(tenant):
        assert (await find_upload(upload_id)).state is UploadState.DONE
    assert (await counts(tenant))["imports"] == 1
    assert (await counts(tenant))["segmentation_runs"] == 1


async def test_a_job_that_is_over_for_good_ends_its_upload(tenant: UUID, work: Work, admin: Any) -> None:  # noqa: ANN401 - asyncpg ships no types
    upload_id = await confirmed(tenant, work)
    await admin.execute("update jobs set state = 'dead', finished_at = now() where tenant_id = $1 and state = 'queued'", tenant)
    async with tenant_scope(tenant):
        failed = await find_upload(upload_id)
        assert failed.state is UploadState.FAILED
        assert failed.problem is not None
    async with tenant_scope(tenant):
        assert await find_upload(upload_id) == failed


async def test_a_job_that_was_stopped_gives_its_upload_up(tenant: UUID, work: Work) -> None:
    upload_id = await confirmed(tenant, work)
    async with tenant_scope(tenant):
        job_id = (await find_upload(upload_id)).job_id
        assert job_id is not None
        await cancel_job(job_id)
        assert (await find_upload(upload_id)).state is UploadState.DISCARDED
