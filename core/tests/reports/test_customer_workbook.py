"""The workbook of a stored run as openpyxl reads it back: typed, frozen, a sheet for each segment, nothing in it alive."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import tracemalloc
from collections.abc import AsyncIterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import made_up
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from batikrfm.reports.contents import Contents
from batikrfm.reports.customer_workbook import Customers, write_customer_workbook
from batikrfm.reports.long_tables import MOST_ROWS, Column, LongTable, TableFile
from batikrfm.reports.sheets import LONGEST_NAME, SheetNames, safe_text
from batikrfm.sdk.text import Language
from batikrfm.segmentation.customers import CustomerRow

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20).map(lambda text: text.replace("\r", ""))
SEGMENTS = {"champions": (3, 9_000_000), "loyal": (2, 1_000_000)}
FLOWS = [("champions", "loyal", 12), (None, "champions", 4), ("loyal", None, 1)]


def shop(champions: int = 3) -> Contents:
    seen = made_up.overview(segments=SEGMENTS | {"champions": (champions, 9_000_000)}, flows=FLOWS)
    return made_up.contents(seen, made_up.facts(unreachable=2))


def serve(rows: Mapping[str, Sequence[CustomerRow]], page: int = 2) -> Customers:
    async def customers(segment: str) -> AsyncIterator[tuple[CustomerRow, ...]]:
        mine = rows.get(segment, ())
        for start in range(0, len(mine), page):
            yield tuple(mine[start : start + page])

    return customers


async def write(path: Path, customers: Customers, language: Language = "id", most_rows: int = MOST_ROWS, champions: int = 3) -> list[int]:
    return [done async for done in write_customer_workbook(path, shop(champions), customers, language, most_rows=most_rows)]


def read(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    return {sheet.title: [tuple(cell.value for cell in row) for row in sheet.iter_rows()] for sheet in load_workbook(path).worksheets}


BUYERS = {
    "champions": [made_up.buyer("Sari", 5_000_000), made_up.buyer("Budi", 3_000_000), made_up.buyer("Dewi", 1_000_000)],
    "loyal": [made_up.buyer("Joko", 600_000, "loyal"), made_up.buyer(None, 400_000, "loyal", key="+6281234567890")],
}


async def test_each_segment_has_its_sheet_with_typed_cells(tmp_path: Path) -> None:
    assert await write(tmp_path / "a.xlsx", serve(BUYERS), "en") == [2, 3, 5]
    sheets = read(tmp_path / "a.xlsx")
    assert list(sheets) == [
        *("Findings", "Segments", "Moves"),
        *("Champions", "Loyal", "Promising", "At risk", "Lost"),
        "Where numbers come from",
    ]
    heading, *rows = sheets["Champions"]
    assert heading[:7] == ("Name", "Key in the sales data", "Phone", "E-mail", "Last purchase", "Purchases", "Spent (IDR)")
    assert [row[0] for row in rows] == ["Sari", "Budi", "Dewi"]
    assert rows[0][4:] == (dt.datetime(2026, 11, 25), 12, 5_000_000, 5, 5, 5)  # noqa: DTZ001 - a spreadsheet's dates have no zone
    assert sheets["Loyal"][2][:2] == (None, "+6281234567890")
    assert sheets["Lost"] == [heading]


async def test_headings_stay_in_sight_and_can_be_filtered(tmp_path: Path) -> None:
    await write(tmp_path / "a.xlsx", serve(BUYERS))
    workbook = load_workbook(tmp_path / "a.xlsx")
    frozen = {sheet.title: sheet.freeze_panes for sheet in workbook.worksheets}
    assert [name for name, pane in frozen.items() if pane is None] == ["Asal angka"]
    assert workbook["Juara"].auto_filter.ref == "A1:J4"
    assert workbook["Juara"]["G2"].number_format == "#,##0"
    assert workbook["Juara"]["A1"].font.bold
    assert workbook.properties.title == "Laporan pelanggan: Toko Batik Mekar Sari"


async def test_findings_moves_and_segments_have_their_figures(tmp_path: Path) -> None:
    await write(tmp_path / "a.xlsx", serve(BUYERS), "en")
    sheets, contents = read(tmp_path / "a.xlsx"), shop()
    assert [row[0] for row in sheets["Findings"][1:]] == [found.sentence.en for found in contents.findings]
    assert [Decimal(str(row[1])) for row in sheets["Findings"][1:]] == [found.number for found in contents.findings]
    moves = {(row[0], column): cell for row in sheets["Moves"][1:] for column, cell in zip(sheets["Moves"][0], row, strict=True)}
    assert (moves["Champions", "Loyal"], moves["(new)", "Champions"], moves["Loyal", "(left)"]) == (12, 4, 1)
    assert sum(cell for (_, column), cell in moves.items() if isinstance(cell, int) and column != "From \\ to") == 17
    assert [row[1] for row in sheets["Segments"][1:]] == [3, 2, 0, 0, 0, 5]
    assert dict(row[:2] for row in sheets["Where numbers come from"])["Rows read"] == 1_260


EVIL = [
    "=cmd|'/c calc'!A1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\uff1d1+1",
    "nul\x00x",
    "\ufffe\uffff",
    "_x003D_1+1",
    "x" * 40_000,
    "😀",
    "عائشة",
]


@pytest.mark.parametrize("name", EVIL)
async def test_no_name_comes_alive_or_breaks_the_file(name: str, tmp_path: Path) -> None:
    row = CustomerRow(made_up.NOBODY, name, name, name, name, "champions", 5, 5, 5, made_up.AS_OF, 1, Decimal(1))
    await write(tmp_path / "a.xlsx", serve({"champions": [row]}))
    cells = [cell for sheet in load_workbook(tmp_path / "a.xlsx").worksheets for line in sheet.iter_rows() for cell in line]
    assert "f" not in {cell.data_type for cell in cells}


async def test_more_customers_than_a_sheet_holds_go_on_in_another(tmp_path: Path) -> None:
    rows = {"champions": [made_up.buyer(str(number)) for number in range(7)]}
    await write(tmp_path / "a.xlsx", serve(rows), most_rows=4, champions=7)
    sheets = read(tmp_path / "a.xlsx")
    parts = [name for name in sheets if name.startswith("Juara")]
    assert parts == ["Juara", "Juara (2)", "Juara (3)"]
    assert [row[0] for name in parts for row in sheets[name][1:]] == [str(number) for number in range(7)]
    assert all(sheets[name][0] == sheets["Juara"][0] for name in parts)


async def test_memory_does_not_grow_with_customers(tmp_path: Path) -> None:
    """What is held at the most is about the same for one page and for twenty."""
    few, many = [await _peak(tmp_path / f"{pages}.xlsx", pages) for pages in (1, 20)]
    assert many < few + 300_000


async def _peak(path: Path, pages: int) -> int:
    async def customers(segment: str) -> AsyncIterator[tuple[CustomerRow, ...]]:
        for _ in range(pages if segment == "champions" else 0):
            yield (made_up.buyer("Sari Dewi Kusumawardhani"),) * 100

    tracemalloc.start()
    try:
        await write(path, customers, champions=pages * 100)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@settings(deadline=None)
@given(st.lists(st.text(max_size=60), max_size=30))
def test_sheet_names_are_what_excel_takes(wanted: list[str]) -> None:
    names = SheetNames()
    taken = [names.take(name) for name in wanted]
    assert len({name.casefold() for name in taken}) == len(taken)
    for name in taken:
        assert 0 < len(name) <= LONGEST_NAME
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert not name.endswith("'")
        assert name.casefold() != "history"
        Workbook(write_only=True).create_sheet(name)


ROWS = st.lists(
    st.tuples(st.none() | TEXTS, st.none() | st.integers(-(2**53), 2**53), st.dates(dt.date(1900, 3, 1))),
    max_size=9,
)


@settings(max_examples=30, deadline=None)
@given(ROWS, st.integers(2, 5))
def test_rows_are_read_back_as_they_were_written(rows: list[tuple[str | None, int | None, dt.date]], most_rows: int) -> None:
    columns = [Column("Nama", "General", 10), Column("Kali", "#,##0", 10), Column("Hari", "yyyy-mm-dd", 10)]
    workbook, names, buffer = Workbook(write_only=True), SheetNames(), io.BytesIO()
    parts = LongTable(columns, len(rows), lambda: names.take("Juara"), most_rows).lay_out(workbook)
    file = TableFile(buffer, workbook, [parts])
    file.begin(parts)
    file.write(rows)
    file.end()
    file.close()
    found: list[Any] = [row for sheet in load_workbook(buffer).worksheets for row in list(sheet.iter_rows(values_only=True))[1:]]
    assert [(name or None, times, day.date()) for name, times, day in found] == [
        (None if name is None else safe_text(name) or None, times, day) for name, times, day in rows
    ]


def test_a_table_is_not_longer_than_it_was_laid_out() -> None:
    workbook = Workbook(write_only=True)
    parts = LongTable([Column("Nama", "General", 10)], 1, lambda: "A").lay_out(workbook)
    file = TableFile(io.BytesIO(), workbook, [parts])
    file.begin(parts)
    with contextlib.closing(file), pytest.raises(IndexError):
        file.write([("Sari",), ("Budi",)])


def test_a_day_before_spreadsheets_have_days_is_text(tmp_path: Path) -> None:
    workbook = Workbook(write_only=True)
    parts = LongTable([Column("Hari", "yyyy-mm-dd", 10)], 1, lambda: "A").lay_out(workbook)
    file = TableFile(tmp_path / "a.xlsx", workbook, [parts])
    file.begin(parts)
    file.write([(dt.date(1899, 1, 2),)])
    file.end()
    file.close()
    assert read(tmp_path / "a.xlsx") == {"A": [("Hari",), ("1899-01-02",)]}
