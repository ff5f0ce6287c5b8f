"""The SQL of segmentation. Row-level security keeps every statement to the tenant of its scope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from batikrfm.sales.returns import Returns

TENANT: Final = "(select current_setting('app.tenant_id')::uuid)"

TAKE_TURNS: Final = "select pg_advisory_xact_lock(hashtextextended('batikrfm.segmentation/' || current_setting('app.tenant_id'), 0))"
"""Two runs of one tenant at once would compare with the same run before and write the same rows. Released with the transaction."""

HOLD_RUNS: Final = "select pg_advisory_xact_lock_shared(hashtextextended('batikrfm.segmentation/' || current_setting('app.tenant_id'), 0))"
"""Who reads for long waits for a run that is under way and holds off the next one; readers do not wait for each other."""

# Totals: what strategies look at, one row a customer with a purchase.

KEPT_TOTALS: Final[dict[Returns, str]] = {
    "net": "select id as customer, last_purchase_at, purchases, net_e4 from customer_totals where purchases > 0",
    "ignore": "select id as customer, last_sale_at, sales, gross_e4 from customer_totals where sales > 0",
}
"""As importing keeps them: the cost grows with customers."""

COUNTED_TOTALS: Final[dict[Returns, str]] = {
    "net": """
        select customer_id as customer, max(ordered_at) filter (where net_e4 > 0) as last_purchase_at,
            count(*) filter (where net_e4 > 0) as purchases, sum(net_e4)::bigint as net_e4
        from orders where customer_id is not null
            and ordered_at >= coalesce($1::timestamptz, '-infinity') and ordered_at < coalesce($2::timestamptz, 'infinity')
        group by customer_id having count(*) filter (where net_e4 > 0) > 0
    """,
    "ignore": """
        select customer_id as customer, max(ordered_at) filter (where gross_e4 > 0) as last_sale_at,
            count(*) filter (where gross_e4 > 0) as sales, sum(gross_e4)::bigint as gross_e4
        from orders where customer_id is not null
            and ordered_at >= coalesce($1::timestamptz, '-infinity') and ordered_at < coalesce($2::timestamptz, 'infinity')
        group by customer_id having count(*) filter (where gross_e4 > 0) > 0
    """,
}
"""Counted from the orders made from $1 (null: ever) on and before $2 (null: no end): the cost grows with orders."""

LATER_ORDERS: Final = "select exists (select from orders where ordered_at >= $1)"

# Runs.

LATEST_RUN: Final = """
    select id, strategy, array(select segment from segment_results where run_id = runs.id order by position) as segments
    from segmentation_runs runs order by id desc limit 1
"""

ADD_RUN: Final = f"""
    with run as (
        insert into segmentation_runs (tenant_id, id, compared_with, strategy, settings, as_of, returns, since_days, time_zone, currency,
            mode, cut_points, reason, notices, customers, revenue)
        values ({TENANT}, $1, $2, $3, $4::jsonb, $5, $6, $7, $8, $9, $10, $11::jsonb, $12::jsonb, $13::jsonb, $14, $15)
        returning created_at
    ), its as (
        insert into segment_results (tenant_id, id, run_id, position, segment, customers, revenue,
            median_recency_days, median_frequency, median_monetary)
        select {TENANT}, uuidv7(), $1, position, segment, customers, revenue, median_recency_days, median_frequency, median_monetary
        from unnest($16::text[], $17::bigint[], $18::numeric[], $19::numeric[], $20::numeric[], $21::numeric[]) with ordinality
            as results (segment, customers, revenue, median_recency_days, median_frequency, median_monetary, position)
    )
    select created_at from run
"""
"""A run with its results."""

# Assignments and moves.

ASSIGNED: Final = """
    select id, last_day, frequency, monetary_e4, r, f, m, latest.position
    from segment_assignments left join (
        select segment, position from segment_results where run_id = (select id from segmentation_runs order by id desc limit 1)
    ) latest using (segment)
