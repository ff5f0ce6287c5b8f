from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from batikrfm_migrations.sql import sql_migration, tenant_table

ID = "core_2026_11_26t004500_run_facts"
VERSION = "1.38.0"
DESCRIPTION = "What findings speak of beside the figures, counted once for a run: a million customers are too many to count on each look."

RUN_FACTS = """
create table run_facts (
    tenant_id uuid not null,
    id uuid not null,
    run_id uuid not null,
    import_id uuid,                                      -- the latest one when it was counted
    moved jsonb not null default '[]',                   -- [from, to, ten-thousandths] of those who changed their segment
    best_e4 numeric not null,
    first_e4 numeric not null,
    unreachable bigint not null,
    last_sale_at timestamptz,
    primary key (tenant_id, id),
    unique nulls not distinct (tenant_id, run_id, import_id),
    foreign key (tenant_id, run_id) references segmentation_runs (tenant_id, id) on delete cascade,
    foreign key (tenant_id, import_id) references imports (tenant_id, id) on delete cascade
);
create index run_facts_of_import on run_facts (tenant_id, import_id)
"""


async def forwards() -> MigrationManager:
    return sql_migration(ID, DESCRIPTION, RUN_FACTS, *tenant_table("run_facts"))
