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
    select {_TENANT}, one.id, one.segment, one.content_hash, one.prompt_id, one.claim, now() + $6::interval
    from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::uuid[]) as one (id, segment, content_hash, prompt_id, claim)
    order by one.content_hash
    on conflict (tenant_id, content_hash) do update
        set claim = excluded.claim, claimed_until = excluded.claimed_until
        where (kept.claim is null or kept.claim = excluded.claim or kept.claimed_until <= now())
          and (kept.content is null or kept.expires_at <= now() or kept.created_at < $7)
    returning content_hash
"""
"""A row for each answer that the caller may work on; none for one on which somebody else does, or that is there already."""

RELEASE: Final = "update generated_contents_cache set claim = null, claimed_until = null where content_hash = $1 and claim = $2"

FILL: Final = """
    update generated_contents_cache as kept
    set content = given.content, provider_used = given.provider, model_used = given.model, tokens_used = given.tokens,
        output_tokens = given.output_tokens, prompt_id = given.prompt_id, created_at = now(), expires_at = now() + given.holds,
        claim = null, claimed_until = null
    from unnest($1::text[], $2::uuid[], $3::jsonb[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::uuid[], $9::interval[])
        as given (content_hash, claim, content, provider, model, tokens, output_tokens, prompt_id, holds)
    where kept.content_hash = given.content_hash and kept.claim = given.claim returning kept.content_hash, kept.expires_at
"""
"""A row for each answer whose claim still held."""

FORGET: Final = """
    delete from generated_contents_cache where expires_at <= now() and (claim is null or claimed_until <= now())
"""
