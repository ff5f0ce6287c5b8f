"""Reports as a shop keeps them: ordered, made by a job, in storage for a while, then gone. Everything here runs in the tenant's scope."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.jobs import Job, JobNotFoundError, enqueue, find_job
from batikrfm.reports import queries
from batikrfm.reports.errors import ReportLostError, ReportNotFoundError, ReportNotReadyError
from batikrfm.reports.model import Kind, ReportFile, State
from batikrfm.reports.tasks import forget_reports, make_report
from batikrfm.sdk.text import Language
from batikrfm.segmentation.history import latest_run
from batikrfm.storage import TenantFiles
from batikrfm.tenancy import current_tenant

KEPT: Final = dt.timedelta(days=90)
"""A report has customers' names in it: it is not kept for ever."""


async def order_report(kind: Kind, language: Language, *, created_by: UUID | None = None) -> ReportFile:
    """Have a report of the latest run made. One of the same kind and language that is still being made is that one.

    Raises:
        NoRunsError: the shop was not segmented yet.
    """
    await latest_run()
    scope = current_scope()
    await scope.execute(queries.TAKE_TURNS)
    for row in await scope.fetch(queries.ORDERED, kind, language):
        ordered = await _report(row)
        if ordered.state is State.MAKING:
            return ordered
    report_id = uuid7()
    job_id = await enqueue(make_report, {"report_id": str(report_id)})
    report = await _report((await scope.fetch(queries.ORDER, report_id, kind, language, created_by, job_id, KEPT))[0])
    await _forget_in_time(report.expires_at)
    return report


async def _forget_in_time(expires_at: dt.datetime) -> None:
    """See that somebody cleans up after the day on which a report expires, once for all reports of that day."""
    day = expires_at.date()
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, dt.UTC)
    await enqueue(forget_reports, dedup_key=f"reports.forget/{day}", run_at=midnight)


async def list_reports(limit: int = 50, after: UUID | None = None) -> list[ReportFile]:
    """The newest reports first, at most ``limit``; those that come ``after`` this one in that order."""
    return [await _report(row) for row in await current_scope().fetch(queries.LIST, limit, after)]


async def find_report(report_id: UUID) -> ReportFile:
    """The report as it is now.

    Raises:
        ReportNotFoundError: the tenant has none of this ID, or not any more.
    """
    rows = await current_scope().fetch(queries.FIND, report_id)
    if not rows:
        raise ReportNotFoundError
    return await _report(rows[0])


async def open_report(report_id: UUID) -> tuple[ReportFile, AsyncIterator[bytes]]:
    """A report that is ready, and its bytes in pieces, which can be read after the scope has ended.

    Raises:
        ReportNotFoundError: there is none, or not any more.
        ReportNotReadyError: it is being made, or could not be.
        StoredFileMissing: while reading, if its file is gone.
    """
    report = await find_report(report_id)
    if report.state is not State.READY:
        raise ReportNotReadyError
    return report, TenantFiles(current_tenant()).get(*place(report.id, report.kind))


async def delete_report(report_id: UUID) -> None:
    """Remove a report and its file for good. The file goes first: what is left of a deletion cut short can be deleted again.

    Raises:
        ReportNotFoundError: there is none, or not any more.
    """
    report = await find_report(report_id)
    await _remove(report.id, report.kind)


async def forget_expired_reports() -> int:
    """Remove what was kept long enough. How many there were."""
    expired = await current_scope().fetch(queries.EXPIRED)
    for report_id, kind in expired:
        await _remove(report_id, Kind(kind))
    return len(expired)


def place(report_id: UUID, kind: Kind) -> tuple[str, str]:
    """Where the file of a report is among its tenant's files."""
    return "reports", f"{report_id}.{kind}"


async def _remove(report_id: UUID, kind: Kind) -> None:
    await TenantFiles(current_tenant()).delete(*place(report_id, kind))
    await current_scope().execute(queries.DELETE, report_id)


async def _report(row: Mapping[str, Any]) -> ReportFile:
    """The report of a row. How far one that is not made has come, its job knows."""
    values = {**row, "kind": Kind(row["kind"])}
    if row["made_at"] is not None:
        return ReportFile(**values, state=State.READY)
    job = await _job(row["job_id"])
    if job is None or job.state.over:
        return ReportFile(**values, state=State.FAILED, error=(job and job.error) or ReportLostError.text)
    return ReportFile(**values, state=State.MAKING, done=job.done, total=job.total)


async def _job(job_id: UUID) -> Job | None:
    try:
        return await find_job(job_id)
    except JobNotFoundError:
        return None
