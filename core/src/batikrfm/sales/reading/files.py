from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from batikrfm.sales.reading.errors import ArchiveWithoutSales, NestedArchive, NotASpreadsheet, TooManyFiles
from batikrfm.sales.reading.kinds import Kind, kind_of
from batikrfm.sales.reading.limits import Limits
from batikrfm.sales.reading.pages import read_page
from batikrfm.sales.reading.sheet import Sheet
from batikrfm.sales.reading.source import Source, check_size, file_source
from batikrfm.sales.reading.text import read_text
from batikrfm.sales.reading.unpacking import gunzipped, members
from batikrfm.sales.reading.workbook import read_xls, read_xlsx

_DEFAULT = Limits()


def read_files(paths: Sequence[Path], *, sheet: str | None = None, limits: Limits = _DEFAULT) -> list[Sheet]:
    """All tables of sales lines in the files, in the order of ``paths``.

    What a file is, is told from its content: .xlsx, .xls, separated text in any usual encoding, a table in a web page, and .zip and .gz
    of those. ``sheet`` names the one sheet to read of each workbook; without it every visible sheet that holds sales lines is read.

    Raises:
        ReadingError: the first file that cannot be read, in one sentence that says what to do.
    """
    if len(paths) > limits.max_files:
        raise TooManyFiles(file="", limit=limits.max_files)
    return [table for path in paths for table in _read(file_source(path, limits), sheet, limits)]


def read_bytes(name: str, data: bytes, *, sheet: str | None = None, limits: Limits = _DEFAULT) -> list[Sheet]:
    """:func:`read_files` for one file in memory, for instance an upload called ``name``."""
    check_size(name, len(data), limits)
    return _read(Source(name, data), sheet, limits)


def _read(source: Source, sheet: str | None, limits: Limits) -> list[Sheet]:
    kind = kind_of(source)
    if kind is Kind.ARCHIVE:
        return _read_archive(source, sheet, limits)
    if kind is Kind.GZIP:
        source = gunzipped(source, limits)
        kind = kind_of(source)
    return _read_table(source, kind, sheet, limits)


def _read_archive(source: Source, sheet: str | None, limits: Limits) -> list[Sheet]:
    tables = list(_tables_in(source, sheet, limits))
    if not tables:
        raise ArchiveWithoutSales(file=source.name)
    return tables


def _tables_in(source: Source, sheet: str | None, limits: Limits) -> Iterator[Sheet]:
    for member in members(source, limits):
        try:
            kind = kind_of(member)
        except NotASpreadsheet:  # a photo or a PDF beside the sales file
            continue
        yield from _read_table(member, kind, sheet, limits)


def _read_table(source: Source, kind: Kind, sheet: str | None, limits: Limits) -> list[Sheet]:
    match kind:
        case Kind.XLSX:
            return read_xlsx(source, sheet=sheet, limits=limits)
        case Kind.XLS:
            return read_xls(source, sheet=sheet, limits=limits)
        case Kind.HTML:
            return read_page(source, limits)
        case Kind.TEXT:
            return read_text(source, limits)
        case Kind.ARCHIVE | Kind.GZIP:
            raise NestedArchive(file=source.name)
