"""Whatever is given: one clear sentence that says what to do, never a traceback, never a crash."""

from __future__ import annotations

import gzip
import io
import os
import random
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
import xlwt
from msoffcrypto.format.ooxml import OOXMLFile

from batikrfm.sales.reading import Limits, ReadingError, read_bytes, read_files
from batikrfm.sales.reading import errors as e

Make = Callable[..., bytes]
Refused = Callable[..., ReadingError]
LIMITS = Limits()
HTML = (
    b"<html><body><table><tr><th>Tanggal</th><th>Nama</th><th>Total</th></tr><tr><td>1/6/2026</td><td>A &amp; B</td><td>5</td></tr></table>"
)
CSV = b"Tanggal,Nama,Total\n2026-06-01,Siti,5\n"


@pytest.fixture
def refused() -> Refused:
    """``refused(error, data)``: reading raises exactly that error; its sentences name the file and are filled in."""

    def check(error: type[ReadingError], data: bytes, name: str = "toko.xlsx", limits: Limits = LIMITS) -> ReadingError:
        with pytest.raises(ReadingError) as caught:
            read_bytes(name, data, limits=limits)
        assert type(caught.value) is error
        for language in ("id", "en"):
            sentence = caught.value.say(language)
            assert name.removesuffix(".gz") in sentence
            assert "{" not in sentence
            assert len(sentence) < 300
        return caught.value

    return check


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b" \r\n\r\n", b"\0" * 4096, b"\xff\xfe"])
def test_an_empty_file(data: bytes, refused: Refused) -> None:
    refused(e.FileEmpty, data, "toko.csv")


def test_an_empty_workbook(book: Make, refused: Refused) -> None:
    refused(e.FileEmpty, book({"Lembar1": []}))
    old = io.BytesIO()
    empty = xlwt.Workbook()
    empty.add_sheet("Lembar1")
    empty.save(old)
    refused(e.FileEmpty, old.getvalue(), "toko.xls")


@pytest.mark.parametrize(
    "data",
    [
        b"Tanggal,Nama,Total\n",
        b"Tanggal,Nama,Total",
        b"Laporan Juni\n\nTanggal;Nama;Total\n;;\n",
        b'Order ID,Created Time,Order Amount\nPlatform unique order ID.,"The time it was created.","What the buyer paid."\n',
        HTML.partition(b"<tr><td>")[0],
    ],
)
def test_a_header_and_nothing_else(data: bytes, refused: Refused) -> None:
    refused(e.HeaderOnly, data, "toko.csv")


@pytest.mark.parametrize(
    "data",
    [
        b"2026-06-01,Siti,150000\n2026-06-02,Budi,82500\n",
        b"INV-001,2026-06-01,Siti,Kain,2,50000\nINV-002,2026-06-01,Budi,Kain,1,50000\n",
        b"Siti Aminah\nBudi Santoso\n",
        b"Yth. pelanggan, terima kasih.\nSalam hangat, kami.\n",
    ],
)
def test_no_header(data: bytes, refused: Refused) -> None:
    assert "Tanggal" in refused(e.HeaderMissing, data, "toko.csv").say("id")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n...", "PDF"),
        (b"\x89PNG\r\n\x1a\n....", "picture"),
        (b"\xff\xd8\xff\xe0....", "picture"),
        (b"<!DOCTYPE html><html><body>Silakan masuk</body></html>", "web page"),
        (b'{"orders": []}', "JSON"),
        (b'<?xml version="1.0"?><rss></rss>', "XML"),
        (random.Random(1).randbytes(5000).replace(b"\0", b"\1"), "binary"),  # noqa: S311 - noise, no secret
        (b"SQLite format 3\0" + bytes(100), "database"),
    ],
)
def test_what_is_no_spreadsheet_is_called_by_its_kind(data: bytes, kind: str, refused: Refused) -> None:
    assert kind in str(refused(e.NotASpreadsheet, data, "toko.xlsx"))


def test_a_word_document(zipped: Make, refused: Refused) -> None:
    assert "Word" in str(refused(e.NotASpreadsheet, zipped({"word/document.xml": b"<w/>"}), "toko.docx"))


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<o/>"}, ".ods"),
        ({"Index/Document.iwa": b"x"}, "Numbers"),
        ({"xl/workbook.bin": b"x"}, "XLSB"),
    ],
)
def test_spreadsheets_of_other_kinds_are_to_be_saved_as_xlsx(
    members: Mapping[str, bytes], kind: str, zipped: Make, refused: Refused
) -> None:
    error = refused(e.FormatNotRead, zipped(members), "toko.ods")
    assert kind in str(error)
    assert ".xlsx" in str(error)


