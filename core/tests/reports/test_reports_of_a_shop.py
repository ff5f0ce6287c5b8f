"""Reports of a real shop in the database: what they say is what the rows say, counted here once more by other means."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from contextvars import Context
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import stocking
from openpyxl import load_workbook
from pypdf import PdfReader

from batikrfm.db.database import Database
from batikrfm.db.engine import current_scope
from batikrfm.figures import count, decimal_money, percent
from batikrfm.jobs import JobLost, JobState, cancel_job, find_job, list_jobs
from batikrfm.jobs.context import JobContext, in_job
from batikrfm.jobs.running import WorkerOptions, run_worker
from batikrfm.reports.contents import read_contents
from batikrfm.reports.errors import ReportNotFoundError, ReportNotReadyError
from batikrfm.reports.findings import read_findings
from batikrfm.reports.keeping import (
    delete_report,
    find_report,
    forget_expired_reports,
    list_reports,
    open_report,
    order_report,
    place,
)
from batikrfm.reports.making import write_report
from batikrfm.reports.model import Kind, State
from batikrfm.reports.tasks import forget_reports, make_report
from batikrfm.sdk.text import Language
from batikrfm.segmentation.errors import NoRunsError
from batikrfm.segmentation.overview import overview
from batikrfm.storage import StoredFileMissing, TenantFiles
from batikrfm.tenancy import tenant_scope

SOLD = stocking.shop_of(60)
REVENUE = "select sum(net_e4) / 10000 from orders where ordered_at >= $1 and ordered_at < $2"


@pytest.fixture
async def shop(tenant: UUID) -> UUID:
    """Sixty customers, segmented a month ago and today."""
    await stocking.import_sales(tenant, SOLD)
    await stocking.segment(tenant, stocking.LAST_DAY - dt.timedelta(days=30))
    await stocking.segment(tenant)
    return tenant


async def file_of(shop: UUID, kind: Kind, language: Language, folder: Path) -> bytes:
    async with tenant_scope(shop):
        await write_report(folder / "report", kind, language)
    return (folder / "report").read_bytes()


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text.replace("\N{NO-BREAK SPACE}", " "))


def pdf_text(file: bytes) -> str:
    return squeezed(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(file)).pages))


async def rows_of(shop: UUID) -> list[Any]:
    async with tenant_scope(shop) as scope:
        sql = """
            select now.segment, now.monetary_e4, customers.name, customers.phone, now.frequency, now.r, now.f, now.m
            from segment_assignments now join customers on customers.id = now.id order by now.monetary_e4 desc
        """
        return await scope.fetch(sql)


@pytest.mark.parametrize("language", ["id", "en"])
async def test_the_pdf_says_what_the_database_says(shop: UUID, language: Language, tmp_path: Path) -> None:
    text = pdf_text(await file_of(shop, Kind.PDF, language, tmp_path))
    rows = await rows_of(shop)
    money = {segment: sum(row["monetary_e4"] for row in rows if row["segment"] == segment) for segment in {row["segment"] for row in rows}}
    for segment, number in Counter(row["segment"] for row in rows).items():
        shares = percent(Decimal(number) / 60, language), percent(Decimal(money[segment]) / sum(money.values()), language)
        assert squeezed(f"{shares[0]}·{count(number, language)}") in text
        assert squeezed(f"{shares[1]}·{decimal_money(Decimal(money[segment]) / 10_000, 'IDR', language)}") in text
    for row in rows[:20]:
        assert squeezed(row["name"]) in text
        assert squeezed(decimal_money(Decimal(row["monetary_e4"]) / 10_000, "IDR", language)) in text
    async with tenant_scope(shop) as scope:
        period = [dt.datetime(2026, 10, 26, 17, tzinfo=dt.UTC), dt.datetime(2026, 11, 25, 17, tzinfo=dt.UTC)]  # midnights of Jakarta
        revenue = await scope.fetchval(REVENUE, *period)
    assert squeezed(decimal_money(revenue, "IDR", language)) in text
    cells = Counter((row["r"], (row["f"] + row["m"] + 1) // 2) for row in rows)
    for r in range(1, 6):
        line = "".join(str(cells[r, fm]) for fm in range(1, 6))
        assert f"R{r}{line}" in text


async def test_the_workbook_has_every_customer_once_in_their_segment(shop: UUID, tmp_path: Path) -> None:
    workbook = load_workbook(io.BytesIO(await file_of(shop, Kind.XLSX, "en", tmp_path)))
    rows, names = (
        await rows_of(shop),
        {"champions": "Champions", "loyal": "Loyal", "promising": "Promising", "at_risk": "At risk", "lost": "Lost"},
    )
    for key, name in names.items():
        found = list(workbook[name].iter_rows(min_row=2, values_only=True))
        wanted = [row for row in rows if row["segment"] == key]
        assert sorted((str(row[0]), row[2], row[5], Decimal(str(row[6])), row[7:]) for row in found) == sorted(
            (row["name"], row["phone"], row["frequency"], Decimal(row["monetary_e4"]) / 10_000, (row["r"], row["f"], row["m"]))
            for row in wanted
        )
    async with tenant_scope(shop) as scope:
        moved = await scope.fetchval(
            "select count(*) from segment_moves where run_id = (select max(id::text)::uuid from segmentation_runs)"
        )
    cells = [cell for row in list(workbook["Moves"].iter_rows(min_row=2, min_col=2, values_only=True)) for cell in row if cell]
    assert sum(map(int, map(str, cells))) == moved > 0


async def test_findings_are_of_these_sales(shop: UUID) -> None:
    async with tenant_scope(shop):
        found = {finding.key: finding for finding in await read_findings(await overview(30))}
    rows = await rows_of(shop)
    assert found["unreachable"].number == sum(row["phone"] is None for row in rows) == 40
    best = sum(row["monetary_e4"] for row in rows[:6]) / sum(row["monetary_e4"] for row in rows)
    assert ("dependence" in found) == (best >= 0.5)
    assert "stale" not in found


async def test_sales_that_came_after_the_count_are_said(shop: UUID) -> None:
    await stocking.import_sales(shop, [stocking.Sale("pembeli0", 1, 1_000_000)])
    async with tenant_scope(shop):
        origin = (await read_contents()).origin
    assert origin.notices[-1].en.startswith("Sales came in after this count.")
    assert origin.revenue_of_segments == sum(Decimal(row["monetary_e4"]) / 10_000 for row in await rows_of(shop))


async def test_a_shop_never_segmented_is_told_so(tenant: UUID) -> None:
    async with tenant_scope(tenant):
        with pytest.raises(NoRunsError):
            await order_report(Kind.PDF, "id")


@pytest.fixture
async def worker(database: Database, admin_url: str) -> AsyncIterator[None]:  # noqa: ARG001 - it is open
    """A worker that takes jobs while the test runs."""
    stop = asyncio.Event()
    work = asyncio.create_task(run_worker(database, stop, WorkerOptions(slots=2, poll=0.2, grace=5.0)))
    yield
    stop.set()
    await work


async def until_made(shop: UUID, report_id: UUID) -> None:
    for _ in range(600):
        async with tenant_scope(shop):
            report = await find_report(report_id)
        if report.state is not State.MAKING:
            assert report.state is State.READY, report.error
            return
        await asyncio.sleep(0.05)
    pytest.fail("the report was not made in time")


@pytest.mark.usefixtures("worker")
async def test_an_order_is_made_by_a_job_kept_opened_and_deleted(shop: UUID, other_tenant: UUID) -> None:
    somebody = uuid4()
    async with tenant_scope(shop):
        ordered = {kind: await order_report(kind, "id", created_by=somebody) for kind in Kind}
    for report in ordered.values():
        await until_made(shop, report.id)
    async with tenant_scope(shop):
        pdf, pieces = await open_report(ordered[Kind.PDF].id)
    file = b"".join([piece async for piece in pieces])
    assert file.startswith(b"%PDF-")
    assert len(file) == pdf.bytes
    assert pdf.file_name == "laporan-pelanggan-2026-11-25.pdf"
    assert (pdf.created_by, pdf.as_of, pdf.kind.content_type) == (somebody, stocking.LAST_DAY, "application/pdf")
    async with tenant_scope(shop):
        assert [report.id for report in await list_reports()] == [ordered[Kind.XLSX].id, ordered[Kind.PDF].id]
        assert (await find_job(pdf.job_id)).result == {"report_id": str(pdf.id), "bytes": len(file)}
    async with tenant_scope(other_tenant):
        assert await list_reports() == []
        for touch in (open_report, delete_report, find_report):
            with pytest.raises(ReportNotFoundError):
                await touch(pdf.id)
    async with tenant_scope(shop):
        await delete_report(pdf.id)
        with pytest.raises(ReportNotFoundError):
            await open_report(pdf.id)
    assert await TenantFiles(shop).list("reports") == ["/".join(place(ordered[Kind.XLSX].id, Kind.XLSX))]


async def test_an_order_while_it_is_made_is_the_same_report(shop: UUID) -> None:
    async with tenant_scope(shop):
        first = await order_report(Kind.PDF, "id")
        assert (await order_report(Kind.PDF, "id")).id == first.id
        assert (await order_report(Kind.PDF, "en")).id != first.id
        with pytest.raises(ReportNotReadyError):
            await open_report(first.id)
        await cancel_job(first.job_id)
        assert (await find_report(first.id)).state is State.FAILED
        assert (await order_report(Kind.PDF, "id")).id != first.id


def attempt(shop: UUID, job_id: UUID) -> JobContext:
    return JobContext(shop, job_id, attempt=1, claim=uuid4())


async def test_an_attempt_that_lost_its_job_leaves_nothing_said(shop: UUID) -> None:
    """Killed after the file was put and before the row says so: the next attempt makes the same file again, and one row."""
    async with tenant_scope(shop):
        report = await order_report(Kind.PDF, "id")
    with in_job(attempt(shop, report.job_id)), pytest.raises(JobLost):
        await make_report(str(report.id))
    async with tenant_scope(shop):
        assert (await find_report(report.id)).state is State.MAKING
    assert await TenantFiles(shop).list("reports") == ["/".join(place(report.id, Kind.PDF))]


@pytest.mark.usefixtures("worker")
async def test_after_a_lost_attempt_the_next_one_makes_one_file(shop: UUID) -> None:
    async with tenant_scope(shop):
        report = await order_report(Kind.PDF, "id")
    with in_job(attempt(shop, report.job_id)), suppress(JobLost):
        await make_report(str(report.id))
    await until_made(shop, report.id)
    async with tenant_scope(shop):
        _, pieces = await open_report(report.id)
        assert len(await list_reports()) == 1
    assert b"".join([piece async for piece in pieces]).startswith(b"%PDF-")
    with in_job(attempt(shop, report.job_id)):
        assert await make_report(str(report.id)) is None
    assert len(await TenantFiles(shop).list("reports")) == 1


async def test_a_report_deleted_before_it_is_made_is_not_made(shop: UUID) -> None:
    async with tenant_scope(shop):
        report = await order_report(Kind.PDF, "id")
        await delete_report(report.id)
    with in_job(attempt(shop, report.job_id)):
        assert await make_report(str(report.id)) is None
    assert await TenantFiles(shop).list("reports") == []


async def test_what_was_kept_long_enough_goes_with_its_file(shop: UUID) -> None:
    async with tenant_scope(shop) as scope:
        old, new = await order_report(Kind.PDF, "id"), await order_report(Kind.PDF, "en")
        await scope.execute("update report_files set expires_at = now() where id = $1", old.id)
    await TenantFiles(shop).put(b"x", *place(old.id, Kind.PDF))
    async with tenant_scope(shop):
        assert [report.id for report in await list_reports()] == [new.id]
        jobs = [job for job in await list_jobs() if job.task == forget_reports.name]
        assert [(job.state, job.run_at.date()) for job in jobs] == [(JobState.QUEUED, new.expires_at.date() + dt.timedelta(days=1))]
    with in_job(attempt(shop, jobs[0].id)):
        assert await forget_reports() == {"forgotten": 1}
    assert await TenantFiles(shop).list("reports") == []
    async with tenant_scope(shop):
        assert await forget_expired_reports() == 0
        assert await current_scope().fetchval("select count(*) from report_files") == 1


@pytest.mark.usefixtures("worker")
async def test_a_file_that_went_missing_is_said(shop: UUID) -> None:
    async with tenant_scope(shop):
        report = await order_report(Kind.PDF, "id")
    await until_made(shop, report.id)
    await TenantFiles(shop).delete("reports")
    async with tenant_scope(shop):
        _, pieces = await open_report(report.id)
    with pytest.raises(StoredFileMissing):
        await anext(pieces)


async def test_no_run_begins_while_a_report_is_read(shop: UUID, tmp_path: Path) -> None:
    """The moment that a report begins to be read a run has to wait; when it is written the run goes on."""
    async with tenant_scope(shop):
        await write_report(tmp_path / "report", Kind.PDF, "id")
        other = asyncio.create_task(stocking.segment(shop), context=Context())
        done, _ = await asyncio.wait([other], timeout=0.5)
        assert not done
    await other
