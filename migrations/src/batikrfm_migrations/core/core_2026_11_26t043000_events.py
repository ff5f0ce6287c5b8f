from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from batikrfm_migrations.sql import PLATFORM, sql_migration, tenant_table

ID = "core_2026_11_26t043000_events"
VERSION = "1.38.0"
DESCRIPTION = "What vendors report and recipients do: webhooks, events, replies, tracked links; and what a campaign sold."

# Where a vendor reports to. Whoever knows the URL may try; what they say has to be signed as well, where the vendor signs.
URLS = """
create table webhook_urls (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    channel text not null check (channel <> ''),
    token_hash bytea not null,                           -- SHA-256 of 256 random bits: the token itself is shown once
    created_by text not null,
    created_at timestamptz not null default now(),
    ends_at timestamptz,                                 -- another one took its place; until then both are heard
    heard_at timestamptz,                                -- when a request last came that was believed
    forged bigint not null default 0,                    -- requests that were not
    primary key (tenant_id, id)
);
create index webhook_urls_by_hash on webhook_urls (token_hash);
create unique index webhook_urls_now on webhook_urls (tenant_id, channel) where ends_at is null
"""

# Requests as they came, after their signature was checked. Kept for some days: to be looked at, and until they are worked on.
REQUESTS = """
create table webhook_requests (
    tenant_id uuid not null,
    id uuid not null,                                    -- in the order of time
    url_id uuid not null,
    channel text not null,
    received_at timestamptz not null,
    done_at timestamptz,
    fingerprint bytea not null,                          -- SHA-256 of query and body: the same again is not kept again
    raw jsonb not null,                                  -- method, names of the query, headers that tell no secret
    body bytea not null,
    told jsonb not null,                                 -- what the channel read in it: see delivery.events.telling
    medium text not null check (medium in ('email', 'whatsapp')),
    problem text,                                        -- the kind of the error that kept it from being worked on
    primary key (tenant_id, id),
    unique (tenant_id, url_id, fingerprint),
    foreign key (tenant_id, url_id) references webhook_urls (tenant_id, id) on delete cascade
);
create index webhook_requests_waiting on webhook_requests (tenant_id, id) where done_at is null;
create index webhook_requests_by_age on webhook_requests (tenant_id, received_at)
"""

# Each thing that happened, once. One that names a message whose receipt we do not have yet waits here without a delivery.
EVENTS = """
create table delivery_events (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    delivery_id uuid,
    message_id text,                                     -- our own name for the message, where the vendor carries it back
    at timestamptz not null,
    received_at timestamptz not null default now(),
    permanent boolean not null default false,
    channel text not null,
    event_id text not null,
    kind text not null check (kind in
        ('delivered', 'read', 'opened', 'clicked', 'bounced', 'complained', 'failed', 'unsubscribed', 'replied')),
    vendor_id text,
    reason text,
    code text,
    primary key (tenant_id, id),
    unique (tenant_id, channel, event_id),
    foreign key (tenant_id, delivery_id) references deliveries (tenant_id, id) on delete cascade
);
create index delivery_events_of_delivery on delivery_events (tenant_id, delivery_id, at) where delivery_id is not null;
create index delivery_events_waiting on delivery_events (tenant_id, vendor_id) where delivery_id is null;
create index delivery_events_stray on delivery_events (tenant_id, received_at) where delivery_id is null;

create table vendor_aliases (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    channel text not null,
    alias text not null,                                 -- what later events call the message
    vendor_id text not null,                             -- what its receipt called it
    created_at timestamptz not null default now(),
    primary key (tenant_id, id),
    unique (tenant_id, channel, alias)
)
"""

