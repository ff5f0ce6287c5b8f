"""The SQL of reviews. Columns are named where they are read: ``contents`` has some that are the database's own."""

from __future__ import annotations

from typing import Final

_TENANT: Final = "(select current_setting('app.tenant_id')::uuid)"
_COPY: Final = "subject, preheader, email, whatsapp, call_to_action"
_GENERATION: Final = "generation_id, origin, provider, model, prompt_id, prompt_version, segment, language, purpose, offer"
_CONTENT: Final = f"""
    id, created_at, created, segment, language, purpose, offer, {_COPY}, version, content_hash, state, findings, origin, provider, model,
    generation_id, variant, prompt_id, prompt_version, edited, submitted, approved_kind, approved_id, approved_by, approved_at,
    acknowledged, rejected, reason, used_at
"""

KEEP: Final = f"""
    insert into contents (tenant_id, id, created, variant, {_GENERATION}, {_COPY}, findings, checked_hash)
    select {_TENANT}, id, created, variant, {_GENERATION}, {_COPY}, findings, contents_hash(segment, language, {_COPY})
    from unnest(
        $1::uuid[], $2::smallint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[], $9::jsonb[],
        $10::uuid[], $11::text[], $12::text[], $13::text[], $14::uuid[], $15::integer[], $16::text[], $17::text[], $18::text[], $19::text[]
    ) as draft (id, variant, {_COPY}, findings, created, {_GENERATION})
    on conflict (tenant_id, generation_id, variant) do nothing
    returning id, generation_id, variant
"""
KEPT: Final = "select id, generation_id, variant from contents where generation_id = any ($1::uuid[])"
OPEN_TWINS: Final = f"""
    select draft.variant, twin.id
    from unnest($3::smallint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[]) as draft (variant, {_COPY})
    cross join lateral (
        select id from contents
        where content_hash = contents_hash($1, $2, draft.subject, draft.preheader, draft.email, draft.whatsapp, draft.call_to_action)
          and state in ('draft', 'in_review', 'approved')
        order by id limit 1
    ) twin
"""

FIND: Final = f"select {_CONTENT} from contents where id = $1"
LOCK: Final = f"select {_CONTENT} from contents where id = any ($1::uuid[]) order by id for update"
LIST: Final = f"""
    select {_CONTENT} from contents
    where ($1::uuid is null or id < $1) and ($2::text is null or segment = $2) and ($3::text is null or state = $3)
      and ($4::text is null or language = $4) and ($5::uuid is null or generation_id = $5)
    order by id desc limit $6
"""
COUNTS: Final = "select segment, state, count(*) from contents group by 1, 2 order by 1, 2"

EDIT: Final = f"""
    update contents set subject = $2, preheader = $3, email = $4, whatsapp = $5, call_to_action = $6, version = version + 1, state = $7,
        edited = $8::jsonb, findings = $9::jsonb, checked_hash = contents_hash(segment, language, $2, $3, $4, $5, $6),
        approved_at = null, approved_kind = null, approved_id = null, approved_by = null, approved_hash = null, acknowledged = null
    where id = $1 returning {_CONTENT}
"""
SUBMIT: Final = f"update contents set state = 'in_review', submitted = $2::jsonb where id = $1 returning {_CONTENT}"
APPROVE: Final = f"""
    update contents set state = 'approved', approved_hash = content_hash, approved_kind = $2, approved_id = $3, approved_by = $4,
        approved_at = $5, acknowledged = $6
    where id = $1 returning {_CONTENT}
"""
REJECT: Final = f"""
    update contents set state = 'rejected', rejected = $2::jsonb, reason = $3,
        approved_at = null, approved_kind = null, approved_id = null, approved_by = null, approved_hash = null, acknowledged = null
    where id = $1 returning {_CONTENT}
"""
USE: Final = f"update contents set state = 'used', used_at = now() where id = $1 returning {_CONTENT}"

_VERSION: Final = f"version, {_COPY}, content_hash, written"
_VERSIONS: Final = f"""
    select version, {_COPY}, content_hash, coalesce(edited, created) as written from contents where id = $1
    union all
    select {_VERSION} from content_versions
    where content_id = $1 and version < (select version from contents where id = $1)
"""
VERSIONS: Final = f"select {_VERSION} from ({_VERSIONS}) as text order by version desc"
SOME_VERSIONS: Final = f"select {_VERSION} from ({_VERSIONS}) as text where version = any ($2::integer[])"
"""The text of now, and those that the database put by when each was changed."""

COMMENT: Final = f"""
    insert into content_comments (tenant_id, id, content_id, version, written, words)
    select {_TENANT}, $1, id, version, $3::jsonb, $4 from contents where id = $2
    returning id, content_id, version, written, words
"""
COMMENTS: Final = "select id, content_id, version, written, words from content_comments where content_id = $1 order by id"
