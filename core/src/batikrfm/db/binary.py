"""PostgreSQL's binary COPY format, decoded into polars columns.

A stream is a header of 19 bytes, then rows, then -1 as int16. A row is the number of its columns (int16) and for each a length
(int32, -1 is null) and that many bytes, big-endian. (PostgreSQL manual, COPY, "Binary Format".)
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow as pa

BLOCK: Final = 4 << 20  # bytes decoded at once
SLIGHT: Final = 1 << 16  # bytes, about a thousand rows
_HEADER: Final = 19
_LENGTH: Final = struct.Struct(">i")
_DAYS_TO_2000: Final = 10_957  # PostgreSQL counts from 2000-01-01, polars from 1970-01-01
_MICROSECONDS_TO_2000: Final = _DAYS_TO_2000 * 86_400 * 1_000_000


@dataclass(frozen=True)
class BinaryType:
    """A type that both sides hold exactly; ``numpy`` is None where the width varies."""

    polars: pl.DataType
    numpy: str | None


TYPES: Final[Mapping[str, BinaryType]] = {
    "bool": BinaryType(pl.Boolean(), "u1"),
    "int2": BinaryType(pl.Int16(), ">i2"),
    "int4": BinaryType(pl.Int32(), ">i4"),
    "int8": BinaryType(pl.Int64(), ">i8"),
    "float8": BinaryType(pl.Float64(), ">f8"),
    "date": BinaryType(pl.Date(), ">i4"),
    "timestamptz": BinaryType(pl.Datetime("us", "UTC"), ">i8"),
    "uuid": BinaryType(pl.Binary(), "V16"),
    "bytea": BinaryType(pl.Binary(), None),
    "text": BinaryType(pl.String(), None),
}
"""PostgreSQL's types (``pg_type.typname``) that can be copied, and what each is in a frame."""


class RowDecoder:
    """Takes the bytes of a stream piece by piece and keeps decoded frames in ``frames``, so that no second copy of all piles up."""

    def __init__(self, columns: Mapping[str, str]) -> None:
        """``columns``: name to type, in the stream's order."""
        self.frames: list[pl.DataFrame] = []
        self._types = {name: TYPES[kind] for name, kind in columns.items()}
        self._row = _fixed_row([t.numpy for t in self._types.values()])
        self._rest = bytearray()
        self._begun = False

    @property
    def full(self) -> bool:
        """Whether it is time to :meth:`decode`."""
        return len(self._rest) >= BLOCK

    @property
    def slight(self) -> bool:
        """Whether what is here is decoded before a thread for it would have begun."""
        return len(self._rest) <= SLIGHT

    def add(self, data: bytes) -> None:
        """Take the next piece of the stream."""
        self._rest += data

    def decode(self) -> None:
        """Turn the whole rows that are here into a frame. CPU-heavy."""
        start = 0 if self._begun else _HEADER
        self._begun = True
        block = bytes(memoryview(self._rest)[start:])
        end = self._decode_fixed(block) or self._decode_any(block)
        self._rest = bytearray(block[end:])

    def _decode_fixed(self, block: bytes) -> int:
        """Decode rows of one known width without a single null, and return the bytes used; 0 if they are not such rows."""
        if self._row is None:
            return 0
        rows = np.frombuffer(block, dtype=self._row, count=len(block) // self._row.itemsize)
        if not len(rows) or not all((rows[f"length{n}"] == rows[f"value{n}"].dtype.itemsize).all() for n in range(len(self._types))):
            return 0
        self.frames.append(pl.DataFrame([_series(name, kind, rows[f"value{n}"]) for n, (name, kind) in enumerate(self._types.items())]))
        return int(rows.nbytes)

    def _decode_any(self, block: bytes) -> int:
        """Decode rows of any width, and return the bytes used."""
        columns, end = _split(block, len(self._types))
        if columns[0]:
            self.frames.append(
                pl.DataFrame([_loose_series(name, kind, cells) for (name, kind), cells in zip(self._types.items(), columns, strict=True)])
            )
        return end


def _split(block: bytes, width: int) -> tuple[list[list[bytes | None]], int]:
    """The cells of every whole row in ``block`` by column, and where the first row begins that is not whole."""
    columns: list[list[bytes | None]] = [[] for _ in range(width)]
    end, size = 0, len(block)
    while True:
        row: list[bytes | None] = []
        at = end + 2  # past the number of columns
        for _ in range(width):
            if at + 4 > size:
                return columns, end
            (length,) = _LENGTH.unpack_from(block, at)
            at += 4
            row.append(None if length < 0 else block[at : at + length])
            at += max(length, 0)
        if at > size:
            return columns, end
        for column, cell in zip(columns, row, strict=True):
            column.append(cell)
        end = at


def frame_of(frames: Sequence[pl.DataFrame], schema: Mapping[str, pl.DataType | type[pl.DataType]]) -> pl.DataFrame:
    """One frame of all ``frames``, without copying them; an empty one of ``schema`` if there is none."""
    return pl.concat(frames, rechunk=False) if frames else pl.DataFrame(schema=dict(schema))


def _fixed_row(kinds: Sequence[str | None]) -> np.dtype[np.void] | None:
    """How a row lies in memory if every column has a fixed width and no value is null."""
    if not kinds or None in kinds:
        return None
    fields = [field for n, kind in enumerate(kinds) for field in ((f"length{n}", ">i4"), (f"value{n}", kind))]
    return np.dtype([("columns", ">i2"), *fields])


def _loose_series(name: str, kind: BinaryType, cells: list[bytes | None]) -> pl.Series:
    if isinstance(kind.polars, pl.String):
        return pl.Series(name, [None if cell is None else cell.decode() for cell in cells], dtype=pl.String)
    if kind.numpy is None:
        return pl.Series(name, cells, dtype=pl.Binary)
    nothing = bytes(np.dtype(kind.numpy).itemsize)
    values = np.frombuffer(b"".join(nothing if cell is None else cell for cell in cells), dtype=kind.numpy)
    there = pl.Series([cell is not None for cell in cells], dtype=pl.Boolean)
    return pl.select(pl.when(there).then(_series(name, kind, values)).alias(name)).to_series()


def _series(name: str, kind: BinaryType, values: np.ndarray[Any, Any]) -> pl.Series:
    match kind.polars:
        case pl.Boolean():
            return pl.Series(name, values != 0)
        case pl.Date():
            return pl.Series(name, values.astype(np.int32) + np.int32(_DAYS_TO_2000)).cast(pl.Date)
        case pl.Datetime():
            return pl.Series(name, values.astype(np.int64) + np.int64(_MICROSECONDS_TO_2000)).cast(kind.polars)
        case pl.Binary():
            octets = pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(values), [None, pa.py_buffer(values.tobytes())])
            return pl.Series(name, pa.chunked_array([octets]), dtype=pl.Binary)
    return pl.Series(name, values.astype(values.dtype.newbyteorder("=")))
