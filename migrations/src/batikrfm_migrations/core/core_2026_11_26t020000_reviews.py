from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from batikrfm_migrations.sql import APP, sql_migration, tenant_table, walls

ID = "core_2026_11_26t020000_reviews"
VERSION = "1.38.0"
DESCRIPTION = "Drafts under review, every text they have had, and what people say of them. What nobody approved cannot be used."

# Declared immutable, which it is: UTF-8 and the form of a JSON array are the same for every session.
HASH = """
create function contents_hash(variadic text[]) returns text language sql immutable strict parallel safe set search_path = ''
return pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(pg_catalog.to_jsonb($1)::text, 'UTF8')), 'hex')
"""

CONTENTS = """
create table contents (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,                                    -- in the order of time
    created_at timestamptz not null default now(),
    created jsonb not null,                              -- who asked for it: {"kind": ..., "id": ..., "by": ..., "at": ...}
    generation_id uuid not null,                         -- drafts of one answer share it
    variant smallint not null check (variant >= 0),
    provider text not null,
    model text not null,
    prompt_id uuid not null,
    prompt_version integer not null,
    segment text not null,
    purpose text not null,
    offer text not null default '',                      -- what the copy may promise
    subject text not null check (char_length(subject) between 1 and 300),
    preheader text not null check (char_length(preheader) <= 300),
    email text not null check (char_length(email) between 1 and 20000),
    whatsapp text not null check (char_length(whatsapp) between 1 and 4096),
    call_to_action text not null check (char_length(call_to_action) <= 200),
    edited jsonb,
    submitted jsonb,
    rejected jsonb,                                      -- the latest rejection, and why
    reason text,
    approved_at timestamptz,
    approved_kind text check (approved_kind in ('user', 'api_key')),  -- never the program itself
    approved_id uuid,
    approved_by text,
    approved_hash text,
    acknowledged text,                                   -- why it was approved in spite of a finding that blocks
    checked_hash text,                                   -- of the text that the findings speak of
    used_at timestamptz,
    findings jsonb not null default '[]',
    blocked boolean not null generated always as (findings @> '[{"severity": "block"}]') stored,
    content_hash text not null generated always as
        (contents_hash(segment, language, subject, preheader, email, whatsapp, call_to_action)) stored,
    version integer not null default 1 check (version >= 1),
    language text not null check (language in ('id', 'en')),
    origin text not null check (origin in ('provider', 'cache', 'template')),
    state text not null default 'draft' check (state in ('draft', 'in_review', 'approved', 'rejected', 'used')),
    primary key (tenant_id, id),
    unique (tenant_id, generation_id, variant),
    foreign key (tenant_id, prompt_id) references ai_prompts (tenant_id, id),
    constraint contents_approved check ((state in ('approved', 'used')) = (approved_hash is not null)),
    constraint contents_approved_by_somebody check (approved_hash is null
        or (approved_at is not null and approved_kind is not null and coalesce(approved_by, '') <> '')),
    constraint contents_approved_as_it_is check (approved_hash is null
        or (approved_hash = content_hash and coalesce(checked_hash, '') = content_hash)),
    constraint contents_acknowledged check (approved_hash is null or not blocked or coalesce(acknowledged, '') <> ''),
    constraint contents_rejected check (state <> 'rejected' or (rejected is not null and coalesce(reason, '') <> '')),
    constraint contents_used check ((state = 'used') = (used_at is not null))
);
create index contents_by_state on contents (tenant_id, state, id);
create index contents_by_text on contents (tenant_id, content_hash);
create index contents_by_prompt on contents (tenant_id, prompt_id)
"""

VERSIONS = """
create table content_versions (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,
    content_id uuid not null,
    version integer not null,
    subject text not null,
    preheader text not null,
    email text not null,
    whatsapp text not null,
    call_to_action text not null,
    content_hash text not null,
    written jsonb not null,
    primary key (tenant_id, id),
    unique (tenant_id, content_id, version),
    foreign key (tenant_id, content_id) references contents (tenant_id, id) on delete cascade
)
"""

