from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from batikrfm_migrations.sql import sql_migration, tenant_table

ID = "core_2026_11_22t120000_plugins"
VERSION = "1.38.0"
DESCRIPTION = "Plugins: which are on for a tenant, and their settings. Secrets in them are encrypted by the program."

PLUGIN_SETTINGS = """
create table plugin_settings (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    plugin text not null check (plugin ~ '^[a-z][a-z0-9_]{0,62}$'),
    enabled boolean,                                     -- null: nobody said; then built-in plugins are on, others off
    settings jsonb not null default '{}' check (jsonb_typeof(settings) = 'object'),   -- by object: {"channels.outbox": {...}}
    updated_at timestamptz not null default now(),
    primary key (tenant_id, id),
    unique (tenant_id, plugin)
)
"""


async def forwards() -> MigrationManager:
    return sql_migration(ID, DESCRIPTION, PLUGIN_SETTINGS, *tenant_table("plugin_settings"))
