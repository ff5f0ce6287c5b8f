"""Web pages that call themselves .xls: some web back-offices export their table as HTML."""

from __future__ import annotations

from html.parser import HTMLParser

import polars as pl

from batikrfm.sales.reading.decoding import to_utf8
from batikrfm.sales.reading.errors import HeaderMissing, HeaderOnly, NotASpreadsheet
from batikrfm.sales.reading.frames import Place, check_columns, to_sheet
from batikrfm.sales.reading.header import LOOKED_AT, find_header
from batikrfm.sales.reading.limits import Limits
from batikrfm.sales.reading.sheet import Sheet
from batikrfm.sales.reading.source import Source
from batikrfm.sdk.text import Text

_MOST_SPAN = 1000
_UNSEEN = {"script", "style", "title"}


def read_page(source: Source, limits: Limits) -> list[Sheet]:
    """The page's longest table."""
    page = _Tables()
    page.feed(to_utf8(source.read()).decode())
    page.close()
    rows = max(page.tables, key=len, default=[])
    if not rows:
        raise NotASpreadsheet(file=source.name, kind=Text(id="halaman web", en="a web page"))
    place, header = Place(source.name), find_header(rows[:LOOKED_AT])
    if header is None:
        raise HeaderMissing(file=str(place))
    check_columns(place, len(header.texts), limits)
    data = rows[header.first :]
    if not data:
        raise HeaderOnly(file=str(place))
    width = max(map(len, data))
    padded = [[cell or None for cell in row] + [None] * (width - len(row)) for row in data]
    frame = pl.DataFrame(padded, schema={str(at): pl.String for at in range(width)}, orient="row")
    return [to_sheet(place, header, frame, range(width), limits)]


class _Tables(HTMLParser):
    """Collects the rows of each table. A cell over several columns or rows is followed by blanks, as in a merged cell of a sheet."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self._cell: list[str] | None = None
        self._columns = self._rows = 1  # that the cell goes over
        self._covered: dict[int, int] = {}  # column -> rows below that a cell above still covers
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "table":
            self._end_cell()
            self.tables.append([])
            self._covered = {}
        elif tag == "tr" and self.tables:
            self._end_cell()
            self.tables[-1].append([])
        elif tag in {"td", "th"} and self.tables and self.tables[-1]:
            self._end_cell()
            spans = dict(attrs)
            self._cell, self._columns, self._rows = [], _span(spans.get("colspan")), _span(spans.get("rowspan"))
        elif tag == "br":
            self.handle_data("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(self._unseen - 1, 0)
        elif tag in {"td", "th", "tr", "table"}:
            self._end_cell()

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._unseen:
            self._cell.append(data)

    def close(self) -> None:
        super().close()
        self._end_cell()

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        row = self.tables[-1][-1]
        while self._covered.get(len(row), 0):
            self._covered[len(row)] -= 1
            row.append("")
        self._covered |= dict.fromkeys(range(len(row), len(row) + self._columns), self._rows - 1)
        row += ["".join(self._cell).strip(), *[""] * (self._columns - 1)]
        self._cell = None


def _span(told: str | None) -> int:
    return max(1, min(int(told), _MOST_SPAN)) if told and told.isdecimal() else 1
