"""The jobs of reports: parse, call, nothing else. Importing this costs nothing; typst and openpyxl come with the work."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from batikrfm.jobs import current_job, job
from batikrfm.tenancy import tenant_scope


@job("reports.make", max_attempts=3, timeout=3600)
async def make_report(report_id: str) -> dict[str, Any] | None:
    """Make the file of a report that was ordered. Doing it twice leaves one."""
    from batikrfm.reports.making import make

    return await make(UUID(report_id))


@job("reports.forget")
async def forget_reports() -> dict[str, Any]:
    """Remove reports that were kept long enough, with their files."""
    from batikrfm.reports.keeping import forget_expired_reports

    async with tenant_scope(current_job().tenant_id):
        return {"forgotten": await forget_expired_reports()}
