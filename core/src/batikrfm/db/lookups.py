"""Things to be looked up in the database, several of them in one journey.

A journey costs a process about as much as a small query costs the server, so what does not depend on each other goes together::

    run, shop = await look_up_all(latest_run_lookup(), tenant_lookup())

PostgreSQL answers one statement then: an array of rows for each lookup, all of the same moment.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, overload

from batikrfm.db.scopes import current_scope

if TYPE_CHECKING:
    import asyncpg

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
E = TypeVar("E")

Rows = Sequence[Mapping[str, Any]]

READABLE: Final = ("text[]", "record[]")
"""asyncpg asks the server for other arrays first, which it does for the columns of a statement and not for those of rows in an array."""
_VALUE: Final = re.compile(r"\$(\d+)")


@dataclass(frozen=True)
class Lookup(Generic[T_co]):
    """A query, a constant with its values as ``$1, $2, ...``, and what its rows mean. It changes nothing.

    A column that is an array is one of text or of rows; others cannot go together.
    """

    sql: str
    values: tuple[object, ...]
    read: Callable[[Rows], T_co]


async def look_up(one: Lookup[T]) -> T:
    """The answer, in the scope that this runs in."""
    return one.read(await current_scope().fetch(one.sql, *one.values))


@overload
async def look_up_all(a: Lookup[A], b: Lookup[B], /) -> tuple[A, B]: ...
@overload
async def look_up_all(a: Lookup[A], b: Lookup[B], c: Lookup[C], /) -> tuple[A, B, C]: ...
@overload
async def look_up_all(a: Lookup[A], b: Lookup[B], c: Lookup[C], d: Lookup[D], /) -> tuple[A, B, C, D]: ...
@overload
async def look_up_all(a: Lookup[A], b: Lookup[B], c: Lookup[C], d: Lookup[D], e: Lookup[E], /) -> tuple[A, B, C, D, E]: ...
async def look_up_all(*several: Lookup[Any]) -> tuple[Any, ...]:
    """The answers of all, in one journey. Each is read in its turn; the first that raises is raised."""
    queries = tuple(one.sql for one in several)
    names = [await _columns(sql) for sql in queries]
    (arrays,) = await current_scope().fetch(joined(queries), *(value for one in several for value in one.values))
    found = ([dict(zip(columns, row, strict=True)) for row in rows] for columns, rows in zip(names, arrays, strict=True))
    return tuple(one.read(rows) for one, rows in zip(several, found, strict=True))


@functools.lru_cache(maxsize=256)
def joined(queries: tuple[str, ...]) -> str:
    """One statement that answers each of ``queries`` with an array of its rows; their values come one after the other."""
    arrays, before = [], 0
    for sql in queries:
        arrays.append(f"array(select its from ({_numbered(sql, before)}) its)")
        before += max(map(int, _VALUE.findall(sql)), default=0)
    return "select " + ", ".join(arrays)


def _numbered(sql: str, before: int) -> str:
    return _VALUE.sub(lambda value: f"${int(value[1]) + before}", sql)


_names: dict[str, tuple[str, ...]] = {}
"""The columns of queries that were looked up: rows in an array have no names. As many as there are such constants."""


async def _columns(sql: str) -> tuple[str, ...]:
    if sql not in _names:
        async with current_scope().connection() as connection:
            prepared = await connection.prepare(sql)
        _names[sql] = tuple(_name(column) for column in prepared.get_attributes())
    return _names[sql]


def _name(column: asyncpg.Attribute) -> str:
    if column.type.kind == "array" and column.type.name not in READABLE:
        raise TypeError(f"{column.name} is {column.type.name}, which asyncpg cannot read within a row: make it text[]")
    return str(column.name)
