"""The addresses of reports."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from batikrfm.reports.keeping import delete_report, list_reports, open_report, order_report
from batikrfm.reports.model import Kind
from batikrfm.sdk.text import Language, Text
from batikrfm.segmentation.history import past_runs
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.guards import needs
from batikrfm_tenants import audit
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.downloads import attachment
from batikrfm_tenants.portal.errors import NoSuchPageError
from batikrfm_tenants.portal.pages.reporting.listing import Listing, ListingPiece, ReportsPage, listing

PAGE = 20
ORDERED = Text(id="Laporan sedang dibuat. Biasanya kurang dari semenit.", en="The report is being made. It takes a minute at most.")
GONE = Text(id="Laporan dihapus.", en="The report is deleted.")


@get("/laporan", opt=needs(Permission.REPORTS_READ))
async def reports(desk: Desk, after: FromQuery[UUID | None] = None) -> Response[str]:
    """Order a report; those there are."""
    found = await _listing(desk, after)
    if desk.piece:
        return desk.show(ListingPiece(listing=found))
    return desk.show(ReportsPage(counted=bool(await past_runs(1)), language=desk.formats.language, listing=found))


@post("/laporan", opt=needs(Permission.REPORTS_WRITE))
async def order(desk: Desk) -> Response[str]:
    """Have a report made."""
    form = await desk.form()
    kind, language = form["kind"], form["language"]
    if kind not in set(Kind):
        raise NoSuchPageError
    chosen: Language = "en" if language == "en" else "id"
    report = await order_report(Kind(kind), chosen, created_by=desk.user.id)
    await audit.record(desk.principal, "report.ordered", str(report.id), {"kind": kind, "language": chosen})
    return desk.go(f"{desk.shop_path}/laporan", say=ORDERED, tone="info")


@get("/laporan/{report_id:uuid}/unduh", opt=needs(Permission.REPORTS_READ))
async def download(desk: Desk, report_id: FromPath[UUID]) -> Stream:
    """The file, saved under the shop's name and the day."""
    report, pieces = await open_report(report_id)
    await audit.record(desk.principal, "report.downloaded", str(report_id))
    headers = attachment(f"{desk.inside.shop.tenant.slug}-{report.file_name}")
    return Stream(pieces, media_type=report.kind.content_type, headers=headers)


@post("/laporan/{report_id:uuid}/hapus", opt=needs(Permission.REPORTS_WRITE))
async def delete(desk: Desk, report_id: FromPath[UUID]) -> Response[str]:
    """Remove a report for good."""
    await delete_report(report_id)
    await audit.record(desk.principal, "report.deleted", str(report_id))
    return desk.go(f"{desk.shop_path}/laporan", say=GONE)


async def _listing(desk: Desk, after: UUID | None) -> Listing:
    here = f"{desk.shop_path}/laporan"
    return listing(await list_reports(PAGE + 1, after), PAGE, f"{here}?after={after}" if after else here)


ROUTES: list[Any] = [reports, order, download, delete]
