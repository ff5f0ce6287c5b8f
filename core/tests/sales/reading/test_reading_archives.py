"""Archives: what is inside is read, junk is not, and archives in archives are refused."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from batikrfm.sales.reading import ReadingError, read_bytes
from batikrfm.sales.reading import errors as e

Make = Callable[..., bytes]
CSV = b"Tanggal,Nama,Total\n2026-06-01,Siti,5\n"


def names(data: bytes, sheet: str | None = None) -> list[str]:
    return [table.file for table in read_bytes("toko.zip", data, sheet=sheet)]


def test_members_are_read_in_the_order_of_their_names(zipped: Make, book: Make, export_file: Callable[..., Path]) -> None:
    old = export_file("pawoon_transactions").read_bytes()
    data = zipped({"2026/juli/b.xlsx": book(), "2026/juli/a.csv": CSV, "2026/agustus.xls": old})
    assert names(data) == ["toko.zip/2026/agustus.xls", "toko.zip/2026/juli/a.csv", "toko.zip/2026/juli/b.xlsx"]


@pytest.mark.parametrize(
    "junk",
    [
        "__MACOSX/._a.csv",
        "__MACOSX/folder/a.csv",
        ".DS_Store",
        "folder/.DS_Store",
        "Thumbs.db",
        "folder\\desktop.ini",
        "~$toko.xlsx",
        "._a.csv",
    ],
)
def test_what_operating_systems_leave_behind_is_left_out(junk: str, zipped: Make) -> None:
    assert names(zipped({junk: b"\0\1\2", "a.csv": CSV})) == ["toko.zip/a.csv"]


def test_photos_and_documents_beside_the_sales_are_left_out(zipped: Make) -> None:
    assert names(zipped({"resi.pdf": b"%PDF-1.7", "foto.jpg": b"\xff\xd8\xff\xe0", "a.csv": CSV})) == ["toko.zip/a.csv"]


@pytest.mark.parametrize(
    ("members", "error"),
    [
        ({}, e.ArchiveWithoutSales),
        ({"folder/": b""}, e.ArchiveWithoutSales),
        ({"__MACOSX/._a.csv": b"x"}, e.ArchiveWithoutSales),
        ({"resi.pdf": b"%PDF-1.7"}, e.ArchiveWithoutSales),
        ({"a.csv": CSV, "b.csv.gz": gzip.compress(CSV)}, e.NestedArchive),
        ({"a.csv": CSV, "b.csv": b""}, e.FileEmpty),
        ({"a.csv": CSV, "b.ods": b"Rar!\x1a"}, e.FormatNotRead),
        ({"a.csv": CSV, "catatan.txt": b"Terima kasih\n"}, e.HeaderMissing),
    ],
)
def test_what_cannot_be_read_is_named(members: Mapping[str, bytes], error: type[ReadingError], zipped: Make) -> None:
    with pytest.raises(error) as caught:
        names(zipped(members))
    assert str(caught.value.values["file"]).startswith("toko.zip")


def test_an_archive_in_an_archive_is_refused(zipped: Make) -> None:
    with pytest.raises(e.NestedArchive) as caught:
        names(zipped({"dalam.zip": zipped({"a.csv": CSV})}))
    assert "toko.zip/dalam.zip" in str(caught.value)
    with pytest.raises(e.NestedArchive):
        read_bytes("toko.zip.gz", gzip.compress(zipped({"a.csv": CSV})))


def test_a_gzipped_workbook_is_read(book: Make) -> None:
    (table,) = read_bytes("toko.xlsx.gz", gzip.compress(book()))
    assert table.file == "toko.xlsx"


def test_a_chosen_sheet_is_looked_for_in_each_workbook(zipped: Make, book: Make) -> None:
    table = [("Tanggal", "Nama", "Total"), ("2026-06-01", "Siti", 5)]
    data = zipped({"a.xlsx": book({"Juni": table, "Juli": table}), "b.xlsx": book({"Juni": table})})
    assert names(data, "Juni") == ["toko.zip/a.xlsx", "toko.zip/b.xlsx"]
    with pytest.raises(e.SheetMissing) as caught:
        names(data, "Juli")
    assert "toko.zip/b.xlsx" in str(caught.value)
