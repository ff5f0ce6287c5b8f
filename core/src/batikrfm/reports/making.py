"""Make a report: read all of it in one scope, write it to a temporary file, put that into storage, say that it is there."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.jobs import complete, current_job, progress
from batikrfm.reports import queries
from batikrfm.reports.contents import Contents, read_contents
from batikrfm.reports.customer_workbook import write_customer_workbook
from batikrfm.reports.document import document
from batikrfm.reports.errors import ReportNotFoundError
from batikrfm.reports.keeping import find_report, place
from batikrfm.reports.model import Kind, ReportFile, State
from batikrfm.reports.typesetting import typeset
from batikrfm.sdk.text import Language
from batikrfm.segmentation.customers import CustomerFilter, CustomerRow, export_customers
from batikrfm.segmentation.facts import hold_runs
from batikrfm.storage import TenantFiles
from batikrfm.tenancy import tenant_scope

CHUNK: Final = 1 << 20
Told = Callable[[int, int], Awaitable[None]]
"""Is told how many customers of how many are in the file."""


async def make(report_id: UUID) -> dict[str, Any] | None:
    """Make the file of ``report_id`` in the job that this runs in; what the job answers. None: it was deleted, or is there already.

    Killed at any point and run again it leaves one file and one row: the file has the report's own name, and the row says that it is
    there in the same transaction in which the job ends.
    """
    tenant_id = current_job().tenant_id
    with tempfile.TemporaryDirectory(prefix="batikrfm-") as folder:
        path = Path(folder) / "report"
        async with tenant_scope(tenant_id):
            report = await _wanted(report_id)
            if report is None:
                return None
            contents = await write_report(path, report.kind, report.language, progress)
        size = await TenantFiles(tenant_id).put(_pieces(path), *place(report.id, report.kind))
    async with tenant_scope(tenant_id):
        if await _wanted(report_id):
            return await _made(report, contents, size)
        deleted = await _gone(report_id)
    if deleted:
        await TenantFiles(tenant_id).delete(*place(report.id, report.kind))
    return None


async def write_report(path: Path, kind: Kind, language: Language, told: Told | None = None) -> Contents:
    """Write a report of the latest run to ``path``, in the tenant's scope, and say what is in it. No run begins before the scope ends.

    Raises :class:`~batikrfm.segmentation.errors.NoRunsError` before the first run.
    """
    await hold_runs()
    contents = await read_contents()
    if kind is Kind.PDF:
        await asyncio.to_thread(_typeset, path, contents, language)
        return contents
    async for done in write_customer_workbook(path, contents, _customers, language):
        if told:
            await told(done, contents.overview.run.customers)
    return contents


def _typeset(path: Path, contents: Contents, language: Language) -> None:
    path.write_bytes(typeset(document(contents, language)))


def _customers(segment: str) -> AsyncIterator[tuple[CustomerRow, ...]]:
    return export_customers(CustomerFilter(segment=segment))


async def _wanted(report_id: UUID) -> ReportFile | None:
    """The report, if it is still to be made."""
    try:
        report = await find_report(report_id)
    except ReportNotFoundError:
        return None
    return None if report.state is State.READY else report


async def _gone(report_id: UUID) -> bool:
    """Whether it was deleted while it was made. If not, another attempt was quicker, and the file is its."""
    return not await current_scope().fetch(queries.FIND, report_id)


async def _made(report: ReportFile, contents: Contents, size: int) -> dict[str, Any]:
    """Say that the file is there, together with the end of the job."""
    run, result = contents.overview.run, {"report_id": str(report.id), "bytes": size}
    await current_scope().execute(queries.MADE, report.id, run.id, run.as_of, size)
    await complete(result)
    return result


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while piece := await asyncio.to_thread(file.read, CHUNK):
            yield piece
