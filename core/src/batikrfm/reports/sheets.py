"""Sheets of a workbook: what goes into their cells, what they are called. No text in them can come alive."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from batikrfm.reports.sheet_cells import Cell
from batikrfm.sales.cells import safe_cell

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

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
