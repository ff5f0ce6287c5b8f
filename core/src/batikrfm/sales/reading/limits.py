"""How much of a file is read before we refuse it. Every number can be set by whoever runs the installation."""

from __future__ import annotations

from dataclasses import dataclass

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that keep one upload from filling the memory. A file at a bound is read; one beyond it is refused with a sentence.

    Attributes:
        max_files: files in one call, and files in one archive.
        max_file_bytes: bytes of one file as it lies on the disk or inside an archive.
        max_expanded_bytes: bytes that one file may become when unpacked: counted while unpacking, not believed from its directory.
        max_ratio: times that unpacking may grow a file; asked once ``ratio_floor_bytes`` were unpacked, as small files pack well.
        ratio_floor_bytes: see ``max_ratio``.
        max_members: entries in one archive (an .xlsx is one too).
        max_sheets: sheets in one workbook.
        max_rows: rows of one sheet, blank ones at the end not counted.
        max_columns: columns of one sheet, blank ones at the end not counted.
        max_cells: rows times columns of one sheet: what a spreadsheet reader sets memory aside for, be they filled or not.
    """

    max_files: int = 200
    max_file_bytes: int = 512 * _MIB
    max_expanded_bytes: int = 2048 * _MIB
    max_ratio: int = 100
    ratio_floor_bytes: int = 64 * _MIB
    max_members: int = 5_000
    max_sheets: int = 250
    max_rows: int = 5_000_000
    max_columns: int = 1_000
    max_cells: int = 64_000_000
