"""Separated text: encodings, separators, quotes, ragged lines."""

from __future__ import annotations

import codecs
import gzip
from collections.abc import Callable

import pytest

from batikrfm.sales.reading import Sheet, read_bytes
from batikrfm.sales.reading.decoding import AtOnce, to_utf8

RowsOf = Callable[[Sheet], list[tuple[object, ...]]]
TABLE = "Tanggal;Nama;Total\r\n2026-06-01;Café Siti \N{EN DASH} “Kain”;82.500\r\n2026-06-02;Budi;150.000\r\n"
ROWS = [("2026-06-01", "Café Siti \N{EN DASH} “Kain”", "82.500"), ("2026-06-02", "Budi", "150.000")]


def one(text: str | bytes, name: str = "toko.csv") -> Sheet:
    (sheet,) = read_bytes(name, text.encode() if isinstance(text, str) else text)
    return sheet


def records(sheet: Sheet) -> dict[int, tuple[str | None, ...]]:
    return dict(zip(sheet.cells["line"], sheet.cells.drop("line").rows(), strict=True))


@pytest.mark.parametrize(
    "data",
    [
        TABLE.encode(),
        codecs.BOM_UTF8 + TABLE.encode(),
        codecs.BOM_UTF16_LE + TABLE.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TABLE.encode("utf-16-be"),
        TABLE.encode("utf-16-le"),
        TABLE.encode("utf-16-be"),
        codecs.BOM_UTF32_LE + TABLE.encode("utf-32-le"),
        TABLE.encode("cp1252"),
    ],
    ids=["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "utf-16-le no mark", "utf-16-be no mark", "utf-32", "cp1252"],
)
def test_an_encoding_is_known_from_the_bytes(data: bytes, rows_of: RowsOf) -> None:
    sheet = one(data)
    assert sheet.header == ("Tanggal", "Nama", "Total")
    assert rows_of(sheet) == ROWS


def test_latin_1_characters_without_a_place_in_cp1252_are_kept(rows_of: RowsOf) -> None:
    assert rows_of(one(b"Tanggal,Nama,Total\n2026-06-01,a\x81b,1\n")) == [("2026-06-01", "a\x81b", "1")]


def test_one_file_of_two_encodings_is_read_cell_by_cell(rows_of: RowsOf) -> None:
    data = "Tanggal,Nama,Total\n2026-06-01,Café,1\n".encode() + "2026-06-02,Café,2\n".encode("latin-1")
    assert rows_of(one(data)) == [("2026-06-01", "Café", "1"), ("2026-06-02", "Café", "2")]


def test_transcoding_by_chunks_cuts_no_character_and_no_line() -> None:
    few = AtOnce(3, 3)
    lines = [f"Caf\u00e9 \N{EN DASH} {number}\n" for number in range(9)]
    whole = "".join(lines).encode()
    assert to_utf8(whole.decode().encode("utf-16"), few) == whole
    assert to_utf8(b"".join(line.encode("cp1252" if number % 2 else "utf-8") for number, line in enumerate(lines)), few) == whole


def test_nul_bytes_and_the_dos_end_of_file_are_left_out(rows_of: RowsOf) -> None:
    assert rows_of(one(b"Tanggal,Nama,Total\n2026-06-01,Si\0ti,1\n\x1a")) == [("2026-06-01", "Siti", "1")]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_a_separator_is_known_from_the_lines(separator: str, rows_of: RowsOf) -> None:
    text = "\n".join(
        separator.join(row) for row in [("Tanggal", "Nama", "Total"), ("1/6/2026", "Siti A", "82.500"), ("2/6/2026", "Budi", "1")]
    )
    assert rows_of(one(text)) == [("1/6/2026", "Siti A", "82.500"), ("2/6/2026", "Budi", "1")]


def test_decimal_commas_do_not_make_the_comma_the_separator(rows_of: RowsOf) -> None:
    assert rows_of(one("Tanggal;Nama;Total\n1/6/2026;A;12,50\n2/6/2026;B;13,50\n")) == [
        ("1/6/2026", "A", "12,50"),
        ("2/6/2026", "B", "13,50"),
    ]


def test_ragged_lines_with_a_decimal_comma_each_do_not_make_it_the_separator_either(rows_of: RowsOf) -> None:
    lines = ["Tanggal;Nama;Total", "1/6/2026;A;12,50;x", "2/6/2026;B;13,50", "3/6/2026;C;13,50;;", "4/6/2026;13,50"]
    assert [row[1] for row in rows_of(one("\n".join(lines)))] == ["A", "B", "C", "13,50"]


def test_excels_own_separator_line_is_obeyed_and_counted() -> None:
    sheet = one("sep=|\r\nTanggal|Nama|Total\r\n1/6/2026|A, B; C|5\r\n")
    assert records(sheet) == {3: ("1/6/2026", "A, B; C", "5")}
    assert sheet.preamble == ()


@pytest.mark.parametrize("name", ["toko.txt", "toko.xls", "toko.xlsx", "toko"])
def test_the_name_does_not_matter(name: str, rows_of: RowsOf) -> None:
    assert rows_of(one(TABLE, name)) == ROWS


def test_a_gzipped_file_is_read(rows_of: RowsOf) -> None:
    sheet = one(gzip.compress(TABLE.encode()), "toko.csv.gz")
    assert sheet.file == "toko.csv"
    assert rows_of(sheet) == ROWS


def test_lines_are_record_numbers_and_blank_lines_count() -> None:
    sheet = one('Laporan Juni\n\nTanggal,Nama,Total\n\n1/6/2026,"Siti\nAminah",5\n,,\n2/6/2026,Budi,6\n')
    assert records(sheet) == {5: ("1/6/2026", "Siti\nAminah", "5"), 7: ("2/6/2026", "Budi", "6")}
    assert sheet.preamble == (("Laporan Juni",),)


def test_old_macs_line_ends_are_read(rows_of: RowsOf) -> None:
    assert rows_of(one("Tanggal,Nama,Total\r1/6/2026,A,5\r2/6/2026,B,6\r")) == [("1/6/2026", "A", "5"), ("2/6/2026", "B", "6")]


def test_short_and_long_lines_lose_nothing() -> None:
    sheet = one("Tanggal,Nama,Total\n1/6/2026,A\n2/6/2026,B,6,lebih,,lagi\n3/6/2026\n4/6/2026,D,7,\n")
    assert sheet.header == ("Tanggal", "Nama", "Total", "", "")
    assert records(sheet) == {
        2: ("1/6/2026", "A", None, None, None),
        3: ("2/6/2026", "B", "6", "lebih", "lagi"),
        4: ("3/6/2026", None, None, None, None),
        5: ("4/6/2026", "D", "7", None, None),
    }


def test_separators_at_the_end_of_every_line_make_no_column() -> None:
    assert one("Tanggal,Nama,Total,,\n1/6/2026,A,5,,\n").header == ("Tanggal", "Nama", "Total")


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ('1/6/2026,Kain 36" lebar,5', ("1/6/2026", 'Kain 36" lebar', "5")),
        ('1/6/2026,"Kain lebar,5', ("1/6/2026", '"Kain lebar', "5")),
        ('1/6/2026,"Toko "Batik" Solo",5', ("1/6/2026", 'Toko "Batik" Solo', "5")),
        ('1/6/2026,"Kain" lebar,5', ("1/6/2026", '"Kain" lebar', "5")),
        ('1/6/2026, "Kain, lebar" ,5', ("1/6/2026", "Kain, lebar", "5")),
        ('1/6/2026,"Kain ""A""",5', ("1/6/2026", 'Kain "A"', "5")),
        ('1/6/2026,"Kain"\rx,5', ("1/6/2026", '"Kain"\rx', "5")),
        ('1/6/2026,"",5', ("1/6/2026", None, "5")),
    ],
)
def test_stray_quotes_cost_no_row(line: str, fields: tuple[str | None, ...]) -> None:
    sheet = one(f'Tanggal,Nama,Total\n{line}\n2/6/2026,"Budi\nS",6\n3/6/2026,C,7\n')
    assert records(sheet) == {2: fields, 3: ("2/6/2026", "Budi\nS", "6"), 4: ("3/6/2026", "C", "7")}


def test_a_formula_stays_text(rows_of: RowsOf) -> None:
    assert rows_of(one("Tanggal,Nama,Total\n1/6/2026,=cmd|' /C calc'!A0,5\n")) == [("1/6/2026", "=cmd|' /C calc'!A0", "5")]


def test_two_columns_with_one_heading_are_both_kept(rows_of: RowsOf) -> None:
    sheet = one("Tanggal,Total,Total\n1/6/2026,5,6\n")
    assert sheet.header == ("Tanggal", "Total", "Total")
    assert rows_of(sheet) == [("1/6/2026", "5", "6")]


def test_a_column_without_a_heading_is_kept_where_it_holds_something(rows_of: RowsOf) -> None:
    sheet = one("Tanggal,,Nama,,Total\n1/6/2026,x,A,,5\n")
    assert sheet.header == ("Tanggal", "", "Nama", "Total")
    assert rows_of(sheet) == [("1/6/2026", "x", "A", "5")]
