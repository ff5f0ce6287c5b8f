from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from batikrfm_migrations.sql import sql_migration, tenant_table

ID = "core_2026_11_26t040500_campaigns"
VERSION = "1.38.0"
DESCRIPTION = "Campaigns keep to their steps, whoever asks; what was frozen stays; how often a shop writes to one customer."

# ``approved`` names a person or an API key: the program itself never presses send. A week has one campaign for each medium.
CAMPAIGNS = """
alter table campaigns
    add column version integer not null default 1 check (version >= 1),     -- counts changes of the draft
    add column edited jsonb,                             -- who changed it last; null: it is as it was made
    add column decides_at timestamptz,                   -- when the better text is chosen for those who wait
    add column decisions jsonb not null default '[]',    -- which text won where, or why none did
    add constraint campaigns_sent_by_somebody check (approved is null or approved ->> 'kind' in ('user', 'api_key')),
    add constraint campaigns_reasoned check (state <> 'paused' or reason is not null);
create unique index campaigns_of_week on campaigns (tenant_id, weekly_batch_id, medium) where weekly_batch_id is not null;
create index campaigns_recent on campaigns (tenant_id, finished_at, id) where frozen_at is not null
"""

# A message that is sent again because somebody asked is another message to the vendor: its number is part of the id.
DELIVERIES = "alter table deliveries add column resent smallint not null default 0 check (resent >= 0)"

SETTINGS = """
create table campaign_settings (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    updated_at timestamptz not null default now(),
    cap_messages smallint check (cap_messages between 1 and 100),           -- null: as many as there are
    cap_days smallint not null check (cap_days between 1 and 90),
    primary key (tenant_id, id),
    unique (tenant_id)
)
"""

# What a check constraint cannot see: where a row came from. Errors are check violations with the name of the rule.
STEPS = """
create function campaigns_refuse(rule text) returns void language plpgsql set search_path = ''
as $$ begin raise exception 'campaigns: %', rule using errcode = 'check_violation', constraint = rule, table = 'campaigns'; end $$;

create function campaigns_first() returns trigger language plpgsql set search_path = ''
as $$
begin
    if new.state <> 'draft' or new.frozen_at is not null or new.approved is not null then
        perform public.campaigns_refuse('campaigns_begin_as_drafts');
    end if;
    return new;
end $$;

create function campaigns_step() returns trigger language plpgsql set search_path = ''
as $$
begin
    if new.state <> old.state and (old.state, new.state) not in (
        ('draft', 'scheduled'), ('draft', 'cancelled'),
        ('scheduled', 'draft'), ('scheduled', 'sending'), ('scheduled', 'paused'), ('scheduled', 'cancelled'),
        ('sending', 'paused'), ('sending', 'finished'), ('sending', 'cancelled'),
        ('paused', 'draft'), ('paused', 'scheduled'), ('paused', 'sending'), ('paused', 'cancelled'),
        ('finished', 'sending')) then
        perform public.campaigns_refuse('campaigns_steps');
    end if;
    if old.frozen_at is not null and (new.state in ('draft', 'scheduled')
        or (new.medium, new.channel, new.purpose, new.segments, new.filter, new.options, new.frozen_at)
            is distinct from (old.medium, old.channel, old.purpose, old.segments, old.filter, old.options, old.frozen_at)) then
        perform public.campaigns_refuse('campaigns_frozen_stay');
    end if;
    if old.state <> 'draft' and new.state <> 'draft' and new.approved is distinct from old.approved then
        perform public.campaigns_refuse('campaigns_sent_by_stays');
    end if;
    if old.state not in ('draft', 'cancelled') and (new.name, new.medium, new.channel, new.purpose, new.segments, new.filter, new.options)
        is distinct from (old.name, old.medium, old.channel, old.purpose, old.segments, old.filter, old.options) then
        perform public.campaigns_refuse('campaigns_only_drafts_change');
    end if;
    if new.state = 'sending' and old.state <> 'sending' and not exists (
        select from public.campaign_variants v where v.tenant_id = new.tenant_id and v.campaign_id = new.id
        and v.approved_hash is not null) then
        perform public.campaigns_refuse('campaigns_send_what_is_approved');
    end if;
    return new;
end $$;

create function campaigns_gone() returns trigger language plpgsql set search_path = ''
as $$
begin
    if old.frozen_at is not null and exists (select from public.tenants where id = old.tenant_id) then  -- else the whole shop goes
        perform public.campaigns_refuse('campaigns_frozen_stay');
    end if;
    return old;
end $$;

create function campaign_variants_step() returns trigger language plpgsql set search_path = ''
as $$
declare
    frozen timestamptz;
begin
    select c.frozen_at into frozen from public.campaigns c
    where c.tenant_id = coalesce(new.tenant_id, old.tenant_id) and c.id = coalesce(new.campaign_id, old.campaign_id);
    if frozen is not null and (tg_op <> 'UPDATE'
        or (new.campaign_id, new.variant, new.segment, new.content_id, new.approved_hash, new.share, new.template)
            is distinct from (old.campaign_id, old.variant, old.segment, old.content_id, old.approved_hash, old.share, old.template)) then
        perform public.campaigns_refuse('campaigns_frozen_stay');
    end if;
    return coalesce(new, old);
end $$;

create trigger campaigns_first before insert on campaigns for each row execute function campaigns_first();
create trigger campaigns_step before update on campaigns for each row execute function campaigns_step();
create trigger campaigns_gone before delete on campaigns for each row execute function campaigns_gone();
create trigger campaign_variants_step before insert or update or delete on campaign_variants
    for each row execute function campaign_variants_step()
"""


async def forwards() -> MigrationManager:
    return sql_migration(ID, DESCRIPTION, CAMPAIGNS, DELIVERIES, SETTINGS, STEPS, *tenant_table("campaign_settings"))
