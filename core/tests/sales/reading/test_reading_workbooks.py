"""Workbooks: types, lines, merged and stray cells, and which sheets are read."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest
import xlwt

from batikrfm.sales.reading import Limits, ReadingError, Sheet, read_bytes, read_files
from batikrfm.sales.reading.errors import (
    FileEmpty,
    HeaderMissing,
    HeaderOnly,
    NotSales,
    SheetMissing,
    SheetsHidden,
    SheetTooWide,
    SheetUnclear,
    TooManyColumns,
    TooManyRows,
    TooManySheets,
)

Make = Callable[..., bytes]
Table = Sequence[Sequence[object]]
LIMITS = Limits()
HEADER = ("Tanggal", "Nama Pelanggan", "Total")
ROWS = (("2026-06-01", "Siti", 150000), ("2026-06-02", "Budi", 82500.5))
JULY = (HEADER, ("2026-07-01", "Ayu", 1000))
INCOME = (("No. Pesanan", "Waktu Pesanan Dibuat", "Total Penghasilan"), ("2606AAAA", "2026-06-01", 5000))
PEOPLE = (("ID", "Nama Pelanggan", "No HP", "Alamat"), ("1", "Siti", "0812", "Solo"))


def saved(book: xlwt.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def one(data: bytes, limits: Limits = LIMITS) -> Sheet:
    (sheet,) = read_bytes("toko.xlsx", data, limits=limits)
    return sheet


def test_each_kind_of_cell_has_its_type(book: Make) -> None:
    when = datetime(2026, 6, 1, 8, 30)  # noqa: DTZ001 - a cell has no zone
    rows = [
        ("Tanggal", "Waktu", "Nama", "Total", "Lunas", "Kode"),
        (when, date(2026, 6, 1), "Siti", 150000, True, 1),
        (when, None, "Budi", 0.1, False, "A1"),
    ]
    sheet = one(book({"Data": rows}))
    assert sheet.cells.schema == {
        "line": pl.UInt32,
        "0": pl.Datetime("ms"),
        "1": pl.Datetime("ms"),
        "2": pl.String,
        "3": pl.Float64,
        "4": pl.Boolean,
        "5": pl.String,
    }
    assert sheet.cells.row(1) == (3, when, None, "Budi", 0.1, False, "A1")
    assert sheet.cells["5"].to_list() == ["1", "A1"]


def test_text_far_below_numbers_is_not_lost(book: Make) -> None:
    rows = [("Tanggal", "Invoice", "Total"), *(("2026-06-01", 536365 + number, 1) for number in range(3000)), ("2026-06-02", "C536379", 1)]
    assert one(book({"Data": rows})).cells["1"].to_list()[-2:] == ["539364", "C536379"]


def test_lines_are_those_that_excel_shows(book: Make) -> None:
    table = [(), (), (), HEADER, ("2026-06-01", "A", 5), (), (), ("2026-06-02", "B", 6), (None, " ")]
    sheet = one(book({"Data": [("", *row) if row else () for row in table]}))
    assert sheet.header == HEADER
    assert sheet.cells.rows() == [(5, "2026-06-01", "A", 5.0), (8, "2026-06-02", "B", 6.0)]


def test_the_same_lines_come_out_of_an_old_xls() -> None:
    book = xlwt.Workbook()
    page = book.add_sheet("Data")
    for row, values in {3: HEADER, 4: ("2026-06-01", "A", 5), 7: ("2026-06-02", "B", 6)}.items():
        for column, value in enumerate(values):
            page.write(row, column + 1, value)
    (sheet,) = read_bytes("toko.xls", saved(book))
    assert sheet.header == HEADER
    assert sheet.cells.rows() == [(5, "2026-06-01", "A", 5), (8, "2026-06-02", "B", 6)]


@pytest.mark.parametrize("name", ["toko.xls", "toko.csv", "toko.xlsb", "toko.ods", "toko", "TOKO.XLSX"])
def test_an_xlsx_is_read_whatever_its_name(name: str, book: Make, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(book())
    for (sheet,) in (read_files([path]), read_bytes(name, path.read_bytes())):
        assert sheet.header == HEADER
        assert sheet.cells.height == 2


@pytest.mark.parametrize("name", ["toko.xlsx", "toko.csv", "toko.XLS"])
def test_an_old_xls_is_read_whatever_its_name(name: str, exports: ModuleType, tmp_path: Path) -> None:
    exports.write_xls(tmp_path / name, [HEADER, *ROWS])
    (sheet,) = read_files([tmp_path / name])
    assert sheet.header == HEADER


def test_merged_heading_cells_do_not_win_over_the_header(book: Make) -> None:
    table = [("Laporan Penjualan Toko Batik Kauman",), ("Periode", "Juni 2026"), (), HEADER, *ROWS]
    sheet = one(book({"Data": table}, touch=lambda page: [page.merge_cells(cells) for cells in ("A1:C1", "B2:C2")]))
    assert sheet.header == HEADER
    assert sheet.preamble == (("Laporan Penjualan Toko Batik Kauman",), ("Periode", "Juni 2026"))
    assert sheet.cells["line"].to_list() == [5, 6]


def test_merged_data_cells_keep_their_rows(book: Make) -> None:
    sheet = one(book({"Data": [HEADER, *ROWS]}, touch=lambda page: page.merge_cells("A2:A3")))
    assert sheet.cells.rows() == [(2, "2026-06-01", "Siti", 150000.0), (3, None, "Budi", 82500.5)]


def test_an_error_cell_is_blank_and_a_formula_in_a_name_is_text(book: Make) -> None:
    sheet = one(book({"Data": [HEADER, ("2026-06-01", "#N/A", 5), ("2026-06-02", "'=cmd|' /C calc'!A0", 5)]}))
    assert sheet.cells["1"].to_list() == [None, "'=cmd|' /C calc'!A0"]


def test_a_million_formatted_blank_rows_are_no_rows(book: Make) -> None:
    assert one(book(touch=lambda page: setattr(page["C1048576"], "number_format", "0.00"))).cells.height == 2


def test_a_stray_cell_at_the_far_end_is_refused_before_it_fills_the_memory(book: Make) -> None:
    with pytest.raises(SheetTooWide) as caught:
        one(book(touch=lambda page: setattr(page["XFD1048576"], "value", "x")))
    assert caught.value.values["rows"] == 1_048_576
    assert caught.value.values["columns"] == 16_384


def test_a_stray_cell_below_is_read_in_its_line(book: Make) -> None:
    rows = [HEADER, *ROWS, *[()] * 1000, (None, None, 7)]
    assert one(book({"Data": rows})).cells.rows()[-1] == (1004, None, None, 7.0)


def test_sixteen_thousand_columns_are_refused_with_their_number(book: Make) -> None:
    with pytest.raises(TooManyColumns) as caught:
        one(book({"Data": [[f"Kolom{'x' * (number % 7)} total {number}" for number in range(16_000)], [1] * 16_000]}))
    assert caught.value.values["columns"] == 16_000


def test_columns_to_the_right_of_the_header_count_too(book: Make) -> None:
    with pytest.raises(TooManyColumns):
        one(book({"Data": [HEADER, ("2026-06-01", "A", 5, *range(30))]}), limits=Limits(max_columns=20))


def test_too_many_rows_and_sheets_are_refused(book: Make) -> None:
    with pytest.raises(TooManyRows):
        one(book(), limits=Limits(max_rows=1))
    with pytest.raises(TooManySheets):
        one(book(dict.fromkeys("abc", JULY)), limits=Limits(max_sheets=2))
    assert one(book(), limits=Limits(max_rows=2, max_sheets=1, max_columns=3, max_files=1)).cells.height == 2


# which sheets


def names(data: bytes, sheet: str | None = None) -> list[str | None]:
    return [table.sheet for table in read_bytes("toko.xlsx", data, sheet=sheet)]


def test_all_sheets_with_sales_are_read_in_their_order(book: Make) -> None:
    other = (("Tgl", "Pembeli", "Produk", "Jumlah"), ("2026-06-01", "Siti", "Kain", 2))
    assert names(book({"Juni": (HEADER, *ROWS), "Juli": JULY, "Toko B": other})) == ["Juni", "Juli", "Toko B"]


@pytest.mark.parametrize("name", ["Ringkasan", "Pivot", "Income", "Grafik 2026"])
def test_a_summary_sheet_does_not_win(name: str, book: Make) -> None:
    assert names(book({name: (("Tanggal", "Total"), ("2026-06-01", 5)), "Data": JULY})) == ["Data"]


def test_a_hidden_sheet_first_does_not_win(book: Make) -> None:
    assert names(book({"Lama": (HEADER, *ROWS), "Data": JULY}, hidden=["Lama"])) == ["Data"]


def test_a_payout_sheet_a_list_of_people_and_empty_sheets_are_left_out(book: Make) -> None:
    assert names(book({"Kosong": [], "Dana": INCOME, "Pelanggan": PEOPLE, "Juli": JULY, "Judul": [HEADER]})) == ["Juli"]


def test_a_sheet_with_a_pivot_table_first_does_not_win(book: Make, repacked: Make) -> None:
    schema = "http://schemas.openxmlformats.org"
    relation = (
        f'<?xml version="1.0"?><Relationships xmlns="{schema}/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{schema}/officeDocument/2006/relationships/pivotTable" Target="../pivotTables/p.xml"/></Relationships>'
    ).encode()
    data = repacked(book({"A": (HEADER, *ROWS), "B": JULY}), {"xl/worksheets/_rels/sheet1.xml.rels": relation})
    assert names(data) == ["B"]
    assert names(data, sheet="A") == ["A"]
    undated = [("Nama", "No HP", "Total"), ("Siti", "0812", 5)]
    assert names(repacked(book({"A": (HEADER, *ROWS), "B": undated}), {"xl/worksheets/_rels/sheet1.xml.rels": relation})) == ["B"]
    with pytest.raises(NotSales):
        names(repacked(book({"A": (HEADER, *ROWS)}), {"xl/worksheets/_rels/sheet1.xml.rels": relation}))


def test_the_only_sheet_is_read_even_if_its_name_says_summary(book: Make) -> None:
    assert names(book({"Rekap": JULY})) == ["Rekap"]
    assert names(book({"Rekap Juni": (HEADER, *ROWS), "Rekap Juli": JULY})) == ["Rekap Juni", "Rekap Juli"]


def test_a_chosen_sheet_is_read_whatever_it_is(book: Make) -> None:
    data = book({"Dana": INCOME, "Juni ": (HEADER, *ROWS), "Juli": JULY}, hidden=["Juli"])
    assert names(data, sheet="Dana") == ["Dana"]
    assert names(data, sheet="juni") == ["Juni "]
    assert names(data, sheet="Juli") == ["Juli"]


@pytest.mark.parametrize(
    ("sheets", "hidden", "sheet", "error"),
    [
        ({"Juni": JULY, "Juli": JULY}, (), "Mei", SheetMissing),
        ({"Juni": JULY, "Kosong": []}, ("Juni",), None, SheetsHidden),
        ({"Income": INCOME}, (), None, NotSales),
        ({"A": PEOPLE, "B": (("Kode", "Nama Barang", "Warna"), ("1", "Kain", "Biru"))}, (), None, SheetUnclear),
        ({"A": [], "B": []}, (), None, FileEmpty),
        ({"A": [HEADER]}, (), None, HeaderOnly),
        ({"A": ROWS}, (), None, HeaderMissing),
        ({"A": ROWS, "B": ROWS}, (), None, HeaderMissing),
        ({"A": JULY, "B": []}, (), "B", FileEmpty),
        ({"A": JULY, "B": [HEADER]}, (), "B", HeaderOnly),
    ],
)
def test_no_clear_sheet_is_said_and_the_sheets_are_named(
    sheets: Mapping[str, Table],
    hidden: Sequence[str],
    sheet: str | None,
    error: type[ReadingError],
    book: Make,
) -> None:
    with pytest.raises(error) as caught:
        names(book(sheets, hidden=hidden), sheet=sheet)
    assert "toko.xlsx" in str(caught.value)
    if "sheets" in caught.value.values:
        assert all(name in str(caught.value) for name, rows in sheets.items() if rows)


def test_hidden_sheets_of_an_old_xls_do_not_win() -> None:
    book = xlwt.Workbook()
    for name, rows in {"Lama": (HEADER, *ROWS), "Data": JULY}.items():
        page = book.add_sheet(name)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                page.write(number, column, value)
    book.get_sheet(0).visibility = 1
    assert [sheet.sheet for sheet in read_bytes("toko.xls", saved(book))] == ["Data"]


def test_a_time_of_day_is_kept(book: Make) -> None:
    sheet = one(book({"Data": [("Tanggal", "Waktu", "Total"), ("2026-06-01", time(8, 4), 5)]}))
    assert "08:04:00" in str(sheet.cells["1"][0])


def test_nul_characters_are_left_out(exports: ModuleType, book: Make, tmp_path: Path) -> None:
    assert one(book({"Data": [HEADER, ("2026-06-01", "Si_x0000_ti", 5)]})).cells["1"].to_list() == ["Siti"]
    exports.write_xls(tmp_path / "toko.xls", [HEADER, ("2026-06-01", "Si\0ti", 5)])
    (sheet,) = read_files([tmp_path / "toko.xls"])
    assert sheet.cells["1"].to_list() == ["Siti"]
