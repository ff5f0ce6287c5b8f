"""Rows in bulk, between the database and polars frames, in PostgreSQL's binary COPY format.

COPY into a table under row-level security is refused by PostgreSQL, so a frame goes into a temporary table, and
``insert into ... select`` takes it from there through the policies. COPY of a query's rows is fine under them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING

import polars as pl
from pgpq import ArrowToPostgresBinaryEncoder

from batikrfm.db.binary import TYPES, RowDecoder, frame_of

if TYPE_CHECKING:
    from batikrfm.db.engine import Scope

ROWS_AT_ONCE = 1 << 16  # encoded at once: a few MB, so that a copy needs no second frame's worth of memory

COLUMN_TYPES = """
select a.attname::text, t.typname::text from pg_attribute a join pg_type t on t.oid = a.atttypid
where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped
"""

_columns: dict[str, dict[str, str]] = {}
"""Of the queries that were copied out, constants all of them: PostgreSQL is asked once a process."""

Schema = Mapping[str, pl.DataType | type[pl.DataType]]


class BulkTypeError(TypeError):
    """A frame and the database do not agree on a column: our bug, not the user's."""


async def copy_in(scope: Scope, table: str, frame: pl.DataFrame) -> None:
    """Append the rows of ``frame`` to ``table``: a temporary table (made ``on commit drop``) with at least these columns.

    Types must be exactly those of :data:`batikrfm.db.binary.TYPES`: Int64 for bigint, Binary of 16 bytes for uuid, and so on.

    Raises:
        BulkTypeError: a column is missing in the table or has another type there.
    """
    async with scope.connection() as connection:
        there = dict(map(tuple, await connection.fetch(COLUMN_TYPES, table)))
        _require_same({name: there.get(name, "missing") for name in frame.columns}, frame.schema, f"table {table}")
        await connection.copy_to_table(table, source=encoded(frame), columns=frame.columns, format="binary")


async def copy_out(scope: Scope, sql: str, *args: object, schema: Schema) -> pl.DataFrame:
    """The rows of a query as a frame with exactly the columns of ``schema``, in its order. ``args`` are the query's ``$1, $2, ...``.

    Columns of a fixed width that are never null are decoded at the speed of memory; text and nulls cost about a microsecond a value.

    Raises:
        BulkTypeError: the query's columns are not those of ``schema``.
    """
    async with scope.connection() as connection:
        if sql not in _columns:
            _columns[sql] = {a.name: a.type.name for a in (await connection.prepare(sql)).get_attributes()}
        columns = _columns[sql]
        _require_same(columns, schema, "the query")
        decoder = RowDecoder(columns)

        async def take(data: bytes) -> None:
            decoder.add(data)
            if decoder.full:
                await asyncio.to_thread(decoder.decode)

        await connection.copy_from_query(sql, *args, output=take, format="binary")
    if decoder.slight:
        decoder.decode()
    else:
        await asyncio.to_thread(decoder.decode)
    return frame_of(decoder.frames, schema)


async def encoded(frame: pl.DataFrame) -> AsyncIterator[bytes]:
    """``frame`` in binary COPY format, a slice at a time."""
    oldest = pl.CompatLevel.oldest()  # Arrow's plain layouts: pgpq does not read string views
    encoder = ArrowToPostgresBinaryEncoder(frame.clear().to_arrow(compat_level=oldest).schema)
    yield encoder.write_header()
    for part in frame.iter_slices(ROWS_AT_ONCE):
        for batch in part.to_arrow(compat_level=oldest).to_batches():
            yield encoder.write_batch(batch)
    yield encoder.finish()


def _require_same(columns: Mapping[str, str], schema: Schema, where: str) -> None:
    """Compare PostgreSQL's columns with a frame's, in their order."""
    expected = [(name, TYPES[kind].polars if kind in TYPES else f"unsupported {kind}") for name, kind in columns.items()]
    given = [(name, kind() if isinstance(kind, type) else kind) for name, kind in schema.items()]
    if expected != given:
        raise BulkTypeError(f"{where} has {expected}, the frame has {given}")
