from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from batikrfm_migrations.sql import APP, PLATFORM, sql_migration, tenant_table, walls

ID = "core_2026_11_26t000000_usage"
VERSION = "1.38.0"
DESCRIPTION = "What a tenant may use of AI, what it used and what that cost; and the pace that all keep on a provider's key."

# A row for each resource that the tenant ever used: whoever reserves locks it, so that one counts after the other.
QUOTAS = """
create table quotas (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    resource text not null check (resource <> '' and length(resource) <= 40),
    day_limit integer check (day_limit >= 0),            -- null: what the installation gives
    updated_at timestamptz not null default now(),
    primary key (tenant_id, id),
    unique (tenant_id, resource)
)
"""

# Held and settled ones take up the quota of their day. The lease alone frees nothing: whoever needs the place marks it as expired.
RESERVATIONS = """
create table quota_reservations (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    resource text not null,
    day date not null,                                   -- the tenant's, when it was made
    amount integer not null check (amount > 0),
    state text not null default 'held' check (state in ('held', 'settled', 'refunded', 'expired')),
    key uuid,                                            -- what it is for: the same again is the same reservation
    may_cost bigint not null default 0 check (may_cost >= 0),   -- micro-USD
    lease_until timestamptz not null,
    created_at timestamptz not null default now(),
    ended_at timestamptz,
    primary key (tenant_id, id),
    unique (tenant_id, resource, key),
    foreign key (tenant_id, resource) references quotas (tenant_id, resource) on delete cascade,
    constraint quota_reservations_ended check ((state = 'held') = (ended_at is null))
) with (autovacuum_vacuum_scale_factor = 0.05)
"""

BUDGETS = """
create table budgets (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    month_limit bigint not null check (month_limit >= 0),   -- micro-USD
    mode text not null check (mode in ('stop', 'warn')),
    updated_at timestamptz not null default now(),
    primary key (tenant_id, id),
    unique (tenant_id)
)
"""

# A cost that is null is unknown, which is not zero. Prices are in micro-USD for a million tokens, as they were on price_date.
INTERACTIONS = """
create table ai_interactions (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    at timestamptz not null,
    provider text not null,
    model text not null,
    tier text,
    purpose text not null,
    segment text,
    outcome text not null
        check (outcome in ('complete', 'cut_off', 'refused', 'filtered', 'unusable', 'failed', 'unanswered', 'cached')),
    error text,                                          -- the vendor's short code, or our error's name
    input_tokens integer check (input_tokens >= 0),      -- null: the vendor did not say
    cached_tokens integer not null check (cached_tokens >= 0),
    output_tokens integer check (output_tokens >= 0),
    reasoning_tokens integer not null check (reasoning_tokens >= 0),
    batch boolean not null,
    latency_ms integer not null check (latency_ms >= 0),
    price_input bigint,
    price_cached bigint,
    price_output bigint,
    price_date date,
    cost_micro_usd bigint check (cost_micro_usd >= 0),
    counted_micro_usd bigint not null check (counted_micro_usd >= 0),   -- what a budget counts: the cost, or the guess where it is unknown
    saved_micro_usd bigint,                              -- what the cache or the Batch API spared
    cost_idr bigint check (cost_idr >= 0),               -- ten-thousandths of a rupiah
    rate_date date,
    prompt_hash text,
    prompt text,                                         -- redacted, and forgotten after some days
    answer text,
    job_id uuid,
    primary key (tenant_id, id)
)
"""

INDEXES = """
create index quota_reservations_taken on quota_reservations (tenant_id, resource, day) include (amount, state, lease_until)
    where state in ('held', 'settled');
create index quota_reservations_held on quota_reservations (tenant_id) include (may_cost) where state = 'held';
create index quota_reservations_old on quota_reservations (tenant_id, day);
create index ai_interactions_when on ai_interactions (tenant_id, at) include (counted_micro_usd, cost_micro_usd);
create index ai_interactions_words on ai_interactions (tenant_id, at) where prompt is not null or answer is not null;
"""

# Column rights let the app role reach nothing but the words, and this lets it do nothing but forget them.
APPEND_ONLY = f"""
create function words_are_only_forgotten() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
    if new.prompt is not null or new.answer is not null then
        raise insufficient_privilege using message = 'permission denied: the words of an AI call are forgotten, never changed';
    end if;
    return new;
end $$;
create trigger ai_interactions_append_only before update on ai_interactions for each row execute function words_are_only_forgotten();
grant select, insert, update (prompt, answer) on ai_interactions to {APP};
"""

# A minute's memory, of no tenant's business: whose turn it is on a vendor's key. Unlogged, for it is worth nothing after a crash.
PACE = f"""
create unlogged table provider_keys (
    key_id text primary key check (length(key_id) <= 64),   -- a hash, never the key
    wait_until timestamptz not null default '-infinity'     -- as the vendor asked
) with (fillfactor = 50);
create unlogged table provider_key_grants (
    id uuid primary key,
    key_id text not null,
    asker uuid not null,                                 -- the tenant; forgotten soon
    requests integer not null check (requests >= 0),
    tokens bigint not null check (tokens >= 0),
    at timestamptz not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
create unlogged table provider_key_waits (
    id uuid primary key,                                 -- in the order of time
    key_id text not null,
    asker uuid not null,
    requests integer not null check (requests >= 0),
    tokens bigint not null check (tokens >= 0),
    process uuid not null,                               -- who waits; whoever is not seen any more is passed over
    seen_until timestamptz not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
create index provider_key_grants_window on provider_key_grants (key_id, at) include (asker, requests);
create index provider_key_waits_line on provider_key_waits (key_id);
grant select, insert, update, delete on provider_keys, provider_key_grants, provider_key_waits to {PLATFORM};
"""

TABLES = ("quotas", "quota_reservations", "budgets")


async def forwards() -> MigrationManager:
    made = (QUOTAS, RESERVATIONS, BUDGETS, INTERACTIONS, INDEXES)
    walled = [statement for table in TABLES for statement in tenant_table(table)]
    return sql_migration(ID, DESCRIPTION, *made, *walled, *walls("ai_interactions", "tenant_id"), APPEND_ONLY, PACE)
