"""The jobs of reports: parse, call, nothing else. Importing this costs nothing; typst and openpyxl come with the work."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from batikrfm.jobs import job


@job("reports.make", max_attempts=3, timeout=3600)
async def make_report(report_id: str) -> dict[str, Any] | None:
    """Make the file of a report that was ordered. Doing it twice leaves one."""
    from batikrfm.reports.making import make

    return await make(UUID(report_id))
