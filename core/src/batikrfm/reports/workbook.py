"""``segments.xlsx``: one sheet with the segments, one that says how the numbers come about."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from batikrfm.reports import words
from batikrfm.reports.files import replacing
from batikrfm.reports.origin import origin_of
from batikrfm.reports.origin_rows import origin_rows
from batikrfm.reports.segment_rows import segment_rows
from batikrfm.reports.sheet_cells import Cell
from batikrfm.sales.cells import safe_cell
from batikrfm.sdk.text import Language
from batikrfm.segmentation import Analysis

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

_SEGMENT_WIDTHS = (24, 12, 12, 20, 12, 16, 16, 20, 70, 70)
_ORIGIN_WIDTHS = (52, 28, 16, 16, 16)


def write_workbook(path: Path, analysis: Analysis, language: Language) -> None:
    """Write both sheets, headings and words in ``language``."""
    with replacing(path) as temporary:
        temporary.write_bytes(_rendered(analysis, language))


def _rendered(analysis: Analysis, language: Language) -> bytes:
    """The workbook, in memory: it is small, and a full disk then meets our own code, not a half-closed zip file of openpyxl's."""
    from openpyxl import Workbook

    workbook, rendered = Workbook(write_only=True), BytesIO()
    segments = workbook.create_sheet(words.SEGMENTS_SHEET.say(language))
    segments.freeze_panes = "B2"
    _fill(
        segments,
        segment_rows(analysis.scored.segments, analysis.currency, language),
        _SEGMENT_WIDTHS,
        bold={0, len(analysis.scored.segments) + 1},
    )
    origin = workbook.create_sheet(words.ORIGIN_SHEET.say(language))
    _fill(origin, origin_rows(origin_of(analysis), language), _ORIGIN_WIDTHS, bold=set())
    workbook.save(rendered)
    return rendered.getvalue()


def _fill(sheet: WriteOnlyWorksheet, rows: Iterable[Iterable[Cell]], widths: tuple[int, ...], bold: set[int]) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width  # type: ignore[attr-defined]  # the stubs leave it out
    for index, row in enumerate(rows):
        cells = []
        for value, number_format in row:
            cell = WriteOnlyCell(sheet)
            cell.value = safe_cell(value) if isinstance(value, str) else value
            cell.number_format = number_format
            cell.alignment = Alignment(vertical="top", wrap_text=index == 0 or isinstance(value, str))
            cell.font = Font(bold=index in bold)
            cells.append(cell)
        sheet.append(cells)
