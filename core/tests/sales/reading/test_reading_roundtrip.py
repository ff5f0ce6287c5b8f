"""Any table that is written is read back: every encoding, separator and way of quoting, and as .xlsx."""

from __future__ import annotations

import codecs
import csv
import io
from contextlib import suppress
from functools import cache
from typing import Any, Literal

import openpyxl
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from batikrfm.sales.reading import ReadingError, Sheet, read_bytes

HEADER = ("Tanggal", "Nama Pelanggan", "No HP", "Total")
ENCODINGS = {
    "utf-8": b"",
    "utf-8-sig": b"",
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "cp1252": b"",
}
LATIN = st.characters(codec="cp1252", exclude_categories=["Cc", "Zs", "Zl", "Zp"])
ANY = st.characters(exclude_categories=["Cs", "Cc", "Cn", "Zs", "Zl", "Zp"])
PUNCTUATION = st.sampled_from([",", ";", "\t", "|", '"', "'", "\n", " ", "=", "@"])


def texts(letters: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """A cell's text. Its first letter is no blank, so that no cell is blank to us and filled to the writer."""
    return st.builds(lambda first, rest: first + rest, letters, st.text(letters | PUNCTUATION, max_size=12)) | st.just("")


def tables(letters: st.SearchStrategy[str]) -> st.SearchStrategy[list[tuple[str, ...]]]:
    """Rows beneath HEADER; the first column is a date, so that no row is blank and the header is known for what it is."""
    dates = st.dates().map(lambda day: day.isoformat())
    return st.lists(st.tuples(dates, texts(letters), texts(letters), texts(letters)), min_size=1, max_size=8)


def check(sheet: Sheet, rows: list[tuple[Any, ...]], first: int) -> None:
    assert sheet.header == HEADER
    assert sheet.cells["line"].to_list() == list(range(first, first + len(rows)))
    assert sheet.cells.drop("line").rows() == [tuple(value if value != "" else None for value in row) for row in rows]


def _could_be_utf8(line: bytes) -> bool:
    """Whether nobody can tell: letters in CP1252 that are other letters in UTF-8."""
    try:
        return len(line.decode()) != len(line)
    except UnicodeDecodeError:
        return False


@given(st.data(), st.sampled_from(sorted(ENCODINGS)), st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n"]), st.booleans())
@settings(max_examples=300, deadline=None)
def test_separated_text(data: st.DataObject, encoding: str, separator: str, end: Literal["\n", "\r\n"], everything: bool) -> None:  # noqa: FBT001 - a parameter of the test
    rows = data.draw(tables(LATIN if encoding == "cp1252" else ANY))
    heading = data.draw(st.sampled_from([[], [["Laporan Penjualan"], []]]))
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL if everything else csv.QUOTE_MINIMAL)
    writer.writerows([*heading, HEADER, *rows])
    written = file.getvalue().encode(encoding)
    assume(encoding != "cp1252" or not any(map(_could_be_utf8, written.split(b"\n"))))
    (sheet,) = read_bytes("toko.csv", ENCODINGS[encoding] + written)
    check(sheet, rows, len(heading) + 2)


@given(
    st.text(st.sampled_from('"",;\t|\n\r a1\u00e9\v\u2028'), max_size=60), st.sampled_from(",;\t|"), st.sampled_from(["utf-8", "utf-16"])
)
@settings(max_examples=300, deadline=None)
def test_rubbish_between_two_lines_takes_neither_away(rubbish: str, separator: str, encoding: str) -> None:
    first, last = ("2026-06-01", "Siti", "0812", "5"), ("2026-06-09", "Budi", "0813", "9")
    text = "\n".join([separator.join(HEADER), separator.join(first), rubbish, separator.join(last), ""])
    (sheet,) = read_bytes("toko.csv", text.encode(encoding))
    rows = sheet.cells.rows()
    assert rows[0][:5] == (2, *first)
    assert rows[-1][1:5] == last


# XML has no place for the last two, and of what starts with "=" the writer makes a formula without a value
IN_WORKBOOKS = ANY.filter(lambda letter: letter not in "=\ufffe\uffff")


@given(tables(IN_WORKBOOKS), st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_workbooks(rows: list[tuple[str, ...]], above: int) -> None:
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("Data")
    for row in [*[()] * above, HEADER, *rows]:
        page.append([value or None for value in row])
    file = io.BytesIO()
    book.save(file)
    (sheet,) = read_bytes("toko.xlsx", file.getvalue())
    check(sheet, rows, above + 2)


@cache
def small_book() -> bytes:
    file = io.BytesIO()
    book = openpyxl.Workbook()
    book.worksheets[0].append(HEADER)
    book.worksheets[0].append(("2026-06-01", "Siti", "0812", 5))
    book.save(file)
    return file.getvalue()


def _read_or_refuse(data: bytes) -> None:
    with suppress(ReadingError):
        read_bytes("toko.xlsx", data)


@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
@settings(max_examples=300, deadline=None)
def test_no_bytes_at_all_make_it_fail_in_another_way(data: bytes) -> None:
    _read_or_refuse(data)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_damage_makes_it_fail_in_another_way(data: st.DataObject) -> None:
    damaged = bytearray(small_book())
    for _ in range(data.draw(st.integers(1, 5))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    _read_or_refuse(bytes(damaged))
