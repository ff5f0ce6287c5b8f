from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from batikrfm_migrations.sql import APP, PLATFORM, sql_migration, walls

ID = "core_2026_11_22t090000_tenants"
VERSION = "1.38.0"
DESCRIPTION = "What a tenant is. The app sees its own row; the platform role keeps the directory."

TENANTS = """
create table tenants (
    id uuid primary key,
    slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 60),
    name text not null check (name <> '' and length(name) <= 200),
    time_zone text not null default 'Asia/Jakarta',
    currency text not null default 'IDR' check (currency ~ '^[A-Z]{3}$'),
    language text not null default 'id' check (language in ('id', 'en')),
    created_at timestamptz not null default now()
)
"""


async def forwards() -> MigrationManager:
    return sql_migration(
        ID,
        DESCRIPTION,
        TENANTS,
        *walls("tenants", "id"),
        f"grant select, update (name, time_zone, currency, language) on tenants to {APP}",
        f"create policy platform_directory on tenants to {PLATFORM} using (true) with check (true)",
        f"grant select, insert, update, delete on tenants to {PLATFORM}",
    )
