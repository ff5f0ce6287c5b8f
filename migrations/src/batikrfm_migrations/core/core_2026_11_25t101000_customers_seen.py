from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from batikrfm_migrations.sql import APP, identifier, sql_migration, tenant_table

ID = "core_2026_11_25t101000_customers_seen"
VERSION = "1.38.0"
DESCRIPTION = "What people look at: customers in pages, sums kept with a run, notes and consents."

# In byte order, so that the beginning of a text is a range of the index, on any server. It also compares faster.
COLLATIONS = """
alter table customers alter column key type text collate "C", alter column phone type text collate "C",
    alter column email type text collate "C"
"""

# A column and not an expression of the index: under row-level security PostgreSQL looks a value up in an index only where the comparison
# is known to leak nothing, and lower() is not. In small letters and byte order; who has no name goes by their key.
SORT_NAME = """
alter table customers add column sort_name text collate "C"
    generated always as (lower(coalesce(name, key) collate pg_c_utf8)) stored
"""

# How many customers are in each cell of the latest run, and their money: a total for any filter, and the places to look for a page. One
# cell without a segment counts the customers that the run did not place. Segments that do not score have one cell each.
CELLS = """
create table segment_cells (
    tenant_id uuid not null,
    id uuid not null,
    run_id uuid not null,
    segment text,
    r smallint,
    f smallint,
    m smallint,
    customers bigint not null,
    monetary_e4 numeric not null,
    primary key (tenant_id, id),
    unique nulls not distinct (tenant_id, run_id, segment, r, f, m),
    foreign key (tenant_id, run_id) references segmentation_runs (tenant_id, id) on delete cascade
)
"""

FLOWS = """
create table segment_flows (
    tenant_id uuid not null,
    id uuid not null,
    run_id uuid not null,
    from_segment text,
    to_segment text,
    customers bigint not null,
    primary key (tenant_id, id),
    unique nulls not distinct (tenant_id, run_id, from_segment, to_segment),
    foreign key (tenant_id, run_id) references segmentation_runs (tenant_id, id) on delete cascade
)
"""

# Counted once for a run and what was imported then, because a year of orders is too many to count on each look.
FIGURES = """
create table period_figures (
    tenant_id uuid not null,
    id uuid not null,
    run_id uuid not null,
    import_id uuid,                                      -- the latest one when it was counted
    days smallint not null check (days > 0),
    earlier boolean not null,                            -- the period before
    customers bigint not null,
    new_customers bigint not null,
    returning_customers bigint not null,
    purchases bigint not null,
    revenue_e4 numeric not null,
    products jsonb not null default '[]',                -- what sold best
    primary key (tenant_id, id),
    unique nulls not distinct (tenant_id, run_id, import_id, days, earlier),
    foreign key (tenant_id, run_id) references segmentation_runs (tenant_id, id) on delete cascade,
    foreign key (tenant_id, import_id) references imports (tenant_id, id) on delete cascade
)
"""

NOTES = """
create table customer_notes (
    tenant_id uuid not null,
    id uuid not null,
    customer_id uuid not null,
    created_at timestamptz not null default now(),
    author text not null,
    "text" text not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, customer_id) references customers (tenant_id, id) on delete cascade
)
"""

# Only ever added to: what holds is the latest word.
CONSENTS = """
create table customer_consents (
    tenant_id uuid not null,
    id uuid not null,
    customer_id uuid not null,
    created_at timestamptz not null default now(),
    channel text not null check (channel in ('email', 'whatsapp')),
    state text not null check (state in ('granted', 'refused', 'unknown')),
    source text not null,
    entered_by text not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, customer_id) references customers (tenant_id, id) on delete cascade
)
"""

# Pages of customers. Within one cell of scores they are in the order of the page, so a page of any filter is a merge of the beginnings of
# at most 125 short lists. The price: a customer who buys touches three indexes more; who stays as they are touches none.
PAGES = """
create index segment_assignments_by_money on segment_assignments (tenant_id, segment, r, f, m, monetary_e4, id);
create index segment_assignments_by_frequency on segment_assignments (tenant_id, segment, r, f, m, frequency, id);
create index segment_assignments_by_day on segment_assignments (tenant_id, segment, r, f, m, last_day, id);
create index customers_by_name on customers (tenant_id, sort_name, id);
create index customers_by_phone on customers (tenant_id, phone) where phone is not null;
create index customers_by_email on customers (tenant_id, email) where email is not null;
create index customer_totals_without_purchase on customer_totals (tenant_id, id) where purchases = 0 or sales = 0;
create index orders_by_time on orders (tenant_id, ordered_at, id);
"""

# As for the tables that an import fills: the app tells the planner about a first run, see batikrfm.segmentation.store.
MAINTAIN = f"grant maintain on segment_assignments to {APP}"

# Shops that were segmented before have their cells and flows counted here. The owner is held back by the policies like everyone; so the
# tables let it through for as long as this transaction lasts, in which nobody else sees them so.
READ = ("customers", "segmentation_runs", "segment_assignments", "segment_moves")
BACKFILL = (
    *(f"alter table {identifier(table)} no force row level security" for table in READ),
    """
    insert into segment_cells (tenant_id, id, run_id, segment, r, f, m, customers, monetary_e4)
    select a.tenant_id, uuidv7(), latest.id, a.segment, a.r, a.f, a.m, count(*), sum(a.monetary_e4)
    from (select distinct on (tenant_id) tenant_id, id from segmentation_runs order by tenant_id, id desc) latest
    join segment_assignments a on a.tenant_id = latest.tenant_id
    group by a.tenant_id, latest.id, a.segment, a.r, a.f, a.m
    """,
    """
    insert into segment_cells (tenant_id, id, run_id, customers, monetary_e4)
    select latest.tenant_id, uuidv7(), latest.id, (select count(*) from customers c where c.tenant_id = latest.tenant_id)
        - (select count(*) from segment_assignments a where a.tenant_id = latest.tenant_id), 0
    from (select distinct on (tenant_id) tenant_id, id from segmentation_runs order by tenant_id, id desc) latest
    """,
    """
    insert into segment_flows (tenant_id, id, run_id, from_segment, to_segment, customers)
    select tenant_id, uuidv7(), run_id, from_segment, to_segment, count(*) from segment_moves
    group by tenant_id, run_id, from_segment, to_segment
    """,
    *(f"alter table {identifier(table)} force row level security" for table in READ),
)

INDEXES = """
create index period_figures_of_import on period_figures (tenant_id, import_id);
create index customer_notes_of_customer on customer_notes (tenant_id, customer_id, id);
create index customer_consents_of_customer on customer_consents (tenant_id, customer_id, id);
"""

TABLES = ("segment_cells", "segment_flows", "period_figures", "customer_notes", "customer_consents")


async def forwards() -> MigrationManager:
    walls = [statement for table in TABLES for statement in tenant_table(table)]
    tables = (COLLATIONS, SORT_NAME, CELLS, FLOWS, FIGURES, NOTES, CONSENTS)
    return sql_migration(ID, DESCRIPTION, *tables, *BACKFILL, PAGES, INDEXES, MAINTAIN, *walls)
