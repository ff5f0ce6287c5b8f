from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from batikrfm_migrations.sql import APP, identifier, sql_migration, tenant_table, walls

ID = "core_2026_11_26t041000_consents"
VERSION = "1.38.0"
DESCRIPTION = "Consent by medium and purpose with its proof, addresses that get nothing any more, and how often a person wants to hear."

# One spelling for each address: small letters, or a plus and digits. Salted for each shop, so that no list of hashes tells which shops
# share a person. Declared immutable, which it is: what it calls is, and UTF-8 is the same for every session.
HASH = """
create function delivery_hash(salt bytea, address text) returns bytea language sql immutable strict parallel safe
return sha256(salt || convert_to(
    case
        when address ~ '^\\+[0-9]+$' then address
        when position('@' in address) > 0 then lower(normalize(btrim(address), nfc))
        else '+' || regexp_replace(address, '[^0-9]', '', 'g')
    end, 'UTF8'))
"""

# Somebody who wants no advertising still hears of the order that they made; every other reason stops everything.
BLOCKS = """
create function delivery_blocks(reason text, purpose text) returns boolean language sql immutable strict parallel safe
return reason <> 'unsubscribed' or purpose = 'marketing'
"""

# The words that people agreed to, kept once for each version.
WORDINGS = """
create table consent_wordings (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    created_at timestamptz not null default now(),
    created_by text not null,
    purpose text not null check (purpose in ('marketing', 'service')),
    version integer not null check (version >= 1),
    words text not null check (char_length(words) between 1 and 4000),
    primary key (tenant_id, id),
    unique (tenant_id, purpose, version)
);
create unique index consent_wordings_once on consent_wordings (tenant_id, purpose, md5(words))
"""

# What the owner declared of a file. Taken back, it stays as what was once said.
DECLARATIONS = """
create table consent_declarations (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,                                    -- in the order of time
    import_id uuid not null,
    medium text not null check (medium in ('email', 'whatsapp')),
    purpose text not null check (purpose in ('marketing', 'service')),
    since date not null,
    source text not null check (char_length(source) between 1 and 200),
    wording_id uuid,
    declared jsonb not null,                             -- who and when: {"kind": ..., "id": ..., "by": ..., "at": ...}
    customers bigint not null default 0,                 -- whose consent it is
    refused bigint not null default 0,                   -- who had said no, and still does
    withdrawn jsonb,
    primary key (tenant_id, id),
    foreign key (tenant_id, import_id) references imports (tenant_id, id) on delete cascade,
    foreign key (tenant_id, wording_id) references consent_wordings (tenant_id, id)
);
create unique index consent_declarations_once on consent_declarations (tenant_id, import_id, medium, purpose) where withdrawn is null
"""

# The history: who said what, when, where, to which words, and what shows it. wording_id and declaration_id have no foreign key: neither
# table ever loses a row, and a file brings a million of these.
HISTORY = f"""
alter table customer_consents rename column channel to medium;
alter table customer_consents
    add column purpose text not null default 'marketing' check (purpose in ('marketing', 'service')),
    add column at timestamptz not null default now(),    -- from when it holds; created_at is when it was written down
    add column means text not null default 'owner'
        check (means in ('owner', 'api', 'recipient', 'keyword', 'vendor', 'import', 'withdrawn')),
    add column wording_id uuid,
    add column declaration_id uuid,
    add column proof jsonb;
alter table customer_consents no force row level security;
update customer_consents set at = created_at;
alter table customer_consents alter column purpose drop default, alter column means drop default;
alter table customer_consents add constraint customer_consents_declared check (means <> 'import' or declaration_id is not null);
create index customer_consents_of_declaration on customer_consents (tenant_id, declaration_id) where declaration_id is not null;
revoke update, delete on customer_consents from {APP}
"""

