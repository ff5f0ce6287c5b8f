"""The SQL of prompts and their versions."""

from __future__ import annotations

from typing import Final

_TENANT: Final = "(select current_setting('app.tenant_id')::uuid)"
COLUMNS: Final = """
    id, scope, segment_type, language, version, current, prompt_template, max_tokens, temperature, created_by, created_at, updated_at
"""

USED: Final = f"""
    select {COLUMNS} from ai_prompts
    where (current and segment_type = any ($1::text[])) or (scope = 'global' and segment_type = any ($2::text[]) and version = $3)
"""
"""The shop's own for segments ($1), and the product's for kinds of segments ($2) that the shop has used before; in every language."""

FIRST_USE: Final = f"""
    insert into ai_prompts (tenant_id, id, scope, segment_type, language, version, prompt_template, max_tokens, temperature)
    select {_TENANT}, new.id, 'global', new.kind, $3, $4, new.template, $6, $7
    from unnest($1::uuid[], $2::text[], $5::text[]) as new (id, kind, template) on conflict do nothing
"""

OWN: Final = f"select {COLUMNS} from ai_prompts where current and language = $1"

FIND: Final = f"select {COLUMNS} from ai_prompts where id = $1"

VERSIONS: Final = f"""
    select {COLUMNS} from ai_prompts where segment_type = $1 and language = $2 order by created_at desc, id desc
"""

TAKE_TURNS: Final = "select pg_advisory_xact_lock(hashtextextended('batikrfm.content.prompts/' || current_setting('app.tenant_id'), 0))"

RETIRE: Final = "update ai_prompts set current = false, updated_at = now() where current and segment_type = $1 and language = $2"

ADD: Final = f"""
    insert into ai_prompts (tenant_id, id, scope, segment_type, language, version, current, prompt_template, max_tokens, temperature,
        created_by)
    select {_TENANT}, $1, 'tenant', $2, $3, coalesce(max(version), 0) + 1, true, $4, $5, $6, $7 from ai_prompts
    where scope = 'tenant' and segment_type = $2 and language = $3
    returning {COLUMNS}
"""
