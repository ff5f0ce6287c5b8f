"""How far cells reach: a request for too much memory is seen before it is made, in .xlsx and in .xls."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable

import pytest
import xlwt
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.sales.reading import Limits, ReadingError, read_bytes
from batikrfm.sales.reading import errors as e
from batikrfm.sales.reading.biff import extents
from batikrfm.sales.reading.compound import BrokenXlsError
from batikrfm.sales.reading.extent import Extent, UnreadableXmlError, column_number, exact_extent, rough_extent

SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%b</sheetData></worksheet>'
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def letters_of(number: int) -> str:
    number -= 1
    return (letters_of(number // 26) if number >= 26 else "") + LETTERS[number % 26]


def cell(row: int, column: int) -> bytes:
    return f'<c r="{letters_of(column)}{row}" s="1"><v>5</v></c>'.encode()


@given(st.lists(st.tuples(st.integers(1, 1_048_576), st.integers(1, 16_384)), min_size=1, max_size=30), st.integers(1, 200))
def test_the_rough_box_holds_all_cells_and_is_not_much_too_large(places: list[tuple[int, int]], size: int) -> None:
    xml = SHEET % b"".join(b"<row>%b</row>" % cell(*place) for place in places)
    chunks = [xml[at : at + size] for at in range(0, len(xml), size)]
    exact = Extent(max(row for row, _ in places), max(column for _, column in places))
    assert exact_extent(chunks) == exact
    rough = rough_extent([xml[:100], *(xml[at : at + size] for at in range(100, len(xml), size))])
    assert rough is not None
    assert exact.rows <= rough.rows < 10 * exact.rows
    assert exact.columns <= rough.columns < 27 * exact.columns


@pytest.mark.parametrize(
    "far",
    [
        b'<c r="XFD9"/>',
        b"<c r='XFD9'/>",
        b'<c\tr="XFD9"/>',
        b'<c s="1" r="XFD9"/>',
        b'<c r = "XFD9"/>',
        b'<c r="xfd9"/>',
        b"""<c x=' r="A1"' r="XFD9"/>""",
        b"""<c x="' r='A1'"r="XFD9"/>""",
        b"""<c x=">" r="XFD9"/>""",
        b'<x:c r="XFD9"/>',
        b"<c/>" * 16_384,
        b"<c><v>1</v></c>" * 16_384,
    ],
)
@pytest.mark.parametrize("first", [b"", cell(1, 1), b'<c r="A1" s="1"><v>5</v></c>' * 3])
def test_no_spelling_hides_a_cell(far: bytes, first: bytes) -> None:
    xml = SHEET % (b'<row r="9">%b%b</row>' % (first, far))
    rough = rough_extent([xml])
    assert rough is None or rough.columns >= 16_384
    assert exact_extent([xml]).columns >= 16_384


def test_prefixed_tags_are_understood_at_once() -> None:
    cells = b'<x:row r="2"><x:c r="A2"><x:v>abc :d</x:v></x:c><x:c r="B2"/></x:row>'
    xml = b'<x:worksheet xmlns:x="u"><x:sheetData>%b</x:sheetData></x:worksheet>' % cells
    assert rough_extent([xml]) == exact_extent([xml]) == Extent(2, 2)


def test_a_sheet_without_references_is_read(book: Callable[..., bytes], repacked: Callable[..., bytes]) -> None:
    texts = (b"Tanggal Nama Total", b"2026-06-01 Siti 5")
    rows = b"".join(b"<row>%b</row>" % b"".join(b'<c t="str"><v>%b</v></c>' % text for text in row.split()) for row in texts)
    (sheet,) = read_bytes("toko.xlsx", repacked(book(), {"xl/worksheets/sheet1.xml": SHEET % rows}))
    assert sheet.header == ("Tanggal", "Nama", "Total")
    assert sheet.cells.rows() == [(2, "2026-06-01", "Siti", "5")]


@pytest.mark.parametrize(
    "cells",
    [
        cell(1_048_576, 16_384),
        b'<c r="DZZZZ1"/>',
        b'<c r="A9999999"/>',
        b'<c t="str"><v>x</v></c>' * 16_384 + b'</row><row r="9999999"><c t="str"><v>x</v></c>',
    ],
    ids=["a reference", "no such column", "no such row", "without references"],
)
def test_a_box_that_would_not_fit_is_refused(cells: bytes, book: Callable[..., bytes], repacked: Callable[..., bytes]) -> None:
    with pytest.raises(e.SheetTooWide):
        read_bytes("toko.xlsx", repacked(book(), {"xl/worksheets/sheet1.xml": SHEET % (b'<row r="1">%b</row>' % (cell(1, 1) + cells))}))


@pytest.mark.parametrize("odd", [b'<c r="$A$1"/>', b'<c x="<" r="XFD9"/>', b"<c r='A1/>"])
def test_what_nobody_writes_is_not_guessed_at(odd: bytes) -> None:
    with pytest.raises(UnreadableXmlError):
        exact_extent([SHEET % odd])


@given(st.integers(1, 400))
def test_chunks_hide_no_cell(size: int) -> None:
    xml = SHEET % b"""<row r="1"><c r="A1"/><c x=">" y='"' r="C7"><v>&gt;</v></c><c/><c r='B2'/></row><row/><row><c/></row>"""
    assert exact_extent(xml[at : at + size] for at in range(0, len(xml), size)) == Extent(7, 4)


def test_an_encoding_that_hides_the_cells_is_refused(book: Callable[..., bytes], repacked: Callable[..., bytes]) -> None:
    xml = (b'<?xml version="1.0" encoding="UTF-16"?>' + SHEET % cell(1_048_576, 16_384)).decode()
    for hidden in (xml.encode("utf-16"), xml.encode("utf-16-le"), xml.encode("utf-16-be")):
        with pytest.raises(e.DangerousXml):
            read_bytes("toko.xlsx", repacked(book(), {"xl/worksheets/sheet1.xml": hidden}))


def test_an_endless_tag_is_damage(book: Callable[..., bytes], repacked: Callable[..., bytes]) -> None:
    with pytest.raises(e.FileDamaged):
        read_bytes("toko.xlsx", repacked(book(), {"xl/worksheets/sheet1.xml": SHEET % (b"<c " + b" " * 3_000_000 + b"/>")}))


def test_columns_are_numbered_as_excel_does() -> None:
    assert [column_number(letters) for letters in ("A", "Z", "AA", "XFD")] == [1, 26, 27, 16_384]


# .xls


@pytest.fixture
def old_book() -> bytearray:
    """An .xls with two sheets; the second is 3 rows by 4 columns. Its stream lies in one piece."""
    book = xlwt.Workbook()
    book.add_sheet("Kosong").merge(0, 1, 0, 1)
    page = book.add_sheet("Data")
    for row, values in enumerate(
        [("Tanggal", "Nama", "Produk", "Total"), ("2026-06-01", "Siti", "Kain", 5), ("2026-06-02", "Budi", "Kain", 6)]
    ):
        for column, value in enumerate(values):
            page.write(row, column, value)
    file = io.BytesIO()
    book.save(file)
    return bytearray(file.getvalue())


def record(data: bytearray, kind: int, size: int) -> int:
    """Where the body of the last such record begins."""
    return data.rindex(struct.pack("<HH", kind, size)) + 4


def refusal(data: bytearray, limits: Limits = Limits()) -> type[ReadingError]:  # noqa: B008 - it is frozen
    with pytest.raises(ReadingError) as caught:
        read_bytes("toko.xls", bytes(data), limits=limits)
    return type(caught.value)


def test_the_box_of_an_xls(old_book: bytearray) -> None:
    assert extents(bytes(old_book))[1] == Extent(3, 4)
    assert refusal(old_book, Limits(max_sheets=1)) is e.TooManySheets
    assert refusal(old_book, Limits(max_cells=11)) is e.SheetTooWide


@pytest.mark.parametrize(
    ("rows", "columns", "error"),
    [((0, 4_000_000_000), (0, 200), e.SheetTooWide), ((9, 3), (0, 4), e.FileDamaged), ((0, 3), (0, 40_000), e.FileDamaged)],
)
def test_an_announced_box_that_would_not_fit_is_refused(
    rows: tuple[int, int], columns: tuple[int, int], error: type[ReadingError], old_book: bytearray
) -> None:
    struct.pack_into("<IIHH", old_book, record(old_book, 0x0200, 14), *rows, *columns)
    assert refusal(old_book) is error


def test_a_box_that_ends_before_it_begins_never_reaches_the_reader(old_book: bytearray) -> None:
    struct.pack_into("<IIHH", old_book, record(old_book, 0x0200, 14), 9, 3, 0, 4)
    with pytest.raises(BrokenXlsError):
        extents(bytes(old_book))


def test_a_cell_outside_of_what_an_xls_can_hold_is_damage(old_book: bytearray) -> None:
    struct.pack_into("<HH", old_book, record(old_book, 0x00FD, 10), 2, 30_000)
    assert refusal(old_book) is e.FileDamaged


def test_a_panic_inside_the_reader_is_damage(old_book: bytearray) -> None:
    struct.pack_into("<H", old_book, record(old_book, 0x00E5, 10), 500)  # it goes on to read 500 merged cells out of one
    assert refusal(old_book) is e.FileDamaged


def test_two_sheets_in_one_place_are_damage(old_book: bytearray) -> None:
    at = record(old_book, 0x0085, 12 if old_book.count(struct.pack("<HH", 0x0085, 12)) else 14)
    struct.pack_into("<I", old_book, at, 4_000_000_000)
    assert refusal(old_book) is e.FileDamaged


@pytest.mark.parametrize("at", [30, 32, 44, 48, 64, 76])
def test_a_container_that_contradicts_itself_is_damage(at: int, old_book: bytearray) -> None:
    struct.pack_into("<H", old_book, at, 0x7777)
    assert refusal(old_book) is e.FileDamaged


def test_sectors_in_a_circle_are_damage(old_book: bytearray) -> None:
    table = (struct.unpack_from("<I", old_book, 76)[0] + 1) * 512
    for sector in range(20):
        struct.pack_into("<I", old_book, table + 4 * sector, sector)
    assert refusal(old_book) is e.FileDamaged
