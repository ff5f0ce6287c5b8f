"""Excel workbooks, by calamine through fastexcel: .xlsx and .xls."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree as ET

import fastexcel
import polars as pl
import polars.selectors as cs

from batikrfm.sales.reading.biff import MOST_COLUMNS, extents
from batikrfm.sales.reading.choosing import Candidate, Choice, choose
from batikrfm.sales.reading.compound import BrokenXlsError
from batikrfm.sales.reading.errors import FileDamaged, SheetTooWide, TooManySheets
from batikrfm.sales.reading.frames import Place, check_columns, to_sheet
from batikrfm.sales.reading.header import LOOKED_AT
from batikrfm.sales.reading.limits import Limits
from batikrfm.sales.reading.package import Package, Rows, SheetPart, open_package
from batikrfm.sales.reading.sheet import Sheet
from batikrfm.sales.reading.source import Source

logging.getLogger("fastexcel").setLevel(logging.ERROR)  # it warns of every blank column, which is nobody's concern


def read_xlsx(source: Source, *, sheet: str | None, limits: Limits) -> list[Sheet]:
    with open_package(source, limits) as package:
        looks = [(part, _look(package, part)) for part in package.sheets]
    with _calamine(source):
        book = _open(source, ".xlsx")
        candidates = [
            Candidate(part.name, rows if rows is not None else _loaded_rows(book, part.name), hidden=part.hidden, pivot=part.pivot)
            for part, rows in looks
        ]
    return _load(source, book, choose(source.name, candidates, sheet), limits)


def read_xls(source: Source, *, sheet: str | None, limits: Limits) -> list[Sheet]:
    _check_xls(source, limits)
    with _calamine(source):
        book = _open(source, ".xls")
        candidates = [Candidate(name, _loaded_rows(book, name), hidden=_is_hidden(book, name)) for name in book.sheet_names]
    return _load(source, book, choose(source.name, candidates, sheet), limits)


def _check_xls(source: Source, limits: Limits) -> None:
    try:
        boxes = extents(source.read())
    except BrokenXlsError as error:
        raise FileDamaged(file=source.name) from error
    if len(boxes) > limits.max_sheets:
        raise TooManySheets(file=source.name, limit=limits.max_sheets)
    if any(box.columns > MOST_COLUMNS for box in boxes):
        raise FileDamaged(file=source.name)
    if sum(box.cells for box in boxes) > limits.max_cells:  # the reader loads all sheets at once
        largest = max(boxes, key=lambda box: box.cells)
        raise SheetTooWide(file=source.name, rows=largest.rows, columns=largest.columns, limit=limits.max_cells)


def _open(source: Source, suffix: str) -> fastexcel.ExcelReader:
    """The reader believes a path's suffix, so where that is wrong it gets the bytes."""
    is_named_so = isinstance(source.raw, Path) and source.raw.suffix.lower() == suffix
    return fastexcel.read_excel(source.raw if is_named_so else source.read())


def _look(package: Package, part: SheetPart) -> Rows | None:
    """The sheet's first rows, or ``None`` where its XML is not well-formed and only the reader may make something of it."""
    try:
        return package.first_rows(part, LOOKED_AT)
    except ET.ParseError:
        return None


def _load(source: Source, book: fastexcel.ExcelReader, chosen: Sequence[Choice], limits: Limits) -> list[Sheet]:
    sheets = []
    for name, header in chosen:
        place = Place(source.name, name)
        check_columns(place, len(header.texts), limits)
        with _calamine(source):
            # schema_sample_rows=None: types are told from all rows; from a sample, text further down would be lost without a word
            loaded = book.load_sheet(name, header_row=None, skip_rows=header.first, schema_sample_rows=None)
            positions = [column.absolute_index for column in loaded.selected_columns]
            frame = loaded.to_polars().with_columns(cs.string().map_batches(_without_nul))
            del loaded  # the reader's own copy of the cells
        sheets.append(to_sheet(place, header, frame, positions, limits))
    return sheets


def _loaded_rows(book: fastexcel.ExcelReader, name: str) -> Rows:
    loaded = book.load_sheet(name, header_row=None, skip_rows=0, n_rows=LOOKED_AT, dtypes="string")
    left = min((column.absolute_index for column in loaded.selected_columns), default=0)
    return [[""] * left + [text or "" for text in row] for row in loaded.to_polars().iter_rows()]


def _is_hidden(book: fastexcel.ExcelReader, name: str) -> bool:
    return bool(book.load_sheet(name, n_rows=0).visible != "visible")


def _without_nul(column: pl.Series) -> pl.Series:
    """A text column without NUL characters, which no database takes."""
    return column.str.replace_all("\0", "", literal=True) if column.str.contains("\0", literal=True).any() else column


@contextmanager
def _calamine(source: Source) -> Iterator[None]:
    """The reader's errors, and its panics, as one of ours."""
    try:
        yield
    except fastexcel.FastExcelError as error:
        raise FileDamaged(file=source.name) from error
    except BaseException as error:
        # a panic in Rust arrives as an exception class that cannot be imported, and that is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise FileDamaged(file=source.name) from error