"""
"""Who is where; ``position`` is the segment's in the latest run, because numbers of a fixed width are read ten times faster than text."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A statement that takes rows of ``columns`` from ``table``: ``many`` from one that ``create`` makes for the transaction.

    ``few`` takes them from arrays, one a column, that follow its other values: a table costs the server more than a handful of rows does,
    and leaves the catalogue with as much to clean up.
    """

    table: str
    columns: tuple[str, ...]
    create: str
    many: str
    few: str


def _staged(table: str, columns: Mapping[str, str], create: str, statement: str, *, values: int = 0) -> Staged:
    """``statement`` with rows of ``columns`` (name to type); it has so many ``values`` of its own."""
    arrays = ", ".join(f"${values + n}::{kind}[]" for n, kind in enumerate(columns.values(), start=1))
    rows = f"with {table} as (select * from unnest({arrays}) as given ({', '.join(columns)}))"
    return Staged(table, tuple(columns), create, statement, f"{rows} {statement}")


UNASSIGN: Final = _staged(
    "left_customers",
    {"id": "uuid"},
    "create temp table left_customers (id uuid) on commit drop",
    "delete from segment_assignments where id in (select id from left_customers)",
)

ASSIGN: Final = _staged(
    "changed_assignments",
    {
        "id": "uuid",
        "last_day": "date",
        "frequency": "bigint",
        "monetary_e4": "bigint",
        "r": "smallint",
        "f": "smallint",
        "m": "smallint",
        "segment": "text",
    },
    """
    create temp table changed_assignments (id uuid, last_day date, frequency bigint, monetary_e4 bigint,
        r smallint, f smallint, m smallint, segment text) on commit drop
    """,
    f"""
    insert into segment_assignments (tenant_id, id, last_day, frequency, monetary_e4, r, f, m, segment, sort_name)
    select {TENANT}, id, last_day, frequency, monetary_e4, r, f, m, segment, sort_name
    from changed_assignments join customers using (id) order by id
    on conflict (tenant_id, id) do update set last_day = excluded.last_day, frequency = excluded.frequency,
        monetary_e4 = excluded.monetary_e4, r = excluded.r, f = excluded.f, m = excluded.m, segment = excluded.segment,
        sort_name = excluded.sort_name
    """,
)
"""In the order of the key, which is the order of its index. A name that changes later follows by a trigger of ``customers``."""

LOOKS_EMPTY: Final = "select reltuples < 1000 from pg_class where oid = to_regclass('segment_assignments')"
SHOW_PLANNER: Final = "analyze segment_assignments"
"""Needs the right MAINTAIN on the table."""

ADD_MOVES: Final = _staged(
    "new_moves",
    {"id": "uuid", "customer_id": "uuid", "from_segment": "text", "to_segment": "text"},
    "create temp table new_moves (id uuid, customer_id uuid, from_segment text, to_segment text) on commit drop",
    f"""
    insert into segment_moves (tenant_id, id, run_id, customer_id, from_segment, to_segment)
    select {TENANT}, id, $1, customer_id, from_segment, to_segment from new_moves order by id
    """,
    values=1,
)

ADD_CELLS: Final = f"""
    insert into segment_cells (tenant_id, id, run_id, segment, r, f, m, customers, monetary_e4)
    select {TENANT}, uuidv7(), $1, cells.*
    from (
        select * from unnest($3::text[], $4::smallint[], $5::smallint[], $6::smallint[], $7::bigint[], $8::numeric[])
        union all select null, null, null, null, count(*) - $2, 0 from customers
    ) cells
"""
"""The last one is that of all whom the run did not place, so many of them as there are customers beside the $2 whom it did."""

ADD_FLOWS: Final = f"""
    insert into segment_flows (tenant_id, id, run_id, from_segment, to_segment, customers)
    select {TENANT}, uuidv7(), $1, from_segment, to_segment, customers
    from unnest($2::text[], $3::text[], $4::bigint[]) as flows (from_segment, to_segment, customers)
"""

# Reading.

RUN_COLUMNS: Final = """
    id, created_at, compared_with, strategy, settings::text, as_of, returns, since_days, time_zone as timezone, currency,
    mode, cut_points::text, reason::text, notices::text, customers, revenue, array(
        select row (its.segment, its.customers, its.revenue, its.median_recency_days, its.median_frequency, its.median_monetary)
        from segment_results its where its.tenant_id = runs.tenant_id and its.run_id = runs.id order by its.position
    ) as results
"""
RUNS: Final = f"select {RUN_COLUMNS} from segmentation_runs runs where $2::uuid is null or id < $2 order by id desc limit $1"
LATEST: Final = f"select {RUN_COLUMNS} from segmentation_runs runs order by id desc limit 1"
RUN: Final = f"select {RUN_COLUMNS} from segmentation_runs runs where id = $1"

MOVES_MATRIX: Final = """
    select from_segment, to_segment, count(*) as customers from segment_moves where run_id = $1
    group by from_segment, to_segment order by count(*) desc, from_segment, to_segment
"""

MOVES_OF_RUN: Final = """
    select moves.customer_id, customers.key, moves.from_segment, moves.to_segment
    from segment_moves moves join customers on customers.id = moves.customer_id
    where moves.run_id = $1 order by customers.key limit $2
"""

MOVES_OF_CUSTOMER: Final = """
    select moves.run_id, runs.as_of, moves.from_segment, moves.to_segment
    from segment_moves moves join segmentation_runs runs on runs.id = moves.run_id
    where moves.customer_id = $1 order by moves.run_id
"""

IMPORTED_ROWS: Final = """
    select coalesce(sum(imported), 0)::bigint as imported, coalesce(sum(cancelled), 0)::bigint as cancelled,
        coalesce(sum(refund), 0)::bigint as refund, coalesce(sum(without_customer), 0)::bigint as without_customer,
        coalesce(sum(rejected), 0)::bigint as rejected
    from imports
"""

REVENUE: Final[dict[Returns, str]] = {
    "net": """
        select count(*) filter (where net_e4 > 0) as orders, coalesce(sum(net_e4), 0)::bigint as revenue_e4,
            coalesce(sum(net_e4) filter (where customer_id is null), 0)::bigint as revenue_without_customer_e4
        from orders where ordered_at >= coalesce($1::timestamptz, '-infinity') and ordered_at < coalesce($2::timestamptz, 'infinity')
    """,
    "ignore": """
        select count(*) filter (where gross_e4 > 0) as orders, coalesce(sum(gross_e4), 0)::bigint as revenue_e4,
            coalesce(sum(gross_e4) filter (where customer_id is null), 0)::bigint as revenue_without_customer_e4
        from orders where ordered_at >= coalesce($1::timestamptz, '-infinity') and ordered_at < coalesce($2::timestamptz, 'infinity')
    """,
}

LAST_SALE: Final[dict[Returns, str]] = {
    "net": "select max(ordered_at) from orders where net_e4 > 0",
    "ignore": "select max(ordered_at) from orders where gross_e4 > 0",
}

CUSTOMER_KEYS: Final = "select id as customer, key from customers"

CONTACTS: Final = "select id, key, name from customers where id = any ($1::uuid[])"