@pytest.mark.parametrize(
    "data",
    [
        b"Rar!\x1a\x07\x00",
        b"7z\xbc\xaf\x27\x1c",
        b"\x09\x08\x08\x00\x00\x05\x10\x00",
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
    ],
)
def test_other_formats_that_are_not_read(data: bytes, refused: Refused) -> None:
    refused(e.FormatNotRead, data, "toko.xls")


def test_a_web_page_with_a_table_is_read() -> None:
    (sheet,) = read_bytes("toko.xls", HTML)
    assert sheet.header == ("Tanggal", "Nama", "Total")
    assert sheet.cells.rows() == [(2, "1/6/2026", "A & B", "5")]


def test_a_web_page_of_several_tables_and_wide_cells() -> None:
    page = (
        b"<!DOCTYPE html><html><head><title>x</title><style>td {}</style></head><table><tr><td>Menu</td></tr></table><table>"
        b"<tr><td colspan=3>Laporan</td></tr><tr><th>Tanggal<th>Nama<th>Total</tr>"
        b"<tr><td colspan='2'>1/6/2026<td>batal<br>oleh pembeli</tr><tr><td rowspan=2>2/6/2026<td>B<td>6<td>lebih</tr>"
        b"<tr><td>C<td>7</tr><tr><td>3/6/2026<td>D<td>8</tr></table></html>"
    )
    (sheet,) = read_bytes("toko.xls", page)
    assert sheet.preamble == (("Laporan",),)
    assert sheet.cells.rows() == [
        (3, "1/6/2026", None, "batal\noleh pembeli", None),
        (4, "2/6/2026", "B", "6", "lebih"),
        (5, None, "C", "7", None),
        (6, "3/6/2026", "D", "8", None),
    ]


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.99])
def test_a_truncated_xlsx(share: float, book: Make, refused: Refused) -> None:
    data = book()
    refused(e.FileDamaged, data[: int(len(data) * share)])


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_truncated_zip_gz_or_xls(share: float, zipped: Make, refused: Refused) -> None:
    data = zipped({"a.csv": CSV * 50})
    refused(e.FileDamaged, data[: int(len(data) * share)], "toko.zip")
    data = gzip.compress(random.Random(1).randbytes(500).hex().encode())  # noqa: S311 - noise, no secret
    refused(e.FileDamaged, data[: int(len(data) * share)], "toko.csv.gz")


def test_a_damaged_xls(refused: Refused) -> None:
    file = io.BytesIO()
    old = xlwt.Workbook()
    page = old.add_sheet("Data")
    for column, value in enumerate(("Tanggal", "Nama", "Total")):
        page.write(0, column, value)
    old.save(file)
    data = file.getvalue()
    for share in (0.1, 0.3, 0.5):
        refused(e.FileDamaged, data[: int(len(data) * share)], "toko.xls")


def test_a_member_with_a_wrong_checksum(book: Make, refused: Refused) -> None:
    data = bytearray(book())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    at = info.header_offset + 30 + len(info.filename) + info.compress_size // 2
    data[at] ^= 0xFF
    refused(e.FileDamaged, bytes(data))


