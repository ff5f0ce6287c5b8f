"""Separated text (CSV and its kin): any encoding, any usual separator, any number of columns per line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from batikrfm.sales.reading.decoding import to_utf8
from batikrfm.sales.reading.errors import FileEmpty, HeaderMissing, HeaderOnly
from batikrfm.sales.reading.frames import Place, check_columns, to_sheet
from batikrfm.sales.reading.header import LOOKED_AT, find_header, has_values
from batikrfm.sales.reading.limits import Limits
from batikrfm.sales.reading.records import is_well_quoted, split_records
from batikrfm.sales.reading.sheet import Sheet
from batikrfm.sales.reading.source import Source

_SEPARATORS = (",", ";", "\t", "|")
_LOOKED_AT_BYTES = 1024 * 1024
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?', re.IGNORECASE)  # Excel's own first line


@dataclass(frozen=True, slots=True)
class _Head:
    """The first records of the file, and how many lines each takes."""

    separator: str
    records: Sequence[Sequence[str]]
    lines: Sequence[int]


def read_text(source: Source, limits: Limits) -> list[Sheet]:
    place = Place(source.name)
    text = to_utf8(source.read())
    if not text.strip():
        raise FileEmpty(file=str(place))
    head = _look(text)
    header = find_header(head.records)
    if header is None:
        raise HeaderMissing(file=str(place))
    check_columns(place, len(header.texts), limits)
    text = _after_lines(text, sum(head.lines[: header.first]))
    if not text.strip():
        raise HeaderOnly(file=str(place))
    frame = _frame(place, text, head.separator, len(header.texts), limits)
    return [to_sheet(place, header, frame, range(frame.width), limits)]


def _look(text: bytes) -> _Head:
    lines = [line.removesuffix("\r") for line in text[:_LOOKED_AT_BYTES].decode(errors="ignore").split("\n")]
    told = _SEPARATOR_LINE.fullmatch(lines[0].strip(" "))
    if told:
        looked = _split(lines, told[1])
        return _Head(told[1], [[], *looked.records[1:]], looked.lines)
    return max((_split(lines, separator) for separator in _SEPARATORS), key=_steadiness)


def _split(lines: Sequence[str], separator: str) -> _Head:
    records, taken = [], []
    for fields, count in split_records(lines, separator):
        records.append(fields)
        taken.append(count)
        if len(records) == LOOKED_AT:
            break
    return _Head(separator, records, taken)


def _steadiness(head: _Head) -> tuple[float, int]:
    """How much the separator looks right: the share of records of the commonest width above one, then that width."""
    widths = Counter(len(record) for record in head.records if has_values([record]))
    total = widths.total()
    shares = [(count / total, width) for width, count in widths.items() if width > 1]
    return max(shares, default=(0.0, 0))


def _after_lines(text: bytes, count: int) -> bytes:
    at = 0
    for _ in range(count):
        at = text.find(b"\n", at) + 1
        if at == 0:
            return b""
    return text[at:]


def _frame(place: Place, text: bytes, separator: str, width: int, limits: Limits) -> pl.DataFrame:
    """All records as text columns: ``width`` of them, or more if a record is longer."""
    if not is_well_quoted(text, separator):
        return _frame_by_records(text.decode(), separator, width)
    frame = _frame_by_polars(text, separator, width + 1)
    if frame.to_series(width).null_count() == frame.height:
        return frame.drop(frame.columns[width])
    longest = max(len(record) for record, _ in split_records(text.decode().split("\n"), separator, width))
    check_columns(place, longest, limits)
    return _frame_by_polars(text, separator, longest)


def _frame_by_polars(text: bytes, separator: str, width: int) -> pl.DataFrame:
    """Well-quoted ``text``. A header of our own names the columns and tells how many there are: polars would trust the first record."""
    header = separator.join(map(str, range(width))).encode()
    return pl.read_csv(
        b"%b\n%b" % (header, text),
        separator=separator,
        quote_char='"' if b'"' in text else None,
        infer_schema=False,
        truncate_ragged_lines=True,
        null_values=[""],
    )


def _frame_by_records(text: str, separator: str, width: int) -> pl.DataFrame:
    lines = [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]
    records = [fields for fields, _ in split_records(lines, separator, width)]
    width = max(width, *map(len, records))
    padded = [[field or None for field in record] + [None] * (width - len(record)) for record in records]
    return pl.DataFrame(padded, schema={str(at): pl.String for at in range(width)}, orient="row")
