from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a sales file, as read: nothing is interpreted yet.

    Attributes:
        file: the file as its owner knows it, for instance ``export.zip/Order.all.xlsx`` for a member of an archive.
        sheet: the sheet's name, ``None`` for text files.
        header: the header's texts, trimmed; duplicates are kept, ``""`` where a column has no heading.
        cells: ``line`` (UInt32) and then one column ``"0"``, ``"1"``, ... per heading. ``line`` is the row number that Excel shows; in a
            text file it is the record's number, the first record being 1 (a record with a line break inside quotes counts once, a blank
            line counts too). Types: String for text and for columns of mixed kinds, Float64 or Int64 for numbers, Datetime for dates,
            Boolean. A blank cell is null. What is not data is not in it: the header, what stands above it, description rows, blank rows.
        preamble: the rows above the header that hold something: shop name, period, ...
        found: what others found out about the cells and need again, by a key of theirs; gone with the sheet.
    """

    file: str
    sheet: str | None
    header: tuple[str, ...]
    cells: pl.DataFrame
    preamble: tuple[tuple[str, ...], ...] = ()
    found: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)
