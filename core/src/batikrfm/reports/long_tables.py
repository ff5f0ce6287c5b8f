"""Tables that may be longer than a sheet, a million rows and more: openpyxl lays their sheets out, we write their rows.

openpyxl takes some 25 microseconds for a cell, most of them for an XML element of its own. A row of a table whose columns have fixed
types is one line of text, and goes straight into the file: nothing of it stays in memory.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from batikrfm.reports.sheets import fill, safe_text

if TYPE_CHECKING:
    from openpyxl import Workbook

Value = str | int | Decimal | dt.date | None
Row = Sequence[Value]

MOST_ROWS: Final = 1_048_576
"""What a sheet of Excel holds, its heading included."""
ROWS_END: Final = b"</sheetData>"
FAST: Final = 3
"""Of zlib's levels: rows of a table are much alike, and a higher one takes twice as long for a tenth less."""
DAY_ZERO: Final = dt.date(1899, 12, 30)
FIRST_DAY: Final = dt.date(1900, 3, 1)  # before that spreadsheets count a day that never was
_HARMLESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .,@_-]{0,99}|\+[0-9]{1,20}")


@dataclass(frozen=True)
class Column:
    """A column: its heading, how a spreadsheet shows what is in it, how wide it is."""

    heading: str
    number_format: str
    width: int


@dataclass(frozen=True)
class Part:
    """One sheet of a table: which one of the workbook it is, how many rows it takes, and the pieces of XML between which values stand."""

    number: int
    rows: int
    openings: tuple[str, ...]

    @property
    def path(self) -> str:
        return f"xl/worksheets/sheet{self.number}.xml"


@dataclass(frozen=True)
class LongTable:
    """A table of ``columns`` for ``rows`` rows, laid out on as many sheets as that takes; ``name`` gives the name of the next sheet."""

    columns: Sequence[Column]
    rows: int
    name: Callable[[], str]
    most_rows: int = MOST_ROWS

    def lay_out(self, workbook: Workbook) -> list[Part]:
        """Make the sheets with their headings. A table without rows is one heading."""
        room = self.most_rows - 1
        return [self._part(workbook, min(room, self.rows - start)) for start in range(0, max(self.rows, 1), room)]

    def _part(self, workbook: Workbook, rows: int) -> Part:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.utils import get_column_letter

        sheet = workbook.create_sheet(self.name())
        sheet.freeze_panes = "B2"
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(self.columns))}{rows + 1}"
        fill(sheet, [[(column.heading, "General") for column in self.columns]], [column.width for column in self.columns], bold={0})
        openings = []
        for number, column in enumerate(self.columns, 1):
            styled = WriteOnlyCell(sheet)
            styled.number_format = column.number_format
            openings.append(f'<c s="{styled.style_id}" r="{get_column_letter(number)}')
        return Part(len(workbook.sheetnames), rows, tuple(openings))


def row_xml(number: int, row: Row, openings: Sequence[str]) -> str:
    """The row ``number`` of a sheet; cells that hold nothing are left out."""
    cells = [f'{opening}{number}"{_cell(value)}' for opening, value in zip(openings, row, strict=True) if value is not None]
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(value: str | int | Decimal | dt.date) -> str:
    """The rest of a cell's element after its place."""
    if isinstance(value, dt.date):
        return _cell((value - DAY_ZERO).days if value >= FIRST_DAY else value.isoformat())
    if isinstance(value, str):
        kept = value if _HARMLESS.fullmatch(value) else escape(safe_text(value), {"\r": "&#13;"})
        return f' t="inlineStr"><is><t xml:space="preserve">{kept}</t></is></c>'
    return f"><v>{value:f}</v></c>" if isinstance(value, Decimal) else f"><v>{value}</v></c>"


class TableFile:
    """A workbook's file, in which the rows of long tables are written into the sheets that openpyxl laid out. Close it, also on an error.

    Tables are written one after the other, with :meth:`begin`, any number of :meth:`write`, and :meth:`end`.
    """

    def __init__(self, path: Path | IO[bytes], workbook: Workbook, tables: Iterable[Sequence[Part]]) -> None:
        laid_out = BytesIO()
        workbook.save(laid_out)
        later = {part.path for parts in tables for part in parts}
        self._source = ZipFile(laid_out)
        self._target = ZipFile(path, "w", ZIP_DEFLATED, compresslevel=FAST)
        self._sheet: IO[bytes] | None = None
        self._end = b""
        self._parts: list[Part] = []
        self._row = 0
        for info in self._source.infolist():
            if info.filename not in later:
                self._target.writestr(info, self._source.read(info))

    def begin(self, parts: Sequence[Part]) -> None:
        """Go on with the table that is laid out as ``parts``."""
        self._parts = list(parts)
        self._open_sheet()

    def write(self, rows: Sequence[Row]) -> None:
        """Add ``rows`` to the table. More than it was laid out for are an ``IndexError``: our bug."""
        while rows:
            part, sheet = self._parts[0], self._sheet
            assert sheet is not None  # noqa: S101 - for the type checker: begin() opened it
            fitting = rows[: part.rows + 2 - self._row]
            lines = [row_xml(number, row, part.openings) for number, row in enumerate(fitting, self._row)]
            sheet.write("".join(lines).encode())
            self._row += len(fitting)
            rows = rows[len(fitting) :]
            if rows:
                self._close_sheet()
                self._open_sheet()

    def end(self) -> None:
        """End the table. Sheets that are still to come stay empty below their heading."""
        self._close_sheet()
        while self._parts:
            self._open_sheet()
            self._close_sheet()

    def close(self) -> None:
        """End the file."""
        if self._sheet is not None:
            self._sheet.close()
        self._target.close()

    def _open_sheet(self) -> None:
        path = self._parts[0].path
        before, _, self._end = self._source.read(path).partition(ROWS_END)
        self._sheet = self._target.open(path, "w", force_zip64=True)
        self._sheet.write(before)
        self._row = 2  # below the heading

    def _close_sheet(self) -> None:
        assert self._sheet is not None  # noqa: S101 - as above
        self._sheet.write(ROWS_END + self._end)
        self._sheet.close()
        self._sheet = None
        self._parts.pop(0)
