"""segments.xlsx as openpyxl reads it back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from batikrfm.reports.workbook import write_workbook
from batikrfm.sdk.text import Language
from batikrfm.segmentation import Analysis

Sheet = list[tuple[Any, ...]]


def sheets(path: Path) -> dict[str, Sheet]:
    return {sheet.title: [tuple(cell.value for cell in row) for row in sheet.iter_rows()] for sheet in load_workbook(path).worksheets}


def write(analysis: Analysis, folder: Path, language: Language) -> dict[str, Sheet]:
    write_workbook(folder / "segments.xlsx", analysis, language)
    return sheets(folder / "segments.xlsx")


def test_the_segments_are_there_with_their_numbers(analysis: Analysis, tmp_path: Path) -> None:
    headings, *rows = write(analysis, tmp_path, "en")["Segments"]
    assert headings[:5] == ("Segment", "Customers", "Share of customers", "Revenue (IDR)", "Share of revenue")
    assert [row[0] for row in rows] == ["Champions", "Loyal", "Promising", "At risk", "Lost", "Total"]
    champions, loyal, *_, at_risk, _, total = rows
    assert champions[1:4] == (1, 0.25, 5_000_000)
    assert champions[5:8] == (1, 12, 5_000_000)
    assert loyal[7] == 250_000.0001
    assert at_risk[1:8] == (0, 0, 0, 0, None, None, None)
    assert total[1] == 4
    assert Decimal(str(total[3])) == Decimal("5349925.5001")
    assert champions[8].startswith("They bought not long ago")


def test_the_other_sheet_says_how_the_numbers_come_about(analysis: Analysis, tmp_path: Path) -> None:
    told = {row[0]: row[1:] for row in write(analysis, tmp_path, "en")["Where numbers come from"]}
    assert told["Rows read"][0] == 21
    assert [told[name][0] for name in told if name.startswith("• ")][:5] == [17, 1, 1, 1, 1]
    assert told["All revenue"][0] == 5_350_000.5001
    assert told["• of customers in segments"][0] == 5_349_925.5001
    assert told["As of"][0] == dt.datetime(2026, 1, 10)  # noqa: DTZ001 - a spreadsheet's dates have no zone
    assert told["Time zone of the shop"][0] == "Asia/Jakarta"
    assert told["Strategy"][0] == "Five segments (rfm5)"
    assert told["Way of scoring"][0] == "fixed cut-points"
    assert told["Why"][0] == analysis.scored.segmentation.reason.en
    assert told["R of 5, 4, 3, 2: at most (days)"][:4] == (30, 60, 90, 180)
    assert told["M of 2, 3, 4, 5: at least (IDR)"][0] == 87_500.1251
    assert told["Median money per customer (IDR)"][0] == 175_000.25005
    assert told["Please note"][0].startswith("There is too little data yet (customers: 4)")


def test_money_without_a_customer_is_said(analysis: Analysis, tmp_path: Path) -> None:
    rows = write(analysis, tmp_path, "en")["Where numbers come from"]
    start = [row[0] for row in rows].index("All revenue")
    parts = [Decimal(str(row[1])) for row in rows[start : start + 4]]
    assert parts[0] == sum(parts[1:])
    assert rows[start + 2][:2] == ("• of sales without a customer", 75.0001)


@pytest.mark.parametrize(("language", "names"), [("id", ["Segmen", "Asal angka"]), ("en", ["Segments", "Where numbers come from"])])
def test_headings_are_in_the_readers_language(analysis: Analysis, tmp_path: Path, language: Language, names: list[str]) -> None:
    assert list(write(analysis, tmp_path, language)) == names


def test_no_cell_is_a_formula_even_if_a_plugin_writes_one(analysis: Analysis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from batikrfm.sdk.text import Text

    monkeypatch.setattr(type(analysis.scored.strategy), "name", Text(id="=1+1", en="=1+1"))
    monkeypatch.setitem(analysis.scored.segmentation.cut_points, "=1+1", ("=1+1",))
    write_workbook(tmp_path / "segments.xlsx", analysis, "en")
    cells = [cell for sheet in load_workbook(tmp_path / "segments.xlsx").worksheets for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}


def test_money_is_shown_as_the_currency_is_paid(analysis: Analysis, tmp_path: Path) -> None:
    write_workbook(tmp_path / "segments.xlsx", analysis, "id")
    assert load_workbook(tmp_path / "segments.xlsx").worksheets[0]["D2"].number_format == "#,##0"
