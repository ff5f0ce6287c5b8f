"""From columns as a reader gives them to the cells of a :class:`Sheet`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from batikrfm.sales.reading.errors import HeaderOnly, TooManyColumns, TooManyRows
from batikrfm.sales.reading.header import Header
from batikrfm.sales.reading.limits import Limits
from batikrfm.sales.reading.sheet import Sheet

_TIME = "%H:%M:%S"


@dataclass(frozen=True, slots=True)
class Place:
    """Which table of which file it is."""

    file: str
    sheet: str | None = None

    def __str__(self) -> str:
        return self.file if self.sheet is None else f"{self.file} [{self.sheet}]"


def check_columns(place: Place, count: int, limits: Limits) -> None:
    if count > limits.max_columns:
        raise TooManyColumns(file=str(place), columns=count, limit=limits.max_columns)


def to_sheet(place: Place, header: Header, frame: pl.DataFrame, positions: Sequence[int], limits: Limits) -> Sheet:
    """The sheet with ``header``, of a ``frame`` whose first row is row ``header.first`` and whose i-th column stands at ``positions[i]``.

    Columns without a heading are kept where they hold something: a row that is longer than the header loses nothing.
    """
    if frame.height > limits.max_rows:
        raise TooManyRows(file=str(place), limit=limits.max_rows)
    columns = {position: _plain(frame.to_series(index)) for index, position in enumerate(positions)}
    kept = [at for at in range(max([len(header.texts), *(at + 1 for at in columns)])) if _heading(header, at) or _holds(columns, at)]
    check_columns(place, len(kept), limits)
    nothing = pl.repeat(None, frame.height, dtype=pl.String, eager=True)
    lines = pl.int_range(header.first + 1, header.first + 1 + frame.height, dtype=pl.UInt32, eager=True)
    cells = pl.DataFrame([lines.alias("line"), *(columns.get(at, nothing).alias(str(name)) for name, at in enumerate(kept))])
    cells = _without_blank_rows(cells)
    if cells.is_empty():
        raise HeaderOnly(file=str(place))
    return Sheet(place.file, place.sheet, tuple(_heading(header, at) for at in kept), cells, header.preamble)


def _heading(header: Header, at: int) -> str:
    return header.texts[at] if at < len(header.texts) else ""


def _holds(columns: Mapping[int, pl.Series], at: int) -> bool:
    return at in columns and not bool(_blank(columns[at]).all())


def _plain(column: pl.Series) -> pl.Series:
    """``column`` in one of the few types that a sheet promises."""
    if column.dtype == pl.Date:
        return column.cast(pl.Datetime("ms"))
    if column.dtype == pl.Duration:  # a time of day
        return (pl.Series([0]).cast(pl.Datetime("ms")) + column).dt.strftime(_TIME)
    if column.dtype == pl.Null:
        return column.cast(pl.String)
    return column


def _blank(column: pl.Series) -> pl.Series:
    if column.dtype != pl.String:
        return column.is_null()
    return column.str.strip_chars().fill_null("") == ""


def _without_blank_rows(cells: pl.DataFrame) -> pl.DataFrame:
    """``cells`` without the rows that hold nothing. Most files have none, so it looks no further than the first filled columns."""
    blank: pl.Series | None = None
    for column in cells.get_columns()[1:]:
        blank = _blank(column) if blank is None else blank & _blank(column)
        if not blank.any():
            return cells
    return cells if blank is None else cells.filter(~blank)
