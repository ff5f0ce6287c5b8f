from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from batikrfm_migrations.sql import sql_migration, tenant_table

ID = "core_2026_11_25t130000_brand_voices"
VERSION = "1.38.0"
DESCRIPTION = "How a shop wants to sound, in its owner's words: at most one text for each."

BRAND_VOICES = """
create table brand_voices (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    words text not null check (char_length(words) between 1 and 2000),
    updated_at timestamptz not null default now(),
    primary key (tenant_id, id),
    unique (tenant_id)
)
"""


async def forwards() -> MigrationManager:
    return sql_migration(ID, DESCRIPTION, BRAND_VOICES, *tenant_table("brand_voices"))
