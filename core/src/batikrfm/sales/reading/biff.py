"""The records of an .xls (BIFF8), as far as needed to let a spreadsheet reader have it.

The reader sets memory aside for the box that the records claim, for every sheet at once, so one damaged number is a request for a
hundred gigabytes that ends the process. Layouts: [MS-XLS] 2.4.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from batikrfm.sales.reading.compound import BrokenXlsError, book_stream
from batikrfm.sales.reading.extent import Extent

MOST_COLUMNS = 256  # of an .xls
_BEGIN, _END, _DIMENSIONS, _FILE_PASS, _SHEET = 0x0809, 0x000A, 0x0200, 0x002F, 0x0085
_CELLS = {0x0006, 0x00BD, 0x00BE, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E}
_CELL = struct.Struct("<HH")  # row, column; then what differs
_BOX = {10: struct.Struct("<HHHH"), 14: struct.Struct("<IIHH")}  # first row, last row + 1, first column, last column + 1
_OFFSET = struct.Struct("<I")


def is_encrypted(data: bytes) -> bool:
    """Whether the .xls asks for a password."""
    return any(record == _FILE_PASS for record, _ in _substream(book_stream(data), 0))


def extents(data: bytes) -> list[Extent]:
    """The box of cells of each sheet: the larger of what its records hold and what they announce.

    Raises:
        BrokenXlsError: the file contradicts itself.
    """
    book = book_stream(data)
    offsets = [_OFFSET.unpack_from(body)[0] for record, body in _substream(book, 0) if record == _SHEET and len(body) >= _OFFSET.size]
    if len(set(offsets)) < len(offsets) or max(offsets, default=0) >= len(book):
        raise BrokenXlsError
    return [_extent(book, offset) for offset in offsets]


def _extent(book: bytes, offset: int) -> Extent:
    rows = columns = 0
    for record, body in _substream(book, offset):
        if record in _CELLS and len(body) >= _CELL.size:
            row, column = _CELL.unpack_from(body)
            rows, columns = max(rows, row + 1), max(columns, column + 1)
        elif record == _DIMENSIONS and len(body) in _BOX:
            first_row, after_rows, _, after_columns = _BOX[len(body)].unpack_from(body)
            if 0 < after_rows < first_row:
                raise BrokenXlsError
            rows, columns = max(rows, after_rows), max(columns, after_columns)
    return Extent(rows, columns)


def _substream(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records of the sheet (or of the globals) that begins at ``at``, without those of charts inside it."""
    depth = 0
    while at + 4 <= len(book):
        record, size = _CELL.unpack_from(book, at)
        depth += (record == _BEGIN) - (record == _END)
        if depth <= 1:
            yield record, book[at + 4 : at + 4 + size]
        if record == _END and depth <= 0:
            return
        at += 4 + size
