"""The SQL of answers that were paid for, and of who is working on one now."""

from __future__ import annotations

from typing import Final

_TENANT: Final = "(select current_setting('app.tenant_id')::uuid)"

MOMENT: Final = "select clock_timestamp()"

FIND: Final = """
    select id, content::text as content, provider_used, model_used, tokens_used, output_tokens, created_at, expires_at
    from generated_contents_cache
    where content_hash = $1 and content is not null and expires_at > now() and ($2::timestamptz is null or created_at >= $2)
"""
"""An answer that holds; one that is wanted fresh is of no earlier than ``$2``."""

CLAIM: Final = f"""
    insert into generated_contents_cache as kept (tenant_id, id, segment, content_hash, prompt_id, claim, claimed_until)
    values ({_TENANT}, $1, $2, $3, $4, $5, now() + $6::interval)
    on conflict (tenant_id, content_hash) do update
        set claim = excluded.claim, claimed_until = excluded.claimed_until
        where (kept.claim is null or kept.claim = excluded.claim or kept.claimed_until <= now())
          and (kept.content is null or kept.expires_at <= now() or kept.created_at < $7)
    returning id
"""
"""One row: the caller may work on the answer. None: somebody else does, or it is there already."""

RELEASE: Final = "update generated_contents_cache set claim = null, claimed_until = null where content_hash = $1 and claim = $2"

FILL: Final = """
    update generated_contents_cache
    set content = $3::jsonb, provider_used = $4, model_used = $5, tokens_used = $6, output_tokens = $7, prompt_id = $8, created_at = now(),
        expires_at = now() + $9::interval, claim = null, claimed_until = null
    where content_hash = $1 and claim = $2 returning expires_at
"""

FORGET: Final = """
    delete from generated_contents_cache where expires_at <= now() and (claim is null or claimed_until <= now())
"""
