"""Sheets of a workbook, written row by row: nothing of a sheet stays in memory, and no text in it can come alive."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from batikrfm.reports.sheet_cells import Cell
from batikrfm.sales.cells import safe_cell

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell as SheetCell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

Value = str | int | Decimal | dt.date | None

MOST_ROWS: Final = 1_048_576
"""What a sheet of Excel holds, its heading included."""
LONGEST_NAME: Final = 31
LONGEST_TEXT: Final = 32_767
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f\ufffe\uffff]")
_NOT_IN_XML = re.compile("[\ufffe\uffff]")
_RESERVED = "history"  # Excel keeps this name for itself


def fill(sheet: WriteOnlyWorksheet, rows: Iterable[Iterable[Cell]], widths: Sequence[int], bold: set[int]) -> None:
    """Write a small sheet, each cell with its own number format; rows in ``bold`` stand out."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    set_widths(sheet, widths)
    for index, row in enumerate(rows):
        cells = []
        for value, number_format in row:
            cell = WriteOnlyCell(sheet)
            cell.value = safe_text(value) if isinstance(value, str) else value
            cell.number_format = number_format
            cell.alignment = Alignment(vertical="top", wrap_text=index == 0 or isinstance(value, str))
            cell.font = Font(bold=index in bold)
            cells.append(cell)
        sheet.append(cells)


def set_widths(sheet: WriteOnlyWorksheet, widths: Sequence[int]) -> None:
    from openpyxl.utils import get_column_letter

    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width  # type: ignore[attr-defined]  # the stubs leave it out


def safe_text(text: str) -> str:
    """``text`` as a cell can hold it: no formula, nothing that XML or Excel refuses."""
    return safe_cell(_NOT_IN_XML.sub("", text))[:LONGEST_TEXT]


@dataclass
class SheetNames:
    """Hands out names that Excel accepts: short, without its special characters, each only once whatever its case."""

    taken: set[str] = field(default_factory=lambda: {_RESERVED})

    def take(self, wanted: str) -> str:
        """``wanted``, or what can be kept of it, with a number if there is one like it already."""
        plain = " ".join(_NOT_IN_NAMES.sub(" ", wanted).split()).strip("'") or "-"
        number, name = 1, plain[:LONGEST_NAME].rstrip(" '")
        while name.casefold() in self.taken or not name:
            number += 1
            ending = f" ({number})"
            name = plain[: LONGEST_NAME - len(ending)].rstrip() + ending
        self.taken.add(name.casefold())
        return name


@dataclass(frozen=True)
class Column:
    """A column of a long table: its heading, how a spreadsheet shows what is in it, how wide it is."""

    heading: str
    number_format: str
    width: int


@dataclass
class LongTable:
    """A table that may be longer than a sheet: then it goes on in another one, under the same heading.

    Its cells are made once and filled anew for each row, for a new cell with its style costs more than all the rest.
    """

    workbook: Workbook
    name: Callable[[], str]
    columns: Sequence[Column]
    most_rows: int = MOST_ROWS
    rows: int = 0
    sheet: WriteOnlyWorksheet | None = None
    cells: list[SheetCell] = field(default_factory=list)

    def write(self, rows: Iterable[Sequence[Value]]) -> None:
        """Add ``rows``, each with a value for every column."""
        for row in rows:
            if self.sheet is None or self.rows == self.most_rows:
                self.close()
                self.sheet = self._begin()
            for cell, value in zip(self.cells, row, strict=True):
                cell.value = safe_text(value) if isinstance(value, str) else value
            self.sheet.append(self.cells)
            self.rows += 1

    def close(self) -> None:
        """End the sheet that is being written. A table without rows is a heading."""
        from openpyxl.utils import get_column_letter

        sheet = self.sheet or self._begin()
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(self.columns))}{self.rows}"  # type: ignore[attr-defined]  # as above
        self.sheet = None

    def _begin(self) -> WriteOnlyWorksheet:
        from openpyxl.cell import WriteOnlyCell

        sheet: WriteOnlyWorksheet = self.workbook.create_sheet(self.name())
        sheet.freeze_panes = "B2"
        fill(sheet, [[(column.heading, "General") for column in self.columns]], [column.width for column in self.columns], bold={0})
        self.cells = [WriteOnlyCell(sheet) for _ in self.columns]
        for cell, column in zip(self.cells, self.columns, strict=True):
            cell.number_format = column.number_format
        self.rows = 1
        return sheet
