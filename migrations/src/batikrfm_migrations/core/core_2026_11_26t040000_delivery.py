from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from batikrfm_migrations.sql import sql_migration, tenant_table

ID = "core_2026_11_26t040000_delivery"
VERSION = "1.38.0"
DESCRIPTION = "Campaigns, what they say, to whom, and what became of each message."

# Who: segments of the latest run and a filter. When: a time, in the shop's clock or the recipient's, with hours that are quiet. The
# audience is frozen when sending starts; until then it is a question.
CAMPAIGNS = """
create table campaigns (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,                                    -- in the order of time
    name text not null check (char_length(name) between 1 and 120),
    state text not null default 'draft' check (state in ('draft', 'scheduled', 'sending', 'paused', 'finished', 'cancelled')),
    medium text not null check (medium in ('email', 'whatsapp')),
    channel text not null,                               -- the key of the account that sends: a channel's class
    purpose text not null default 'marketing' check (purpose in ('marketing', 'service')),
    segments text[] not null default '{}',               -- empty: everybody
    filter jsonb not null default '{}',
    options jsonb not null default '{}',                 -- quiet hours, spread, clock, hold-out, A/B: see delivery.campaigns.model
    weekly_batch_id uuid,                                -- prepared by the weekly batch
    created jsonb not null,                              -- who and when, as everywhere: {"kind": ..., "id": ..., "by": ..., "at": ...}
    approved jsonb,                                      -- who pressed send
    updated_at timestamptz not null default now(),
    starts_at timestamptz,
    frozen_at timestamptz,                               -- when the audience was written down
    finished_at timestamptz,
    reason jsonb,                                        -- why it is paused or cancelled: a sentence in both languages
    run_id uuid,                                         -- the segmentation that the audience was taken from
    primary key (tenant_id, id),
    foreign key (tenant_id, run_id) references segmentation_runs (tenant_id, id) on delete set null (run_id),
    foreign key (tenant_id, weekly_batch_id) references weekly_batches (tenant_id, id) on delete set null (weekly_batch_id),
    constraint campaigns_frozen check (state not in ('sending', 'finished') or frozen_at is not null),
    constraint campaigns_approved check (state in ('draft', 'cancelled') or approved is not null)
);
create index campaigns_by_state on campaigns (tenant_id, state, id)
"""

# What a campaign says. ``approved_hash`` is written when somebody presses send, and points at the very text that was approved: a row of
# ``contents`` that is approved or used has that hash, and no other has any. What nobody approved cannot be sent.
VARIANTS = """
alter table contents add constraint contents_as_approved unique (tenant_id, id, approved_hash);
create table campaign_variants (
    tenant_id uuid not null,
    id uuid not null,
    campaign_id uuid not null,
    variant smallint not null check (variant >= 0),
    segment text,                                        -- whom it is for; null: everybody in the campaign
    content_id uuid not null,
    approved_hash text,
    share smallint not null default 100 check (share between 0 and 100),   -- of the people it is for, at first
    won_at timestamptz,
    template jsonb,                                      -- {"name", "language", "values"} where the network wants one it approved
    primary key (tenant_id, id),
    unique (tenant_id, campaign_id, variant),
    foreign key (tenant_id, campaign_id) references campaigns (tenant_id, id) on delete cascade,
    foreign key (tenant_id, content_id) references contents (tenant_id, id) on delete cascade,  -- one that is used never goes alone
    foreign key (tenant_id, content_id, approved_hash) references contents (tenant_id, id, approved_hash) on delete cascade,
    constraint campaign_variants_approved unique (tenant_id, campaign_id, variant, approved_hash)
);
create index campaign_variants_of_content on campaign_variants (tenant_id, content_id, approved_hash)
"""

# One row for each person of an audience, also for those who are left out or held out. It is the ledger: a row is 'sending' before the
# vendor is called, and stays so until the call's outcome is written down. No address: that is the customer's row, and goes with it.
DELIVERIES = """
create table deliveries (
    tenant_id uuid not null,
    id uuid not null,                                    -- in the order of sending, and the message's id at every vendor
    campaign_id uuid not null,
    customer_id uuid not null,
    variant smallint,
    attempts smallint not null default 0,
    due_at timestamptz,
    claim uuid,                                          -- of the worker that has it in hand
    claimed_until timestamptz,
    accepted_at timestamptz,
    delivered_at timestamptz,
    read_at timestamptz,
    opened_at timestamptz,
    clicked_at timestamptz,
    replied_at timestamptz,
    unsubscribed_at timestamptz,
    failed_at timestamptz,
    medium text not null check (medium in ('email', 'whatsapp')),
    state text not null check (state in
        ('left_out', 'held_out', 'queued', 'sending', 'unknown', 'accepted', 'delivered', 'read', 'failed', 'cancelled')),
    segment text,
    reason text,                                         -- why left out, failed or cancelled
    code text,                                           -- the vendor's short code
    vendor_id text,
    approved_hash text,
    primary key (tenant_id, id),
    unique (tenant_id, campaign_id, customer_id, medium),
    foreign key (tenant_id, campaign_id) references campaigns (tenant_id, id) on delete cascade,
    foreign key (tenant_id, campaign_id, variant, approved_hash)
        references campaign_variants (tenant_id, campaign_id, variant, approved_hash) on delete cascade,
    constraint deliveries_approved check (state in ('left_out', 'held_out') or (variant is not null and approved_hash is not null)),
    constraint deliveries_reason check (state not in ('left_out', 'failed') or reason is not null),
    constraint deliveries_claimed check ((claim is null) = (claimed_until is null))
);
create index deliveries_due on deliveries (tenant_id, campaign_id, due_at, id) where state = 'queued';
create index deliveries_in_hand on deliveries (tenant_id, campaign_id, claimed_until) where state in ('sending', 'unknown');
create index deliveries_by_vendor_id on deliveries (tenant_id, vendor_id) where vendor_id is not null;
create index deliveries_of_customer on deliveries (tenant_id, customer_id, accepted_at) where accepted_at is not null
"""

# How many of a campaign are where: what pages and answers show, at the same cost for ten people and for a million. Added to in the
# transaction that changes the deliveries.
COUNTS = """
create table campaign_counts (
    tenant_id uuid not null,
    id uuid not null,
    campaign_id uuid not null,
    variant smallint,
    segment text,
    what text not null,                                  -- a state, or a deed: opened, clicked, replied, unsubscribed
    reason text,
    amount bigint not null default 0,
    primary key (tenant_id, id),
    unique nulls not distinct (tenant_id, campaign_id, what, reason, variant, segment),
    foreign key (tenant_id, campaign_id) references campaigns (tenant_id, id) on delete cascade
)
"""

TABLES = ("campaigns", "campaign_variants", "deliveries", "campaign_counts")


async def forwards() -> MigrationManager:
    walls = [statement for table in TABLES for statement in tenant_table(table)]
    return sql_migration(ID, DESCRIPTION, CAMPAIGNS, VARIANTS, DELIVERIES, COUNTS, *walls)
