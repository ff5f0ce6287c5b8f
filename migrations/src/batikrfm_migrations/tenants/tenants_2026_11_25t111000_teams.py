from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from batikrfm_migrations.sql import APP, PLATFORM, sql_migration, tenant_table, walls

ID = "tenants_2026_11_25t111000_teams"
VERSION = "1.38.0"
DESCRIPTION = "Who works in a shop, who is invited, its API keys, and the log of what was done, which can only grow."

MEMBERSHIPS = """
create table memberships (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    user_id uuid not null references users (id),         -- who has a shop is not deleted before they left it
    role text not null check (role in ('owner', 'admin', 'editor', 'viewer')),
    name text not null,                                  -- copies: a shop sees its team without a look into accounts
    email text not null,
    created_at timestamptz not null default now(),
    primary key (tenant_id, id),
    unique (tenant_id, user_id)
);
create index on memberships (user_id)
"""

INVITATIONS = """
create table invitations (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    email text not null,
    role text not null check (role in ('owner', 'admin', 'editor', 'viewer')),
    token_hash bytea not null,
    language text not null default 'id' check (language in ('id', 'en')),
    invited_by text not null,
    created_at timestamptz not null default now(),
    sent_at timestamptz not null default now(),
    expires_at timestamptz not null,
    accepted_at timestamptz,
    revoked_at timestamptz,
    primary key (tenant_id, id)
);
create unique index invitations_open on invitations (tenant_id, email) where accepted_at is null and revoked_at is null;
create index on invitations (token_hash)
"""

API_KEYS = """
create table api_keys (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    name text not null,
    prefix text not null,
    secret_hash bytea not null,
    permissions text[] not null,
    made_by uuid not null,                               -- the user or the key that made it
    made_by_name text not null,
    created_at timestamptz not null default now(),
    last_used_at timestamptz,
    expires_at timestamptz,
    revoked_at timestamptz,
    primary key (tenant_id, id)
);
create index on api_keys (prefix)
"""

AUDIT_ENTRIES = """
create table audit_entries (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,                                    -- in the order of time
    at timestamptz not null default now(),
    actor_kind text not null check (actor_kind in ('user', 'api_key', 'system')),
    actor_id uuid,
    actor_name text not null,
    action text not null check (action ~ '^[a-z][a-z0-9_.]*$'),
    target text not null,
    details jsonb not null default '{}' check (jsonb_typeof(details) = 'object'),
    primary key (tenant_id, id)
)
"""

# What the platform role does before it is known in which shop: signing in, a link's page, an API key, opening a shop.
FOR_PLATFORM = f"""
create policy platform_people on memberships to {PLATFORM} using (true) with check (true);
create policy platform_people on invitations to {PLATFORM} using (true) with check (true);
create policy platform_people on api_keys to {PLATFORM} using (true) with check (true);
create policy platform_people on audit_entries to {PLATFORM} using (true) with check (true);
grant select, insert, update (name, email) on memberships to {PLATFORM};
grant select on invitations to {PLATFORM};
grant select, update (last_used_at) on api_keys to {PLATFORM};
grant insert on audit_entries to {PLATFORM};
"""


async def forwards() -> MigrationManager:
    walled = (statement for table in ("memberships", "invitations", "api_keys") for statement in tenant_table(table))
    append_only = (*walls("audit_entries", "tenant_id"), f"grant select, insert on audit_entries to {APP}")
    return sql_migration(ID, DESCRIPTION, MEMBERSHIPS, INVITATIONS, API_KEYS, AUDIT_ENTRIES, *walled, *append_only, FOR_PLATFORM)