# What holds now, for joins over all customers. No row: nothing was ever said.
STATES = """
create table consent_states (
    tenant_id uuid not null,
    id uuid not null,
    customer_id uuid not null,
    consent_id uuid not null,                            -- the entry of the history that it comes from
    at timestamptz not null,
    medium text not null check (medium in ('email', 'whatsapp')),
    purpose text not null check (purpose in ('marketing', 'service')),
    state text not null check (state in ('granted', 'refused', 'unknown')),
    primary key (tenant_id, id),
    unique (tenant_id, customer_id, medium, purpose),
    foreign key (tenant_id, customer_id) references customers (tenant_id, id) on delete cascade
);
insert into consent_states (tenant_id, id, customer_id, consent_id, at, medium, purpose, state)
select distinct on (tenant_id, customer_id, medium, purpose) tenant_id, uuidv7(), customer_id, id, at, medium, purpose, state
from customer_consents order by tenant_id, customer_id, medium, purpose, id desc;
alter table customer_consents force row level security
"""

# Addresses that get nothing any more. Only a hash: it outlives the customer, and an import that brings the address again changes nothing.
SUPPRESSIONS = """
create table suppressions (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,                                    -- in the order of time
    customer_id uuid,                                    -- whose it was when it was entered; goes with them
    at timestamptz not null default now(),
    medium text not null check (medium in ('email', 'whatsapp')),
    reason text not null check (reason in ('unsubscribed', 'manual', 'vendor', 'bounced', 'complained', 'erased')),
    entered_by text not null,
    personal boolean not null,                           -- the person wants it so; stays when a later reason says more
    address_hash bytea not null check (octet_length(address_hash) = 32),
    primary key (tenant_id, id),
    unique (tenant_id, medium, address_hash),
    foreign key (tenant_id, customer_id) references customers (tenant_id, id) on delete set null (customer_id),
    constraint suppressions_personal check (personal or reason not in ('unsubscribed', 'complained', 'erased'))
);
create index suppressions_of_customer on suppressions (tenant_id, customer_id) where customer_id is not null
"""

# Mail that bounced for now: so many within so many days, and the address is taken for dead.
BOUNCES = """
create table soft_bounces (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    at timestamptz not null,
    delivery_id uuid,                                    -- one message bounces once
    medium text not null check (medium in ('email', 'whatsapp')),
    address_hash bytea not null check (octet_length(address_hash) = 32),
    primary key (tenant_id, id),
    unique (tenant_id, delivery_id)
);
create index soft_bounces_of_address on soft_bounces (tenant_id, medium, address_hash, at)
"""

# How often a person wants to hear from the shop, over all media and campaigns: at most so many messages in so many days. Null: no wish.
PREFERENCES = """
create table contact_preferences (
    tenant_id uuid not null,
    id uuid not null,
    customer_id uuid not null,
    updated_at timestamptz not null default now(),
    most smallint check (most between 1 and 100),
    days smallint check (days between 1 and 366),
    primary key (tenant_id, id),
    unique (tenant_id, customer_id),
    foreign key (tenant_id, customer_id) references customers (tenant_id, id) on delete cascade,
    constraint contact_preferences_both_or_none check ((most is null) = (days is null))
)
"""

# One row for each shop that ever needed it. The salt is made once and never changed: with another one, every hash is of nobody.
SETTINGS = """
create table delivery_settings (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    updated_at timestamptz not null default now(),
    soft_bounces smallint not null default 3 check (soft_bounces between 1 and 20),
    soft_bounce_days smallint not null default 30 check (soft_bounce_days between 1 and 365),
    salt bytea not null check (octet_length(salt) = 32),
    stop_words text[] not null default '{}',             -- besides those that always work
    primary key (tenant_id, id),
    unique (tenant_id)
)
"""

# Who opts out is taken off what still waits to be sent.
WAITING = "create index deliveries_waiting_of_customer on deliveries (tenant_id, customer_id) where state = 'queued'"

TABLES = ("consent_declarations", "consent_states", "suppressions", "soft_bounces", "contact_preferences", "delivery_settings")
# An import's declaration fills these from nothing: see batikrfm.sales.loading.
MAINTAIN = f"grant maintain on consent_states to {APP}"


async def forwards() -> MigrationManager:
    fences = [statement for table in TABLES for statement in tenant_table(table)]
    append_only = (*walls("consent_wordings", "tenant_id"), f"grant select, insert on {identifier('consent_wordings')} to {APP}")
    tables = (WORDINGS, DECLARATIONS, HISTORY, STATES, SUPPRESSIONS, BOUNCES, PREFERENCES, SETTINGS, WAITING)
    return sql_migration(ID, DESCRIPTION, HASH, BLOCKS, *tables, *fences, *append_only, MAINTAIN)
