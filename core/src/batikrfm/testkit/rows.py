"""Valid rows for any table, made from the catalogue: a table added tomorrow is attacked without a line written for it."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

import asyncpg
import pytest

from batikrfm.db.keys import uuid7
from batikrfm_migrations.sql import identifier

TRIES = 2_000  # combinations of values for a table's check constraints

COLUMNS = """
select a.attname::text as name, format_type(coalesce(nullif(t.typbasetype, 0), t.oid), null) as type, a.attnotnull as required
from pg_attribute a join pg_type t on t.oid = a.atttypid
where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attidentity = '' order by a.attnum
"""
CHECKS = """
select pg_get_constraintdef(k.oid), array(select attname::text from pg_attribute where attrelid = k.conrelid and attnum = any (k.conkey))
from pg_constraint k where k.conrelid = $1::regclass and k.contype = 'c'
"""
FOREIGN_KEYS = """
select k.confrelid::regclass::text as target,
       array_agg(mine.attname::text order by pair.place) as columns, array_agg(theirs.attname::text order by pair.place) as theirs
from pg_constraint k cross join unnest(k.conkey, k.confkey) with ordinality as pair (here, there, place)
join pg_attribute mine on mine.attrelid = k.conrelid and mine.attnum = pair.here
join pg_attribute theirs on theirs.attrelid = k.confrelid and theirs.attnum = pair.there
where k.conrelid = $1::regclass and k.contype = 'f' group by k.oid order by cardinality(k.conkey) desc
"""
TENANT_TABLES = """
select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
where c.relkind in ('r', 'p') and n.nspname = 'public' and a.attname = 'tenant_id' and not a.attisdropped order by 1
"""
Row = dict[str, Any]
Choice = tuple[int, ...]
"""Which of the values that each column of a table may have, by its place among them."""


class Runner(Protocol):
    """A scope or a connection."""

    async def execute(self, sql: str, /, *args: object) -> str:
        """Run one statement."""


@dataclass(frozen=True)
class ForeignKey:
    """``columns`` of a table point at ``theirs`` of ``target``."""

    target: str
    columns: tuple[str, ...]
    theirs: tuple[str, ...]


@dataclass(frozen=True)
class Shape:
    """What a row of a table needs."""

    name: str
    columns: dict[str, tuple[str, bool]]  # type, required
    foreign_keys: tuple[ForeignKey, ...]
    checked: dict[str, list[str]]  # columns that check constraints speak of, and the words in those, which a text may have to be one of


@dataclass
class Rows:
    """Makes rows and puts them there, as the superuser, whom no policy holds back."""

    admin: asyncpg.Connection
    taken: dict[str, Choice] = field(default_factory=dict)
    """By table the choice that the database took last, which is tried first: a hint that spares most tries, and never trusted."""
    _shapes: dict[str, Shape] = field(default_factory=dict)

    async def tenant_tables(self) -> list[str]:
        """Every table with a tenant_id."""
        return [name for (name,) in await self.admin.fetch(TENANT_TABLES)]

    async def shape(self, table: str) -> Shape:
        """The shape of ``table``."""
        if table not in self._shapes:
            checked: dict[str, list[str]] = {}
            for check, columns in await self.admin.fetch(CHECKS, table):
                for column in columns:
                    checked.setdefault(column, []).extend(re.findall(r"'([^']*)'::", check))
            self._shapes[table] = Shape(
                table,
                {name: (kind, required) for name, kind, required in await self.admin.fetch(COLUMNS, table)},
                tuple(ForeignKey(t, tuple(c), tuple(o)) for t, c, o in await self.admin.fetch(FOREIGN_KEYS, table)),
                checked,
            )
        return self._shapes[table]

    async def put(self, table: str, tenant: UUID) -> Row:
        """A new row of ``tenant`` in ``table``, and whatever it refers to."""
        row = await self.valid(table, tenant)
        await self.insert(self.admin, table, row)
        return row

    async def stored(self, table: str, row: Row) -> str | None:
        """All that ``table`` holds of ``row`` now, to compare with later; None if it is gone."""
        sql = f"select to_jsonb(t)::text from {identifier(table)} t where tenant_id = $1 and id = $2"
        text: str | None = await self.admin.fetchval(sql, row["tenant_id"], row["id"])
        return text

    async def insert(self, runner: Runner, table: str, row: Row) -> str:
        """Insert ``row`` as ``runner``. Its columns are named: a generated one takes no value."""
        COLUMNS_OF_ROW = ", ".join(map(identifier, row))  # noqa: N806 - quoted names are as good as constants, and the house's rule asks for one
        sql = f"""
            insert into {identifier(table)} ({COLUMNS_OF_ROW})
            select {COLUMNS_OF_ROW} from jsonb_populate_record(null::{identifier(table)}, $1::jsonb)
        """
        return await runner.execute(sql, json.dumps(row, default=_text))

    async def valid(self, table: str, tenant: UUID) -> Row:
        """A row that the database would take; what it refers to is there. Fails if this generator cannot find one."""
        shape = await self.shape(table)
        given = await self._references(shape, tenant)
        choices = _choices(shape, set(given))
        said = ""
        for choice in itertools.islice(_tried(choices, self.taken.get(table)), TRIES):
            row = given | {name: values[place] for (name, values), place in zip(choices.items(), choice, strict=True)}
            refused = await self._refused(table, row)
            if refused is None:
                self.taken[table] = choice
                return row
            said = refused
        pytest.fail(f"no valid row found for {table}: teach batikrfm.testkit.rows ({said})")

    async def _refused(self, table: str, row: Row) -> str | None:
        """What the database says against ``row``, which is not kept; None if it would take it."""
        trial = self.admin.transaction()
        await trial.start()
        try:
            await self.insert(self.admin, table, row)
        except (asyncpg.CheckViolationError, asyncpg.UniqueViolationError) as error:
            return str(error)
        finally:
            await trial.rollback()
        return None

    async def _references(self, shape: Shape, tenant: UUID) -> Row:
        """tenant_id and the columns of foreign keys, pointing at new rows; an optional reference to its own table stays empty."""
        given: Row = {"tenant_id": tenant} if "tenant_id" in shape.columns else {}  # people belong to no single tenant
        for key in shape.foreign_keys:
            if key.target in (shape.name, "tenants") or set(key.columns) <= set(given):
                continue
            parent = await self.put(key.target, tenant)
            given |= {mine: parent[theirs] for mine, theirs in zip(key.columns, key.theirs, strict=True)}
        return given


def _text(value: object) -> str:
    """How PostgreSQL reads a value that JSON does not have."""
    return f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)


def _choices(shape: Shape, given: set[str]) -> dict[str, list[object]]:
    """Values for the columns that are not ``given``: nothing where nothing is needed, unless a check may want something there."""
    choices: dict[str, list[object]] = {}
    for name, (kind, required) in shape.columns.items():
        if name not in given:
            values = [*([] if required else [None]), *_candidates(name, kind, shape.checked.get(name, []))]
            choices[name] = values if name in shape.checked else values[:1]
    return choices


def _tried(choices: dict[str, list[object]], first: Choice | None) -> Iterator[Choice]:
    """Every choice, ``first`` before the others if it is one: a table may have changed since."""
    ranges = [range(len(values)) for values in choices.values()]
    if first and len(first) == len(ranges) and all(place in one for place, one in zip(first, ranges, strict=True)):
        yield first
    yield from itertools.product(*ranges)


def _candidates(name: str, kind: str, words: Sequence[str]) -> list[object]:
    known: dict[str, list[object]] = {
        "uuid": [uuid7()],
        "text": [f"x{uuid7().hex}", *words, ""],
        "character varying": [f"x{uuid7().hex}", *words],
        "smallint": [0, 1],
        "integer": [0, 1, *([uuid7().int % 1_000_000 + 2] if name == "version" else [])],  # the last: one that no other row has
        "bigint": [0, 1],
        "numeric": [0, 1],
        "double precision": [0.0, 1.0],
        "boolean": [False, True],
        "date": [date(2026, 1, 1), date(2026, 1, 5) + timedelta(weeks=uuid7().int % 50_000)],  # a Thursday, and a Monday that nobody has
        "timestamp with time zone": [datetime(2026, 1, 1, tzinfo=UTC)],
        "jsonb": [{}, []],
        "bytea": [b"x", uuid7().bytes * 2],  # the second: a hash
    }
    if kind.endswith("[]"):
        return [[]]
    if kind not in known:
        pytest.fail(f"column {name} is {kind}: teach batikrfm.testkit.rows to make one")
    return known[kind]
