from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from batikrfm_migrations.sql import sql_migration, tenant_table

ID = "core_2026_11_26t030000_weekly"
VERSION = "1.38.0"
DESCRIPTION = "The weekly words: one batch a week, and what became of each segment in it."

# One for a shop's week, whoever started it and however often.
BATCHES = """
create table weekly_batches (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    week date not null check (extract(isodow from week) = 1),   -- the Monday, where the shop is
    started_by text not null default '',                        -- a colleague's name, as it was then; empty: the clock
    run_id uuid,                                                -- the segmentation that it writes for; null until that is done
    created_at timestamptz not null default now(),
    told_at timestamptz,                                        -- when the owner was told that words wait for review
    primary key (tenant_id, id),
    unique (tenant_id, week),
    foreign key (tenant_id, run_id) references segmentation_runs (tenant_id, id) on delete set null (run_id)
)
"""

# ``due`` is the shop's day on which the quota has room for it. A segment that is handed in waits for a vendor's batch.
ITEMS = """
create table weekly_items (
    tenant_id uuid not null,
    id uuid not null,
    batch_id uuid not null,
    segment text not null,
    state text not null default 'waiting' check (state in ('waiting', 'handed_in', 'written', 'left_out', 'failed')),
    due date not null,
    revenue_e4 numeric not null,                                -- at stake: the most first
    reason jsonb,                                               -- why it waits, was left out or failed: a sentence in both languages
    contents uuid[] not null default '{}',
    provider text,                                              -- whose batch it is in
    model text,
    vendor_batch text,
    content_hash text,                                          -- of what was asked there
    handed_in_at timestamptz,
    written_at timestamptz,
    primary key (tenant_id, id),
    unique (tenant_id, batch_id, segment),
    foreign key (tenant_id, batch_id) references weekly_batches (tenant_id, id) on delete cascade,
    constraint weekly_items_written check ((state = 'written') = (written_at is not null)),
    constraint weekly_items_handed_in
        check (state <> 'handed_in' or (provider is not null and model is not null and handed_in_at is not null))
);
create index weekly_batches_of_run on weekly_batches (tenant_id, run_id) where run_id is not null
"""

TABLES = ("weekly_batches", "weekly_items")


async def forwards() -> MigrationManager:
    walls = [statement for table in TABLES for statement in tenant_table(table)]
    return sql_migration(ID, DESCRIPTION, BATCHES, ITEMS, *walls)
