"""How far the cells of a worksheet reach, told from its XML before a spreadsheet reader sees it.

Such readers set memory aside for every cell between the first and the last one: a single value in XFD1048576 is 400 GB, and the
process dies. Looking at each of four million cell references takes Python a second; so the search is for the *unusual* reference only,
one beyond the box that was seen so far, and the box grows by whole leading digits and letters (at most some hundred times).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384  # of an .xlsx
_LONGEST_PIECE = 1024 * 1024  # from one tag to the next; a cell holds 32,767 characters
_PREFIX = re.compile(rb"<((?:\w+:)?)worksheet[\s>]")
_TAG = re.compile(rb"<(?:[^<>\s/:]+:)?(row|c)(?=[\s/>])")
_ATTRIBUTES = re.compile(rb"""((?:[^<>"']|"[^<"]*"|'[^<']*')*+)>""")
_ATTRIBUTE = re.compile(rb"""([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_REFERENCE = re.compile(rb"([A-Za-z]*)(\d*)")


@dataclass(frozen=True, slots=True)
class Extent:
    """A box of cells from A1 on."""

    rows: int
    columns: int

    @property
    def cells(self) -> int:
        return self.rows * self.columns

    def fits(self, max_cells: int, tolerance: int = 1) -> bool:
        """Whether a sheet can be that large, and may be; ``tolerance`` for the former, where the box is a rough one."""
        return self.rows <= tolerance * MOST_ROWS and self.columns <= tolerance * MOST_COLUMNS and self.cells <= max_cells


class UnreadableXmlError(ValueError):
    """The XML is broken, or written in a way that no spreadsheet program writes it."""


def rough_extent(chunks: Iterable[bytes]) -> Extent | None:
    """A box that holds all cells, at most some times too large; ``None`` if the XML is unusual and :func:`exact_extent` must look."""
    box: _Box | None = None
    for xml in _whole_tags(chunks):
        if box is None:
            box = _box_for(xml)
        if box is None or not box.grow(xml):
            return None
    return box.extent if box else None


def exact_extent(chunks: Iterable[bytes]) -> Extent:
    """The box of all cells, whatever their spelling: cells without a reference follow the one before."""
    rows = columns = row = column = 0
    for xml in _whole_tags(chunks):
        for tag, letters, digits in _references(xml):
            if tag == b"row":
                row, column = int(digits or row + 1), 0
                continue
            column = column_number(letters) if letters else column + 1
            rows, columns = max(rows, int(digits or max(row, 1))), max(columns, column)
    return Extent(rows, columns)


def _references(xml: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Name, letters and digits of each row and cell."""
    for tag in _TAG.finditer(xml):
        attributes = _ATTRIBUTES.match(xml, tag.end())
        if attributes is None:
            raise UnreadableXmlError
        told = next((one or other for name, one, other in _ATTRIBUTE.findall(attributes[1]) if name == b"r"), b"")
        reference = _REFERENCE.fullmatch(told)
        if reference is None:
            raise UnreadableXmlError
        yield tag[1], reference[1], reference[2]


def column_number(letters: bytes | str) -> int:
    """``A`` is 1, ``XFD`` is 16384."""
    number = 0
    for letter in letters.encode() if isinstance(letters, str) else letters:
        number = number * 26 + (letter & 31)
    return number


def _whole_tags(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, cut where tags begin."""
    carry = b""
    for chunk in chunks:
        xml = carry + chunk
        end = max(xml.rfind(b"<"), 0)
        carry = xml[end:]
        if len(carry) > _LONGEST_PIECE:
            raise UnreadableXmlError
        yield xml[:end]
    yield carry


def _box_for(xml: bytes) -> _Box | None:
    root = _PREFIX.search(xml)
    return _Box(root[1]) if root else None


class _Box:
    """The references seen so far, and a pattern for cells outside of it.

    Only cells whose first attribute is the reference are looked at: anything may stand in the attributes before it.
    """

    def __init__(self, prefix: bytes) -> None:
        self._tag = b"<" + prefix + b"c"
        self._letters, self._digits = b"A", b"1"
        self._reference = re.compile(re.escape(self._tag) + rb' r="([A-Z]{1,3})([1-9]\d{0,6})"')
        self._foreign = re.compile(rb"<c[\s/>]|(?<!<%b)(?<!</%b):c[\s/>]" % (prefix[:-1], prefix[:-1]) if prefix else rb":c[\s/>]")
        self._outside = self._pattern()

    @property
    def extent(self) -> Extent:
        columns = column_number(self._letters[:1] + b"Z" * (len(self._letters) - 1))
        return Extent(int(self._digits[:1] + b"9" * (len(self._digits) - 1)), columns)

    def grow(self, xml: bytes) -> bool:
        """Take in all cells of ``xml``; false if one is spelled in a way that only :func:`exact_extent` understands."""
        if self._foreign.search(xml):
            return False
        position = 0
        while outside := self._outside.search(xml, position):
            position = outside.start()
            cell = self._reference.match(xml, position)
            if cell is None:
                return False
            box = max(self._letters, cell[1], key=_size), max(self._digits, cell[2], key=_size)
            if box == (self._letters, self._digits):
                return False
            self._letters, self._digits = box
            self._outside = self._pattern()
        return True

    def _pattern(self) -> re.Pattern[bytes]:
        inside = _up_to(self._letters, b"A", b"[A-Z]") + _up_to(self._digits, b"1", b"[0-9]")
        return re.compile(re.escape(self._tag) + rb'(?! r="' + inside + rb'"|[a-zA-Z])')


def _size(text: bytes) -> tuple[int, bytes]:
    return len(text), text


def _up_to(text: bytes, first: bytes, any_: bytes) -> bytes:
    """A pattern for what is shorter than ``text``, or as long and with no greater first character."""
    longest = b"[%b-%b]" % (first, text[:1])
    return b"%b?%b{1,%d}" % (longest, any_, len(text) - 1) if len(text) > 1 else longest
