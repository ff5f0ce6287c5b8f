"""All reports of one analysis, into one folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from batikrfm.reports.tabular import write_customers, write_rejected
from batikrfm.reports.workbook import write_workbook
from batikrfm.sdk.text import Language
from batikrfm.segmentation import Analysis

if TYPE_CHECKING:
    import polars as pl


def write_reports(folder: Path, analysis: Analysis, rejected: pl.DataFrame, language: Language = "id") -> tuple[Path, ...]:
    """Write ``segments.xlsx``, ``customers.csv`` and ``rejected.csv`` into ``folder`` and say where they are.

    ``rejected`` has the columns of :data:`batikrfm.sales.parsing.REJECTED`. Each file is replaced whole or left as it was; raises
    :class:`~batikrfm.reports.errors.ReportNotWrittenError`.
    """
    segments, customers, refused = folder / "segments.xlsx", folder / "customers.csv", folder / "rejected.csv"
    write_workbook(segments, analysis, language)
    write_customers(customers, analysis.scored.segmentation.customers)
    write_rejected(refused, rejected, language)
    return segments, customers, refused
