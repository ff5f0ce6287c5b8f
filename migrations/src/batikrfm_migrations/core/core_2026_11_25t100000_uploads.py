from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from batikrfm_migrations.sql import sql_migration, tenant_table

ID = "core_2026_11_25t100000_uploads"
VERSION = "1.38.0"
DESCRIPTION = "Uploads on their way to being imported, and how a shop wants to be segmented."

UPLOADS = """
create table uploads (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    created_at timestamptz not null default now(),
    created_by text not null,                            -- a colleague's name, as it was then
    files jsonb not null,                                -- [{"name": ..., "size": ..., "sha256": ...}, ...]
    state text not null default 'received'
        check (state in ('received', 'looking', 'asking', 'importing', 'done', 'failed', 'discarded')),
    preview jsonb,                                       -- real rows, so only until the upload is over
    chosen jsonb not null default '{}',                  -- what a person said: {"*": {...}, "<header>": {...}}
    save_mapping boolean not null default true,
    job_id uuid,                                         -- no foreign key: jobs are cleared away earlier than uploads
    import_id uuid,
    run_id uuid,
    unknown_statuses text[] not null default '{}',
    problem jsonb,                                       -- {"id": ..., "en": ...}
    ended_at timestamptz,
    files_kept boolean not null default true,
    primary key (tenant_id, id),
    foreign key (tenant_id, import_id) references imports (tenant_id, id) on delete set null (import_id),
    foreign key (tenant_id, run_id) references segmentation_runs (tenant_id, id) on delete set null (run_id),
    constraint uploads_over_keep_no_rows check ((ended_at is not null) = (state in ('done', 'failed', 'discarded'))
        and (ended_at is null or preview is null))
)
"""

SETTINGS = """
create table segmentation_settings (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    strategy text not null,
    settings jsonb not null default '{}',                -- by strategy: {"rfm5": {...}}
    returns text not null check (returns in ('net', 'ignore')),
    since_days integer check (since_days > 0),
    updated_at timestamptz not null default now(),
    primary key (tenant_id, id),
    unique (tenant_id)
)
"""

INDEXES = """
create index uploads_of_import on uploads (tenant_id, import_id) where import_id is not null;
create index uploads_of_run on uploads (tenant_id, run_id) where run_id is not null;
create index uploads_with_files on uploads (tenant_id, id) where files_kept;
"""


async def forwards() -> MigrationManager:
    walls = [*tenant_table("uploads"), *tenant_table("segmentation_settings")]
    return sql_migration(ID, DESCRIPTION, UPLOADS, SETTINGS, INDEXES, *walls)
