"""What the chain keeps in ``llm_models``: facts of a vendor about an account, by the hash of its key, in any tenant's scope."""

KNOWN = "select account, model, offered, shutdown, gone_on, checked_at from llm_models where account = any ($1::text[])"

# A model that was on the list before and is not now went today; when one of old went, nobody remembers.
SEEN = """
insert into llm_models (account, provider, model, offered, shutdown, gone_on)
select $1, $2, seen.model, seen.offered, seen.shutdown, case when seen.offered then null else current_date end
from unnest($3::text[], $4::boolean[], $5::date[]) as seen (model, offered, shutdown)
order by seen.model
on conflict (account, model) do update
set offered = excluded.offered, shutdown = coalesce(excluded.shutdown, case when excluded.offered then null else llm_models.shutdown end),
    gone_on = case when excluded.offered then null else coalesce(llm_models.gone_on, excluded.gone_on) end, checked_at = now()
"""

# What no list was asked about for a month belongs to a key or a model that nobody uses any more.
FORGET = "delete from llm_models where checked_at < now() - interval '30 days'"