# What people write back. Their words go with their row; for somebody we do not know, the address says who it was.
REPLIES = """
create table replies (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,                                    -- in the order in which they came
    customer_id uuid,
    delivery_id uuid,
    at timestamptz not null,
    received_at timestamptz not null default now(),
    stopped boolean not null default false,              -- it said stop, and was obeyed
    medium text not null check (medium in ('email', 'whatsapp')),
    channel text not null,
    event_id text not null,
    address text,
    words text not null,
    primary key (tenant_id, id),
    unique (tenant_id, channel, event_id),
    foreign key (tenant_id, customer_id) references customers (tenant_id, id) on delete cascade,
    foreign key (tenant_id, delivery_id) references deliveries (tenant_id, id) on delete set null (delivery_id),
    constraint replies_address check (customer_id is null or address is null)
);
create index replies_of_customer on replies (tenant_id, customer_id, id) where customer_id is not null;

create table customer_contacts (
    tenant_id uuid not null,
    id uuid not null,
    customer_id uuid not null,
    medium text not null check (medium in ('email', 'whatsapp')),
    first_at timestamptz not null,                       -- when the person first wrote to the shop
    last_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, customer_id, medium),
    foreign key (tenant_id, customer_id) references customers (tenant_id, id) on delete cascade
)
"""

# Off until the owner switches it on.
TRACKING = """
create table tracking_settings (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    opens boolean not null default false,
    clicks boolean not null default false,
    anonymous boolean not null default false,            -- how many, never who
    window_days smallint not null default 7 check (window_days between 1 and 90),
    updated_at timestamptz not null default now(),
    primary key (tenant_id, id),
    unique (tenant_id)
);

create table campaign_links (
    tenant_id uuid not null,
    id uuid not null,
    campaign_id uuid not null,
    visits bigint not null default 0,                    -- by people, as far as we can tell
    number smallint not null check (number > 0),
    url text not null,
    url_hash bytea not null,
    primary key (tenant_id, id),
    unique (tenant_id, campaign_id, number),
    unique (tenant_id, campaign_id, url_hash),
    foreign key (tenant_id, campaign_id) references campaigns (tenant_id, id) on delete cascade
);

create table link_visits (
    tenant_id uuid not null,
    id uuid not null,
    campaign_id uuid not null,
    delivery_id uuid,                                    -- null: counted without the person
    at timestamptz not null default now(),
    judged_at timestamptz,
    variant smallint,
    number smallint not null,                            -- of the link; 0 is the picture
    robot text,                                          -- why it was no person
    primary key (tenant_id, id),
    foreign key (tenant_id, campaign_id) references campaigns (tenant_id, id) on delete cascade,
    foreign key (tenant_id, delivery_id) references deliveries (tenant_id, id) on delete cascade
);
create index link_visits_to_judge on link_visits (tenant_id, at) where judged_at is null;
create index link_visits_by_age on link_visits (tenant_id, at)
"""

# What a campaign sold, for all (segment null) and by segment. Sums only: differences and intervals are worked out when they are shown.
RESULTS = """
create table campaign_results (
    tenant_id uuid not null,
    id uuid not null,
    campaign_id uuid not null,
    measured_at timestamptz not null,
    begins_at timestamptz,                               -- of the days in which reached and held out are compared
    ends_at timestamptz,
    reached bigint not null,                             -- last touch: people whom a message reached, and what they bought after it
    buyers bigint not null,
    orders bigint not null,
    revenue_e4 bigint not null,
    treated bigint not null,                             -- everybody who was to get a message, whatever became of it
    treated_buyers bigint not null,
    treated_e4 bigint not null,
    treated_squares double precision not null,           -- sum of the squares of what each person spent, in currency units
    held bigint not null,
    held_buyers bigint not null,
    held_e4 bigint not null,
    held_squares double precision not null,
    window_days smallint not null,
    segment text,
    primary key (tenant_id, id),
    unique nulls not distinct (tenant_id, campaign_id, segment),
    foreign key (tenant_id, campaign_id) references campaigns (tenant_id, id) on delete cascade
)
"""

PLATFORM_RIGHTS = f"""
create policy platform_webhook_urls on webhook_urls for select to {PLATFORM} using (true);
grant select (tenant_id, id, channel, token_hash, ends_at) on webhook_urls to {PLATFORM};
"""

TABLES = (
    *("webhook_urls", "webhook_requests", "delivery_events", "vendor_aliases", "replies", "customer_contacts"),
    *("tracking_settings", "campaign_links", "link_visits", "campaign_results"),
)


async def forwards() -> MigrationManager:
    walls = [statement for table in TABLES for statement in tenant_table(table)]
    return sql_migration(ID, DESCRIPTION, URLS, REQUESTS, EVENTS, REPLIES, TRACKING, RESULTS, *walls, PLATFORM_RIGHTS)
