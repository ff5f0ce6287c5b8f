from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from batikrfm_migrations.sql import sql_migration

ID = "core_2026_11_27t000000_earlier_texts"
VERSION = "1.38.0"
DESCRIPTION = "A draft's text is put by when it is changed, by the database itself, and no longer kept twice from the beginning."

# Nearly all drafts are approved or refused as they came. What is changed cannot be lost now, whoever changes it. A row that is there
# already is of the time when each text was written down at once, or somebody's who would pass off another one as the text of before.
PUT_BY = """
create function contents_put_by() returns trigger language plpgsql set search_path = ''
as $$
begin
    insert into public.content_versions (
        tenant_id, id, content_id, version, subject, preheader, email, whatsapp, call_to_action, content_hash, written)
    values (old.tenant_id, gen_random_uuid(), old.id, old.version, old.subject, old.preheader, old.email, old.whatsapp,
        old.call_to_action, old.content_hash, coalesce(old.edited, old.created))
    on conflict (tenant_id, content_id, version) do nothing;
    if not found and not exists (
        select from public.content_versions v
        where (v.tenant_id, v.content_id, v.version) = (old.tenant_id, old.id, old.version)
        and (v.subject, v.preheader, v.email, v.whatsapp, v.call_to_action)
            = (old.subject, old.preheader, old.email, old.whatsapp, old.call_to_action)) then
        perform public.contents_refuse('contents_changed_are_kept');
    end if;
    return new;
end $$;

create trigger contents_put_by after update on contents for each row
when (new.version <> old.version) execute function contents_put_by()
"""

STEP = """
create or replace function contents_step() returns trigger language plpgsql set search_path = ''
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
    return new;
end $$
"""


async def forwards() -> MigrationManager:
    return sql_migration(ID, DESCRIPTION, PUT_BY, STEP)
