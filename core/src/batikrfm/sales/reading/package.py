"""The inside of an .xlsx: checked before a spreadsheet reader may see it, its sheets listed, and their first rows looked at.

Looking at the first rows here, in the XML, is what lets the whole sheet be loaded once: a spreadsheet reader parses all of it
for every look.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from batikrfm.sales.reading.errors import DangerousXml, ExpandsTooMuch, FileDamaged, SheetTooWide, TooManySheets
from batikrfm.sales.reading.extent import UnreadableXmlError, column_number, exact_extent, rough_extent
from batikrfm.sales.reading.limits import Limits
from batikrfm.sales.reading.source import Source
from batikrfm.sales.reading.unpacking import Meter, chunks_of, open_zip

_BOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_MOST_INDEX_BYTES = 16 * 1024 * 1024  # of the list of sheets and the like; real ones have some kilobytes
_DOCTYPE = re.compile(rb"<\0?!\0?[DE]")  # <!DOCTYPE or <!ENTITY, also in UTF-16; comments and CDATA start otherwise
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d+)")
Rows = list[list[str]]


@dataclass(frozen=True, slots=True)
class SheetPart:
    """One sheet of the book. ``member`` is where its XML lies; ``pivot`` that it shows a pivot table."""

    name: str
    member: str
    hidden: bool
    pivot: bool


class Package:
    """An .xlsx that was checked: everything in it unpacks within the limits, and its cells fit into memory."""

    def __init__(self, source: Source, archive: zipfile.ZipFile, meter: Meter) -> None:
        self._source, self._archive, self._meter = source, archive, meter
        self._members = {info.filename.replace("\\", "/").lower(): info for info in archive.infolist()}
        self._worksheets = self._list_sheets()

    @property
    def sheets(self) -> list[SheetPart]:
        return self._worksheets

    def check(self) -> None:
        """Unpack every member, keep none. Raises what is wrong with it."""
        limits, name = self._meter.limits, self._source.name
        if len(self._worksheets) > limits.max_sheets:
            raise TooManySheets(file=name, limit=limits.max_sheets)
        sheets = {part.member for part in self._worksheets}
        for member, info in self._members.items():
            chunks = self._checked_chunks(info, xml=member in sheets or member.endswith((".xml", ".rels", ".vml")))
            rough = rough_extent(chunks) if member in sheets else None
            for _ in chunks:  # all of it, also where the rough look gave up early
                pass
            if member in sheets and (rough is None or not rough.fits(limits.max_cells, tolerance=2)):
                self._check_exactly(info)

    def _check_exactly(self, info: zipfile.ZipInfo) -> None:
        limits = self._meter.limits
        extent = exact_extent(chunks_of(self._archive, info, Meter(self._source, self._meter.packed, limits)))
        if not extent.fits(limits.max_cells):
            raise SheetTooWide(file=self._source.name, rows=extent.rows, columns=extent.columns, limit=limits.max_cells)

    def first_rows(self, part: SheetPart, count: int) -> Rows:
        """The texts of the sheet's first ``count`` rows, blank ones included; numbers and dates as the XML has them.

        Raises:
            ElementTree.ParseError: the XML is not well-formed; spreadsheet readers may still make something of it.
        """
        cells: list[_Cell] = []
        for row in self._elements(part.member, "row"):
            previous = cells[-1].row if cells else 0
            cells += _cells_of(row, previous + 1)
            if cells and cells[-1].row > count:
                break
        words = self._shared_strings({int(cell.text) for cell in cells if cell.shared})
        rows: Rows = []
        for cell in cells:
            if cell.row <= count:
                _put(rows, cell, words[int(cell.text)] if cell.shared else cell.text)
        return rows

    def _shared_strings(self, wanted: set[int]) -> dict[int, str]:
        """The texts with the ``wanted`` numbers. They are numbered by their place, so the member is read as far as the last of them."""
        words = dict.fromkeys(wanted, "")
        member = next((name for name in self._members if posixpath.basename(name) == "sharedstrings.xml"), None)
        if member is None or not wanted:
            return words
        for number, element in enumerate(self._elements(member, "si")):
            if number in wanted:
                words[number] = _text_of(element)
            if number >= max(wanted):
                break
        return words

    def _list_sheets(self) -> list[SheetPart]:
        targets = self._targets(_RELATIONS, "worksheet")
        parts = []
        for sheet in self._root(_BOOK).iter():
            member = targets.get(_relation_of(sheet)) if _local(sheet) == "sheet" else None
            if member is None:  # chart sheets and macro sheets hold no rows
                continue
            if member not in self._members:
                raise FileDamaged(file=self._source.name)
            parts.append(SheetPart(sheet.get("name", ""), member, sheet.get("state", "visible") != "visible", self._has_pivot(member)))
        return parts

    def _has_pivot(self, member: str) -> bool:
        folder, name = posixpath.split(member)
        relations = f"{folder}/_rels/{name}.rels"
        return relations in self._members and bool(self._targets(relations, "pivotTable"))

    def _targets(self, relations: str, kind: str) -> dict[str, str]:
        """Relation id -> member, of the relations of one kind."""
        folder = posixpath.dirname(posixpath.dirname(relations))
        return {
            relation.get("Id", ""): posixpath.normpath(posixpath.join(f"/{folder}", relation.get("Target", ""))).lstrip("/").lower()
            for relation in self._root(relations)
            if relation.get("Type", "").endswith(f"/{kind}")
        }

    def _root(self, member: str) -> ET.Element:
        info = self._members[member]
        if info.file_size > _MOST_INDEX_BYTES:
            raise ExpandsTooMuch(file=self._source.name, limit=f"{_MOST_INDEX_BYTES // 1024**2} MB")
        xml = b"".join(self._checked_chunks(info, xml=True))
        return ET.fromstring(xml)  # noqa: S314 - _checked_chunks let no DOCTYPE through, so there is nothing to expand

    def _elements(self, member: str, name: str) -> Iterator[ET.Element]:
        """The member's elements of that name as they end; what was looked at is forgotten."""
        with self._archive.open(self._members[member]) as file:
            events = ET.iterparse(file, ("start", "end"))  # noqa: S314 - check() let no DOCTYPE through
            _, root = next(events)
            for event, element in events:
                if event == "end" and _local(element) == name:
                    yield element
                    root.clear()

    def _checked_chunks(self, info: zipfile.ZipInfo, *, xml: bool) -> Iterator[bytes]:
        """The member's bytes; refuses XML that declares entities, or that is in an encoding that hides its tags from us."""
        for number, chunk in enumerate(chunks_of(self._archive, info, self._meter)):
            if number == 0 and xml and (chunk.startswith(_UTF16) or _DOCTYPE.search(chunk)):
                raise DangerousXml(file=self._source.name)
            yield chunk


