from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from batikrfm_migrations.sql import sql_migration, tenant_table

ID = "core_2026_11_25t120000_reports"
VERSION = "1.38.0"
DESCRIPTION = "Reports: which files were ordered, which are made, and until when they are kept. The files themselves are in storage."

REPORT_FILES = """
create table report_files (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    kind text not null check (kind in ('pdf', 'xlsx')),
    language text not null check (language in ('id', 'en')),
    created_at timestamptz not null default now(),
    created_by uuid,                                     -- the person or the API key; null: the program
    job_id uuid not null,                                -- the job that makes it, which is forgotten sooner than the file
    made_at timestamptz,                                 -- null until it is made
    run_id uuid,                                         -- the segmentation that it shows
    as_of date,                                          -- the day of that segmentation
    bytes bigint check (bytes >= 0),
    expires_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, run_id) references segmentation_runs (tenant_id, id) on delete set null (run_id),
    constraint report_files_made check ((made_at is null) = (bytes is null) and (made_at is null) = (as_of is null))
)
"""

INDEXES = """
create index report_files_expire on report_files (tenant_id, expires_at);
create index report_files_run on report_files (tenant_id, run_id) where run_id is not null;
"""


async def forwards() -> MigrationManager:
    return sql_migration(ID, DESCRIPTION, REPORT_FILES, INDEXES, *tenant_table("report_files"))
