"""OLE compound files, the container of an .xls: sectors, chained by a table of their own. Layout: [MS-CFB] 2.2 to 2.6.

Everything that a reader would follow or set memory aside for is followed here first: a chain that runs in a circle or out of the file
is an error, and not an endless loop.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BOOKS = ("Workbook", "Book", "WORKBOOK", "BOOK")
_SECTOR_SHIFTS = (9, 12)
_SMALL_SHIFT, _SMALL_STREAM = 6, 4096
_ENTRY = 128  # bytes of a directory entry
_LAST_SECTOR = 0xFFFFFFF9  # larger numbers are marks: free, end of chain, ...


class BrokenXlsError(ValueError):
    """The container or its records contradict themselves."""


def book_stream(data: bytes) -> bytes:
    """The stream with the workbook's records."""
    try:
        return _Container(data).stream(_BOOKS)
    except (struct.error, IndexError) as error:
        raise BrokenXlsError from error


class _Container:
    def __init__(self, data: bytes) -> None:
        self._data = data
        shift, small_shift = struct.unpack_from("<HH", data, 30)
        if shift not in _SECTOR_SHIFTS or small_shift != _SMALL_SHIFT:
            raise BrokenXlsError
        self._size = 1 << shift
        tables, directory, _, _, small_table, small_tables = struct.unpack_from("<6I", data, 44)
        if max(tables, small_tables) * self._size > len(data):
            raise BrokenXlsError
        self._next = [number for sector in self._table_sectors() for number in _numbers(self._sector(sector))]
        entries = self._chain(directory)
        self._entries = [entries[at : at + _ENTRY] for at in range(0, len(entries), _ENTRY)]
        self._small = self._chain(self._place(self._entries[0])[0]) if small_tables else b""
        self._small_next = _numbers(self._chain(small_table)) if small_tables else []

    def stream(self, names: tuple[str, ...]) -> bytes:
        """The contents of the stream with the first of the names that there is."""
        named = {entry[:64].decode("utf-16-le", "replace").partition("\0")[0]: entry for entry in reversed(self._entries)}
        for name in names:
            if name in named:
                start, size = self._place(named[name])
                return (self._small_chain(start) if size < _SMALL_STREAM else self._chain(start))[:size]
        raise BrokenXlsError

    def _place(self, entry: bytes) -> tuple[int, int]:
        """First sector and size of the stream of a directory entry."""
        start, size = struct.unpack_from("<II" if self._size == 1 << _SECTOR_SHIFTS[0] else "<IQ", entry, 116)
        return start, size

    def _table_sectors(self) -> Iterator[int]:
        """The sectors that hold the table: some in the header, the others chained, the last number of each leading to the next."""
        yield from (number for number in struct.unpack_from("<109I", self._data, 76) if number <= _LAST_SECTOR)
        sector, seen = struct.unpack_from("<I", self._data, 68)[0], 0
        while sector <= _LAST_SECTOR:
            *numbers, sector = _numbers(self._sector(sector))
            yield from (number for number in numbers if number <= _LAST_SECTOR)
            seen += 1
            if seen * self._size > len(self._data):
                raise BrokenXlsError

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        if start >= len(self._data):
            raise BrokenXlsError
        return self._data[start : start + self._size].ljust(self._size, b"\0")

    def _chain(self, start: int) -> bytes:
        return b"".join(map(self._sector, _walk(start, self._next)))

    def _small_chain(self, start: int) -> bytes:
        """Small streams lie in small sectors, inside the stream of the first entry."""
        sectors = _walk(start, self._small_next)
        return b"".join(self._small[number << _SMALL_SHIFT : (number + 1) << _SMALL_SHIFT] for number in sectors)


def _numbers(sector: bytes) -> list[int]:
    return [number for (number,) in struct.iter_unpack("<I", sector)]


def _walk(start: int, following: list[int]) -> Iterator[int]:
    number, steps = start, 0
    while number <= _LAST_SECTOR:
        yield number
        number, steps = following[number], steps + 1
        if steps > len(following):
            raise BrokenXlsError
