from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import openpyxl
import pytest

from batikrfm.sales.reading import Sheet

HEADER = ("Tanggal", "Nama Pelanggan", "Total")
ROWS = (("2026-06-01", "Siti", 150000), ("2026-06-02", "Budi", 82500.5))


@pytest.fixture
def rows_of() -> Callable[[Sheet], list[tuple[Any, ...]]]:
    """The cells of a sheet as rows, without their line numbers."""
    return lambda sheet: sheet.cells.drop("line").rows()


@pytest.fixture
def book() -> Callable[..., bytes]:
    """``book(sheet_name=rows, ...)``: an .xlsx with these sheets; one small table without arguments. ``touch`` may change a page."""

    def make(
        sheets: Mapping[str, Sequence[Sequence[Any]]] | None = None,
        *,
        hidden: Sequence[str] = (),
        touch: Callable[[Any], object] | None = None,
    ) -> bytes:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for name, rows in (sheets or {"Penjualan": [HEADER, *ROWS]}).items():
            page = book.create_sheet(name)
            for row in rows:
                page.append(row)
            page.sheet_state = "hidden" if name in hidden else "visible"
            if touch:
                touch(page)
        file = io.BytesIO()
        book.save(file)
        return file.getvalue()

    return make


@pytest.fixture
def zipped() -> Callable[[Mapping[str, bytes]], bytes]:
    def make(members: Mapping[str, bytes]) -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members.items():
                archive.writestr(name, data)
        return file.getvalue()

    return make


@pytest.fixture
def repacked(zipped: Callable[[Mapping[str, bytes]], bytes]) -> Callable[[bytes, Mapping[str, bytes]], bytes]:
    """The archive with some members replaced or added."""

    def make(data: bytes, members: Mapping[str, bytes]) -> bytes:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return zipped({name: archive.read(name) for name in archive.namelist()} | dict(members))

    return make
