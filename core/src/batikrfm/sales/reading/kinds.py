"""What a file is, told from its content: names lie (an .xlsx called .xls, a web page called .xls, a CSV called .txt)."""

from __future__ import annotations

import zipfile
from enum import StrEnum

from batikrfm.sales.reading.biff import is_encrypted
from batikrfm.sales.reading.compound import OLE, BrokenXlsError
from batikrfm.sales.reading.decoding import to_utf8
from batikrfm.sales.reading.errors import FileDamaged, FormatNotRead, NotASpreadsheet, PasswordProtected
from batikrfm.sales.reading.source import Source
from batikrfm.sdk.text import Text


class Kind(StrEnum):
    """How a file is read. Gzip holds one text file; what web back-offices call .xls may be HTML."""

    XLSX = "xlsx"
    XLS = "xls"
    ARCHIVE = "zip"
    GZIP = "gzip"
    HTML = "html"
    TEXT = "text"


_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_HEAD = 8192
_PICTURE = Text(id="gambar", en="a picture")
_PACKED = Text(id="RAR atau 7z", en="RAR or 7z")
_OTHER: tuple[tuple[bytes, Text], ...] = (
    (b"%PDF", Text(id="PDF", en="a PDF")),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"{\\rtf", Text(id="dokumen teks", en="a text document")),
    (b"SQLite format 3\0", Text(id="basis data", en="a database")),
    (b"MZ", Text(id="program", en="a program")),
    (b"\x7fELF", Text(id="program", en="a program")),
)
_OLD_EXCEL = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00", b"\x09\x08\x10\x00")
_PAGE = (b"<html", b"<!doctype html", b"<table", b"<head", b"<meta", b"<style", b"<body", b"<center", b"<div", b"<script")
_TEXT_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b"))
_MOST_CONTROLS = 0.01  # of a text's bytes; beyond that it is no text


def kind_of(source: Source) -> Kind:
    """What to read ``source`` as. What cannot hold sales, or is of a kind that we do not read, is refused here."""
    head = source.head(_HEAD)
    if head.startswith(_ZIP):
        return _kind_of_zip(source)
    if head.startswith(OLE):
        return _kind_of_ole(source)
    if head.startswith(b"\x1f\x8b"):
        return Kind.GZIP
    _refuse_others(source.name, head)
    text = to_utf8(head)
    page = text.lstrip().lower()
    if page.startswith(_PAGE) or (page.startswith((b"<?xml", b"<!--")) and b"<html" in page):
        return Kind.HTML
    if page.startswith(b"<?xml"):
        raise _refused_xml(source.name, page)
    _check_text(source.name, text)
    return Kind.TEXT


def _kind_of_zip(source: Source) -> Kind:
    try:
        with source.open() as file, zipfile.ZipFile(file) as archive:
            names = {info.filename.replace("\\", "/").lower() for info in archive.infolist()}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise FileDamaged(file=source.name) from error
    if "xl/workbook.xml" in names:
        return Kind.XLSX
    if "word/document.xml" in names or "ppt/presentation.xml" in names:
        raise NotASpreadsheet(file=source.name, kind=Text(id="dokumen Word atau PowerPoint", en="a Word or PowerPoint document"))
    for mark, format_ in (("xl/workbook.bin", "XLSB"), ("index/document.iwa", "Numbers"), ("index.zip", "Numbers")):
        if mark in names:
            raise FormatNotRead(file=source.name, kind=format_)
    if {"mimetype", "content.xml"} <= names:
        raise FormatNotRead(file=source.name, kind="OpenDocument (.ods)")
    return Kind.ARCHIVE


def _kind_of_ole(source: Source) -> Kind:
    data = source.read()
    if _stream("EncryptedPackage") in data:
        raise PasswordProtected(file=source.name)
    if _stream("WordDocument") in data or _stream("PowerPoint Document") in data:
        raise NotASpreadsheet(file=source.name, kind=Text(id="dokumen Word atau PowerPoint", en="a Word or PowerPoint document"))
    try:
        if is_encrypted(data):
            raise PasswordProtected(file=source.name)
    except BrokenXlsError as error:
        raise FileDamaged(file=source.name) from error
    return Kind.XLS


def _stream(name: str) -> bytes:
    """``name`` as the directory of an OLE container spells it."""
    return name.encode("utf-16-le")


def _refuse_others(name: str, head: bytes) -> None:
    if head.startswith((b"Rar!", b"7z\xbc\xaf")):
        raise FormatNotRead(file=name, kind=_PACKED)
    if head.startswith(_OLD_EXCEL):
        raise FormatNotRead(file=name, kind="Excel 2-5")
    for mark, kind in _OTHER:
        if head.startswith(mark):
            raise NotASpreadsheet(file=name, kind=kind)


def _refused_xml(name: str, page: bytes) -> FormatNotRead | NotASpreadsheet:
    if b"office:spreadsheet" in page:
        return FormatNotRead(file=name, kind="Excel 2003 XML")
    return NotASpreadsheet(file=name, kind=Text(id="dokumen XML", en="an XML document"))


def _check_text(name: str, text: bytes) -> None:
    if text.startswith((b"{", b"[{")):
        raise NotASpreadsheet(file=name, kind=Text(id="data JSON", en="JSON data"))
    controls = len(text) - len(text.translate(None, _TEXT_CONTROLS))
    if controls > _MOST_CONTROLS * len(text):
        raise NotASpreadsheet(file=name, kind=Text(id="file biner yang tidak dikenal", en="an unknown binary file"))
