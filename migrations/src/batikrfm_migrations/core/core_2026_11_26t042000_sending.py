from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from batikrfm_migrations.sql import sql_migration, tenant_table

ID = "core_2026_11_26t042000_sending"
VERSION = "1.38.0"
DESCRIPTION = "What sending keeps: batches in hand, how each account and number stands, what is filled into letters."

# ``batch``: what was handed in together, so that it can be handed in again as it was. ``looks``: how often the vendor was asked what became
# of it. A row that is 'unknown' keeps its claim; ``claimed_until`` is when to look next.
DELIVERIES = """
alter table deliveries
    add column handed_in_at timestamptz,
    add column batch uuid,
    add column looks smallint not null default 0
"""

# How an account of a channel stands with a shop. No row: it was never used, and nothing is wrong with it.
STATES = """
create table channel_states (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    channel text not null check (char_length(channel) between 1 and 64),
    paused_at timestamptz,
    paused_by text check (paused_by in ('person', 'safety')),
    reason jsonb,                                        -- a sentence in both languages
    troubles smallint not null default 0,                -- in a row
    used_on date,                                        -- the latest day, where the shop is, on which it sent
    used integer not null default 0 check (used >= 0),   -- messages on that day
    warm_days integer not null default 0,                -- days before that one on which it sent
    next_at timestamptz,                                 -- not before then: a pause by chance between messages
    recent text not null default '' check (recent ~ '^[01]*$' and char_length(recent) <= 1000),  -- outcomes, 1 is a bad one
    rules jsonb not null default '{}',
    primary key (tenant_id, id),
    unique (tenant_id, channel),
    constraint channel_states_paused check ((paused_at is null) = (paused_by is null) and (paused_at is null) = (reason is null))
)
"""

# Whether a number is on its network, as a gateway said. ``digest`` is of the number that was asked about: another one is asked anew.
CHECKS = """
create table address_checks (
    tenant_id uuid not null,
    id uuid not null,
    customer_id uuid not null,
    medium text not null check (medium in ('email', 'whatsapp')),
    digest bytea not null,
    reachable boolean not null,
    checked_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, customer_id, medium),
    foreign key (tenant_id, customer_id) references customers (tenant_id, id) on delete cascade
)
"""

# What a shop fills into its letters where a customer's own value is missing, and what it says of itself at their end.
LETTERS = """
create table letter_settings (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    fallbacks jsonb not null default '{}',               -- {"id": {"nama": ...}, "en": {...}}
    link text not null default '' check (char_length(link) <= 500),
    address text not null default '' check (char_length(address) <= 300),
    contact text not null default '' check (char_length(contact) <= 300),
    primary key (tenant_id, id),
    unique (tenant_id)
)
"""

# Messages that somebody of the shop sent to themselves. Not of any campaign, in no count; kept to limit how many, without the address.
TESTS = """
create table test_messages (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    content_id uuid not null,
    channel text not null,
    sent_by text not null,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, content_id) references contents (tenant_id, id) on delete cascade
);
create index test_messages_by_time on test_messages (tenant_id, created_at)
"""

# A vendor that said "slower" is asked for a part of its limit only, and for ever more of it as time goes by.
PACE = """
alter table provider_keys
    add column share real not null default 1 check (share > 0 and share <= 1),
    add column share_at timestamptz not null default 'epoch'
"""

TABLES = ("channel_states", "address_checks", "letter_settings", "test_messages")


async def forwards() -> MigrationManager:
    walls = [statement for table in TABLES for statement in tenant_table(table)]
    return sql_migration(ID, DESCRIPTION, DELIVERIES, STATES, CHECKS, LETTERS, TESTS, PACE, *walls)
