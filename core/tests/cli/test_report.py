"""`batikrfm report`, as a user calls it after an import and a segmentation."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from pypdf import PdfReader

Batikrfm = Callable[..., Any]


def test_a_report_to_read_and_one_to_work_with(batikrfm: Batikrfm, data_dir: Path, tenant: str, tmp_path: Path) -> None:
    assert batikrfm("segment", tenant, "--as-of", "2026-03-01", "--data-dir", data_dir).code == 0
    pdf, xlsx = tmp_path / "new" / "a.pdf", tmp_path / "a.xlsx"
    said = batikrfm("report", tenant, "--output", pdf, "--data-dir", data_dir)
    assert (said.code, said.err, said.out) == (0, "", f"Laporan tersimpan: {pdf}\n")
    assert "Laporan pelanggan" in PdfReader(io.BytesIO(pdf.read_bytes())).pages[0].extract_text()
    assert batikrfm("report", tenant, "--kind", "xlsx", "--lang", "en", "--output", xlsx, "--data-dir", data_dir).code == 0
    workbook = load_workbook(xlsx)
    assert workbook.sheetnames[:3] == ["Findings", "Segments", "Moves"]
    bought = [
        row for name in ("Champions", "Loyal", "Promising", "At risk", "Lost") for row in workbook[name].iter_rows(2, values_only=True)
    ]
    days = {row[0]: row[4] for row in bought}
    assert days == {"Sari": dt.datetime(2026, 2, 20), "Budi": dt.datetime(2026, 1, 15)}  # noqa: DTZ001 - a spreadsheet's dates have no zone


def test_a_shop_without_a_run_is_told_what_to_do_first(batikrfm: Batikrfm, data_dir: Path, tenant: str, tmp_path: Path) -> None:
    said = batikrfm("report", tenant, "--output", tmp_path / "a.pdf", "--data-dir", data_dir)
    assert (said.code, said.out) == (1, "")
    assert "batikrfm segment" in said.err
    assert list(tmp_path.glob("*.pdf")) == []
