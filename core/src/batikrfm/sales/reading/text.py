"""Separated text (CSV and its kin): any encoding, any usual separator, any number of columns per line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import polars as pl

from batikrfm.sales.reading.decoding import utf8_text
from batikrfm.sales.reading.errors import FileEmpty, HeaderMissing, HeaderOnly
from batikrfm.sales.reading.frames import Place, check_columns, to_sheet
from batikrfm.sales.reading.header import LOOKED_AT, Header, find_header, has_values
from batikrfm.sales.reading.limits import Limits
from batikrfm.sales.reading.records import is_well_quoted, split_records
from batikrfm.sales.reading.sheet import Sheet
from batikrfm.sales.reading.source import Source

_SEPARATORS = (",", ";", "\t", "|")
_LOOKED_AT_BYTES = 1024 * 1024
_FILLED = re.compile(rb"\S")
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?', re.IGNORECASE)  # Excel's own first line


@dataclass(frozen=True, slots=True)
class _Head:
    """The first records of the file if that is its separator, how many lines each takes, and their header."""

    separator: str
    records: Sequence[Sequence[str]]
    lines: Sequence[int]
    header: Header | None


def read_text(source: Source, limits: Limits) -> list[Sheet]:
    place = Place(source.name)
    with source.open() as file:
        text = utf8_text(file)
    if not _FILLED.search(text):
        raise FileEmpty(file=str(place))
    head = _look(text)
    header = head.header
    if header is None:
        raise HeaderMissing(file=str(place))
    check_columns(place, len(header.texts), limits)
    skipped = sum(head.lines[: header.first])
    data = _line_start(text, skipped)
    if not _FILLED.search(text, data):
        raise HeaderOnly(file=str(place))
    frame = _even_frame(text, skipped, data, head.separator, len(header.texts))
    if frame is None:
        table = _numbered(head.separator, len(header.texts) + 1, memoryview(text)[data:])
        del text  # a copy less in memory while polars works
        frame = _frame(place, table, head.separator, len(header.texts), limits)
    return [to_sheet(place, header, frame, range(frame.width), limits)]


def _look(text: bytes) -> _Head:
    lines = [line.removesuffix("\r") for line in text[:_LOOKED_AT_BYTES].decode(errors="ignore").split("\n")]
    told = _SEPARATOR_LINE.fullmatch(lines[0].strip(" "))
    if told:
        return _split(["", *lines[1:]], told[1])
    return max((_split(lines, separator) for separator in _SEPARATORS), key=_likeliness)


def _split(lines: Sequence[str], separator: str) -> _Head:
    split = list(islice(split_records(lines, separator), LOOKED_AT))
    records = [fields for fields, _ in split]
    return _Head(separator, records, [taken for _, taken in split], find_header(records))


def _likeliness(head: _Head) -> tuple[float, float, int]:
    """How right the separator looks: by its header, then by the share of records of the commonest width above one, then by that width."""
    widths = Counter(len(record) for record in head.records if has_values([record]))
    shares = [(count / widths.total(), width) for width, count in widths.items() if width > 1]
    return (head.header.score if head.header else 0.0, *max(shares, default=(0.0, 0)))


def _line_start(text: bytes, number: int) -> int:
    """Where line ``number`` (from 0) begins."""
    at = 0
    for _ in range(number):
        at = text.find(b"\n", at) + 1 or len(text)
    return at


def _even_frame(text: bytes, skipped: int, data: int, separator: str, width: int) -> pl.DataFrame | None:
    """The records from byte ``data`` (behind ``skipped`` lines) on as ``width`` text columns, without a copy of the text.

    None where it needs a closer look: quotes are not what they should be, a record is longer, or the first is shorter.
    """
    if not is_well_quoted(text, separator, data):
        return None
    quoted = text.find(b'"', data) >= 0
    columns = {str(at): pl.String() for at in range(width)}
    try:
        return pl.read_csv(
            text,
            separator=separator,
            quote_char='"' if quoted else None,
            has_header=False,
            skip_lines=skipped,
            schema=columns,
            null_values=[""],
        )
    except (pl.exceptions.ComputeError, pl.exceptions.SchemaError):
        return None


def _numbered(separator: str, width: int, data: memoryview) -> bytes:
    """``data`` under a header of our own, which tells polars how many columns there are: else it would trust the first record."""
    return b"".join((separator.join(map(str, range(width))).encode(), b"\n", data))


def _frame(place: Place, table: bytes, separator: str, width: int, limits: Limits) -> pl.DataFrame:
    """The records of a numbered table as text columns: ``width`` of them, or more if a record is longer.

    The table has one column more than ``width``: it shows whether a record is longer.
    """
    if not is_well_quoted(table, separator):
        return _frame_by_records(table.decode(), separator, width)
    frame = _frame_by_polars(table, separator)
    if frame.to_series(width).null_count() == frame.height:
        return frame.drop(frame.columns[width])
    records = split_records(table.decode().split("\n")[1:], separator, width)
    longest = max(len(record) for record, _ in records)
    check_columns(place, longest, limits)
    return _frame_by_polars(_numbered(separator, longest, memoryview(table)[table.index(b"\n") + 1 :]), separator)


def _frame_by_polars(table: bytes, separator: str) -> pl.DataFrame:
    return pl.read_csv(
        table,
        separator=separator,
        quote_char='"' if b'"' in table else None,
        infer_schema=False,
        truncate_ragged_lines=True,
        null_values=[""],
    )


def _frame_by_records(table: str, separator: str, width: int) -> pl.DataFrame:
    """The same, where quotes are not what they should be."""
    lines = [line.removesuffix("\r") for line in table.removesuffix("\n").split("\n")[1:]]
    records = [fields for fields, _ in split_records(lines, separator, width)]
    width = max(width, *map(len, records))
    padded = [[field or None for field in record] + [None] * (width - len(record)) for record in records]
    return pl.DataFrame(padded, schema={str(at): pl.String for at in range(width)}, orient="row")