def test_xml_that_is_cut_off(book: Make, repacked: Make, refused: Refused) -> None:
    refused(e.FileDamaged, repacked(book(), {"xl/workbook.xml": b"<workbook><sheets>"}))
    refused(e.FileDamaged, repacked(book(), {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row r='1'><c r='A1'"}))


def test_a_book_without_its_sheet(book: Make, zipped: Make, refused: Refused) -> None:
    with zipfile.ZipFile(io.BytesIO(book())) as archive:
        members = {name: archive.read(name) for name in archive.namelist() if "sheet1" not in name}
    refused(e.FileDamaged, zipped(members))


def test_a_password_protected_xlsx(book: Make, refused: Refused) -> None:
    locked = io.BytesIO()
    OOXMLFile(io.BytesIO(book())).encrypt("rahasia", locked)
    assert "password" in str(refused(e.PasswordProtected, locked.getvalue()))


def test_a_password_protected_xls(refused: Refused) -> None:
    file = io.BytesIO()
    old = xlwt.Workbook()
    old.add_sheet("Data").write(0, 0, "Tanggal")
    old.save(file)
    data = bytearray(file.getvalue())
    at = data.index(struct.pack("<HH", 0x0809, 16)) + 20  # the record after the beginning of the book ...
    struct.pack_into("<H", data, at, 0x002F)  # ... becomes FILEPASS: what follows is encrypted
    refused(e.PasswordProtected, bytes(data), "toko.xls")
    data[at : at + 2] = b"\xe1\x00"
    refused(e.HeaderMissing, bytes(data), "toko.xls")


def test_a_password_protected_zip(zipped: Make, refused: Refused) -> None:
    data = bytearray(zipped({"a.csv": CSV}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    refused(e.PasswordProtected, bytes(data), "toko.zip")


# bombs and limits


def test_a_zip_bomb_is_not_unpacked(
    zipped: Make,
    book: Make,
    repacked: Make,
    refused: Refused,
) -> None:
    limits = Limits(ratio_floor_bytes=1024**2)
    blank = b" " * 50 * 1024**2
    refused(e.ExpandsTooMuch, zipped({"a.csv": CSV + blank}), "toko.zip", limits=limits)
    refused(e.ExpandsTooMuch, gzip.compress(CSV + blank), "toko.csv.gz", limits=limits)
    refused(e.ExpandsTooMuch, repacked(book(), {"xl/media/image1.png": blank}), limits=limits)
    refused(e.ExpandsTooMuch, zipped({"a.csv": CSV * 100}), "toko.zip", limits=Limits(max_expanded_bytes=1000))


def test_many_members_that_are_small_each_are_counted_together(zipped: Make, refused: Refused) -> None:
    refused(
        e.ExpandsTooMuch, zipped({f"{number}.csv": CSV * 100 for number in range(20)}), "toko.zip", limits=Limits(max_expanded_bytes=40_000)
    )


@pytest.mark.parametrize("size", [10, 2**32 - 2])
def test_a_directory_that_lies_about_sizes_is_not_believed(size: int, zipped: Make, refused: Refused) -> None:
    data = bytearray(zipped({"a.csv": CSV * 1000}))
    struct.pack_into("<L", data, data.index(b"PK\x01\x02") + 24, size)
    refused(e.FileDamaged, bytes(data), "toko.zip")
    refused(e.ExpandsTooMuch, bytes(data), "toko.zip", limits=Limits(max_expanded_bytes=10_000))


@pytest.mark.parametrize("member", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_xml_bomb_is_not_lit(
    member: str,
    encoding: str,
    book: Make,
    repacked: Make,
    refused: Refused,
) -> None:
    laughs = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
    bomb = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><x>&l9;</x>'
    refused(e.DangerousXml, repacked(book(), {member: bomb.encode(encoding)}))


def test_limits_on_files_and_bytes(zipped: Make, refused: Refused, tmp_path: Path) -> None:
    refused(e.FileTooBig, CSV, limits=Limits(max_file_bytes=10))
    refused(e.FileTooBig, zipped({"a.csv": CSV * 9}), "toko.zip", limits=Limits(max_file_bytes=200))
    refused(e.TooManyMembers, zipped({f"{number}.csv": CSV for number in range(3)}), "toko.zip", limits=Limits(max_files=2))
    refused(e.TooManyMembers, zipped({f"{number}.csv": CSV for number in range(3)}), "toko.zip", limits=Limits(max_members=2))
    refused(e.TooManyRows, CSV + b"2026-06-02,Budi,6\n", "toko.csv", limits=Limits(max_rows=1))
    with pytest.raises(e.TooManyFiles):
        read_files([tmp_path / "a.csv"] * 3, limits=Limits(max_files=2))


def test_sixteen_thousand_columns_in_text(refused: Refused) -> None:
    header = b",".join(b"Total %d" % number for number in range(16_000))
    refused(e.TooManyColumns, header + b"\n" + b"5," * 15_999 + b"5\n", "toko.csv")
    refused(e.TooManyColumns, CSV + b"2026-06-02,Budi" + b",5" * 16_000 + b"\n", "toko.csv")


# files that are not there


def test_paths_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for path, error in {
        tmp_path / "tidak ada.csv": e.FileMissing,
        tmp_path / "folder": e.FileIsFolder,
        Path("a\0b.csv"): e.FileForbidden,
    }.items():
        with pytest.raises(error) as caught:
            read_files([path])
        assert path.name in str(caught.value)


@pytest.fixture
def as_nobody() -> Iterator[None]:
    """Root may read everything, so a test that runs as root is somebody else for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    yield
    os.seteuid(0)


def test_a_file_without_permission(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    path = tmp_path / "toko.csv"
    path.write_bytes(CSV)
    path.chmod(0)
    request.getfixturevalue("as_nobody")
    with pytest.raises(e.FileForbidden) as caught:
        read_files([path])
    assert "Permission denied" in str(caught.value)