@dataclass(frozen=True, slots=True)
class _Cell:
    row: int
    column: int
    text: str
    shared: bool  # text is the number of a shared string


def _cells_of(row: ET.Element, number: int) -> Iterator[_Cell]:
    """The filled cells of a row; ``number`` is the row's, unless it says its own. Cells without a reference follow the one before."""
    number, column = int(row.get("r", number)), 0
    for cell in row:
        reference = _REFERENCE.match(cell.get("r", ""))
        column = column_number(reference[1]) if reference else column + 1
        kind = cell.get("t", "n")
        text = _text_of(cell).strip()
        if text and kind != "e":
            yield _Cell(number, column, text, shared=kind == "s" and text.isdigit())


def _text_of(element: ET.Element) -> str:
    """All text in a cell or a shared string. Phonetic hints (rPh) and formulas (f) are none of it."""
    if _local(element) in {"t", "v"}:
        return element.text or ""
    return "".join(_text_of(child) for child in element if _local(child) not in {"rPh", "f"})


def _put(rows: Rows, cell: _Cell, text: str) -> None:
    rows += [[] for _ in range(cell.row - len(rows))]
    row = rows[cell.row - 1]
    row += [""] * (cell.column - len(row))
    row[cell.column - 1] = text


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _relation_of(sheet: ET.Element) -> str:
    return next((value for name, value in sheet.items() if name.endswith("}id")), "")


@contextmanager
def open_package(source: Source, limits: Limits) -> Iterator[Package]:
    """A checked package."""
    with open_zip(source, limits) as (archive, meter):
        try:
            package = Package(source, archive, meter)
            package.check()
        except (ET.ParseError, UnreadableXmlError) as error:
            raise FileDamaged(file=source.name) from error
        yield package