COMMENTS = """
create table content_comments (
    tenant_id uuid not null references tenants (id) on delete cascade,
    id uuid not null,                                    -- in the order of time
    content_id uuid not null,
    version integer not null,
    written jsonb not null,
    words text not null check (char_length(words) between 1 and 2000),
    primary key (tenant_id, id),
    foreign key (tenant_id, content_id) references contents (tenant_id, id) on delete cascade
);
create index content_comments_of on content_comments (tenant_id, content_id, id)
"""

# What a check constraint cannot see: where a row came from. Errors are check violations with the name of the rule.
STEPS = """
create function contents_refuse(rule text) returns void language plpgsql set search_path = ''
as $$ begin raise exception 'contents: %', rule using errcode = 'check_violation', constraint = rule, table = 'contents'; end $$;

create function contents_first() returns trigger language plpgsql set search_path = ''
as $$
begin
    if new.state not in ('draft', 'in_review') or new.version <> 1 then
        perform public.contents_refuse('contents_begin_as_drafts');
    end if;
    return new;
end $$;

create function contents_step() returns trigger language plpgsql set search_path = ''
as $$
declare
    hash text := public.contents_hash(
        new.segment, new.language, new.subject, new.preheader, new.email, new.whatsapp, new.call_to_action);
    rewritten boolean := hash <> old.content_hash;
begin
    if old.state = 'used' then
        perform public.contents_refuse('contents_used_stay');
    end if;
    if (new.generation_id, new.variant, new.origin, new.provider, new.model, new.prompt_id, new.prompt_version)
        is distinct from (old.generation_id, old.variant, old.origin, old.provider, old.model, old.prompt_id, old.prompt_version) then
        perform public.contents_refuse('contents_origin_stays');
    end if;
    if new.version <> old.version + rewritten::integer then
        perform public.contents_refuse('contents_count_versions');
    end if;
    if rewritten and new.state not in ('draft', 'in_review') then
        perform public.contents_refuse('contents_edited_lose_approval');
    end if;
    if new.state <> old.state and (old.state, new.state) not in (
        ('draft', 'in_review'), ('draft', 'rejected'), ('in_review', 'draft'), ('in_review', 'approved'), ('in_review', 'rejected'),
        ('approved', 'in_review'), ('approved', 'rejected'), ('approved', 'used'), ('rejected', 'draft')) then
        perform public.contents_refuse('contents_steps');
    end if;
    if old.state = 'approved' and new.state in ('approved', 'used')
        and (new.approved_at, new.approved_kind, new.approved_id, new.approved_by, new.approved_hash, new.acknowledged, new.findings)
            is distinct from (old.approved_at, old.approved_kind, old.approved_id, old.approved_by, old.approved_hash, old.acknowledged,
                              old.findings) then
        perform public.contents_refuse('contents_approvals_stay');
    end if;
    if new.state = 'approved' and old.state <> 'approved' and not exists (
        select from public.content_versions v where v.tenant_id = new.tenant_id and v.content_id = new.id
        and v.version = new.version and v.content_hash = hash) then
        perform public.contents_refuse('contents_approved_are_kept');
    end if;
    return new;
end $$;

create function contents_gone() returns trigger language plpgsql set search_path = ''
as $$
begin
    if old.state = 'used' and exists (select from public.tenants where id = old.tenant_id) then  -- else the whole shop goes
        perform public.contents_refuse('contents_used_stay');
    end if;
    return old;
end $$;

create trigger contents_first before insert on contents for each row execute function contents_first();
create trigger contents_step before update on contents for each row execute function contents_step();
create trigger contents_gone before delete on contents for each row execute function contents_gone()
"""


async def forwards() -> MigrationManager:
    changeable = (*tenant_table("contents"), *tenant_table("content_comments"))
    append_only = (*walls("content_versions", "tenant_id"), f"grant select, insert on content_versions to {APP}")
    return sql_migration(ID, DESCRIPTION, HASH, CONTENTS, VERSIONS, COMMENTS, STEPS, *changeable, *append_only)
