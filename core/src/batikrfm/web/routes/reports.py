"""``/api/reports``: order a report, see how far it is, download it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody
from litestar.response import Stream

from batikrfm.reports.keeping import delete_report, find_report, list_reports, open_report, order_report
from batikrfm.reports.model import Kind, ReportFile, State
from batikrfm.sdk.text import Language
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.cursors import last_of, page_of
from batikrfm.web.etags import NOT_MODIFIED, tagged
from batikrfm.web.guards import needs
from batikrfm.web.params import Cursor, Limit, Next, language, said

KIND = "reports"


class ReportOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which report to make of the latest run."""

    kind: Kind
    language: Annotated[Language, msgspec.Meta(description="Language of the report")] = "id"


class Report(msgspec.Struct, frozen=True):
    """A report. `bytes`, `made_at`, `run_id` and `as_of` are there once it is ready."""

    id: UUID
    kind: Kind
    language: Language
    state: State
    file_name: str
    created_at: datetime
    expires_at: Annotated[datetime, msgspec.Meta(description="When it is removed; it holds customers' names")]
    job_id: UUID
    done: int | None
    total: int | None
    error: Annotated[str | None, msgspec.Meta(description="Why it failed, for a person")]
    made_at: datetime | None
    run_id: UUID | None
    as_of: date | None
    bytes: int | None


class ReportPage(msgspec.Struct, frozen=True):
    """Reports, the newest first."""

    items: list[Report]
    next: Next


@post("/reports", opt=needs(Permission.REPORTS_WRITE, not_found=True), operation_id="orderReport", tags=["reports"], status_code=202)
async def order(request: Request[Any, Any, Any], data: JSONBody[ReportOrder]) -> Report:
    """Order a report of the latest run. While one of its kind and language is being made, asking again gives the same one."""
    return _about(await order_report(data.kind, data.language), language(request))


@get("/reports", opt=needs(Permission.REPORTS_READ), operation_id="listReports", tags=["reports"], responses=NOT_MODIFIED)
async def list_(request: Request[Any, Any, Any], limit: Limit = 50, cursor: Cursor = None) -> Response[ReportPage]:
    """List reports. Ask again with `If-None-Match` to see whether anything has changed."""
    found = await list_reports(limit + 1, last_of(cursor, KIND))
    page, next_page = page_of(found, limit, KIND)
    items = [_about(report, language(request)) for report in page]
    return tagged(request, ReportPage(items, next_page))


@get("/reports/{report_id:uuid}", opt=needs(Permission.REPORTS_READ), operation_id="getReport", tags=["reports"], responses=NOT_MODIFIED)
async def one(request: Request[Any, Any, Any], report_id: FromPath[UUID]) -> Response[Report]:
    """One report."""
    return tagged(request, _about(await find_report(report_id), language(request)))


@get(
    "/reports/{report_id:uuid}/file",
    opt=needs(Permission.REPORTS_READ),
    operation_id="downloadReport",
    tags=["reports"],
    media_type="application/octet-stream",
    responses={
        200: ResponseSpec(bytes, generate_examples=False, media_type="application/octet-stream", description="The PDF or the workbook")
    },
)
async def file(report_id: FromPath[UUID]) -> Stream:
    """Download a report that is ready."""
    report, pieces = await open_report(report_id)
    headers = {"Content-Disposition": f'attachment; filename="{report.file_name}"'}
    return Stream(pieces, media_type=report.kind.content_type, headers=headers)


@delete("/reports/{report_id:uuid}", opt=needs(Permission.REPORTS_WRITE), operation_id="deleteReport", tags=["reports"], status_code=204)
async def remove(report_id: FromPath[UUID]) -> None:
    """Remove a report and its file for good."""
    await delete_report(report_id)


def _about(report: ReportFile, language: Language) -> Report:
    return Report(
        id=report.id,
        kind=report.kind,
        language=report.language,
        state=report.state,
        file_name=report.file_name,
        created_at=report.created_at,
        expires_at=report.expires_at,
        job_id=report.job_id,
        done=report.done,
        total=report.total,
        error=said(report.error, language),
        made_at=report.made_at,
        run_id=report.run_id,
        as_of=report.as_of,
        bytes=report.bytes,
    )


ROUTES = (order, list_, one, file, remove)
