"""Frames go into the database and come out the same, whatever is in them and however long they are."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from batikrfm.db.binary import TYPES
from batikrfm.db.bulk import ROWS_AT_ONCE, BulkTypeError
from batikrfm.db.engine import Scope
from batikrfm.tenancy import tenant_scope

SCHEMA = {f"a_{name}": kind.polars for name, kind in TYPES.items()}
CREATE = f"create temp table bulk ({', '.join(f'a_{name} {name}' for name in TYPES)}) on commit drop"
SELECT = "select * from bulk order by a_int8, a_text"

VALUES = {
    "bool": st.booleans(),
    "int2": st.integers(-(2**15), 2**15 - 1),
    "int4": st.integers(-(2**31), 2**31 - 1),
    "int8": st.integers(-(2**63), 2**63 - 1),
    "float8": st.floats(allow_nan=False),
    "date": st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31)),
    "timestamptz": st.datetimes(timezones=st.just(dt.UTC)),
    "uuid": st.binary(min_size=16, max_size=16),
    "bytea": st.binary(max_size=20),
    "text": st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20),
}


async def there_and_back(scope: Scope, frame: pl.DataFrame) -> pl.DataFrame:
    await scope.execute(CREATE)
    await scope.copy_in("bulk", frame)
    back = await scope.copy_out(SELECT, schema=SCHEMA)
    await scope.execute("drop table bulk")
    return back


def frames(*, nulls: bool) -> st.SearchStrategy[pl.DataFrame]:
    cells = [st.none() | VALUES[name] if nulls else VALUES[name] for name in TYPES]
    rows = st.lists(st.tuples(*cells), max_size=20)
    return rows.map(lambda rows: pl.DataFrame(rows, schema=SCHEMA, orient="row"))


@pytest.mark.parametrize("nulls", [False, True])
async def test_any_frame_comes_back_the_same(tenant: UUID, *, nulls: bool) -> None:
    async with tenant_scope(tenant) as scope:
        examples: list[pl.DataFrame] = []
        collect(frames(nulls=nulls), examples)
        for frame in examples:
            back = await there_and_back(scope, frame)
            assert_frame_equal(back, frame, check_row_order=False)


def collect(strategy: st.SearchStrategy[pl.DataFrame], into: list[pl.DataFrame]) -> None:
    @settings(max_examples=60, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def gather(frame: pl.DataFrame) -> None:
        into.append(frame)

    gather()


@pytest.mark.parametrize("with_nulls", [False, True])
async def test_a_frame_longer_than_a_block(tenant: UUID, *, with_nulls: bool) -> None:
    rows = 3 * ROWS_AT_ONCE + 17
    number = pl.int_range(rows, dtype=pl.Int64)
    value = pl.when(number % 3 > 0).then(number) if with_nulls else number
    frame = pl.select(
        id=(number * 7919 % 1_000_003).cast(pl.String).str.pad_start(16, "0").cast(pl.Binary),
        value=value,
        small=(number % 100).cast(pl.Int16),
    )
    async with tenant_scope(tenant) as scope:
        await scope.execute("create temp table long (id uuid, value int8, small int2) on commit drop")
        await scope.copy_in("long", frame)
        back = await scope.copy_out("select * from long", schema=frame.schema)
    assert_frame_equal(back, frame)
    assert back.n_chunks() > 1


async def test_arguments_are_values_and_never_text(tenant: UUID) -> None:
    nasty = "'; drop table tenants; -- $2 \\"
    async with tenant_scope(tenant) as scope:
        back = await scope.copy_out(
            "select $1::text as said, id from tenants where id = $2", nasty, tenant, schema={"said": pl.String, "id": pl.Binary}
        )
    assert back.rows() == [(nasty, tenant.bytes)]


async def test_no_rows(tenant: UUID) -> None:
    async with tenant_scope(tenant) as scope:
        back = await there_and_back(scope, pl.DataFrame(schema=SCHEMA))
    assert_frame_equal(back, pl.DataFrame(schema=SCHEMA))


@pytest.mark.usefixtures("tenant")
async def test_copy_out_sees_the_tenants_rows_only(other_tenant: UUID) -> None:
    async with tenant_scope(other_tenant) as scope:
        back = await scope.copy_out("select id from tenants", schema={"id": pl.Binary})
    assert back.to_series().to_list() == [other_tenant.bytes]


@pytest.mark.parametrize(
    ("sql", "schema"),
    [
        ("select 1::int4 as n", {"n": pl.Int64}),
        ("select 1::int8 as n", {"m": pl.Int64}),
        ("select 1::int8 as n, 2::int8 as m", {"m": pl.Int64, "n": pl.Int64}),
        ("select 1.5::numeric as n", {"n": pl.Float64}),
        ("select 1::int8 as n, 1::int8 as m", {"n": pl.Int64}),
    ],
)
async def test_a_query_of_other_columns_is_refused(tenant: UUID, sql: str, schema: dict[str, pl.DataType]) -> None:
    async with tenant_scope(tenant) as scope:
        with pytest.raises(BulkTypeError):
            await scope.copy_out(sql, schema=schema)


@pytest.mark.parametrize("frame", [pl.DataFrame({"a": [1]}, schema={"a": pl.Int32}), pl.DataFrame({"missing": [1]})])
async def test_a_frame_of_other_columns_is_refused(tenant: UUID, frame: pl.DataFrame) -> None:
    async with tenant_scope(tenant) as scope:
        await scope.execute("create temp table other (a int8) on commit drop")
        with pytest.raises(BulkTypeError):
            await scope.copy_in("other", frame)
