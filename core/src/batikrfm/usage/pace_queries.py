"""The SQL of the pace on providers' keys. Platform tables: whose turn it is, and nothing of what anybody asks.

Whoever asks locks the key's row first; what is counted afterwards is all that was committed before. A process gives leave only to those
who wait in itself, and only as far as they and everybody before them in the line fit: so nobody has to be told by others.
"""

from __future__ import annotations

from typing import Final

ANNOUNCE: Final = "insert into provider_keys (key_id) values ($1) on conflict (key_id) do nothing"

# A vendor that asked to go slower gets a part of its limit, half as much again every quarter of an hour: see docs/adr/0028.
_SHARE: Final = """
least(1, provider_keys.share
    * power(1.5, least(40, greatest(0, extract(epoch from clock_timestamp() - provider_keys.share_at)) / 900)))::float8
"""

LOCK: Final = f"select {_SHARE} as share from provider_keys where key_id = $1 for no key update"

SHARE: Final = f"select {_SHARE} from provider_keys where key_id = $1"

# Many calls that were told so at the same time are one lesson.
SLOWER: Final = f"""
insert into provider_keys (key_id, share, share_at) values ($1, 0.5, clock_timestamp())
on conflict (key_id) do update
set share = greatest(0.02, {_SHARE} / 2),
    share_at = clock_timestamp()
where provider_keys.share_at < clock_timestamp() - $2::interval
"""

TOLD_TO_WAIT: Final = """
select extract(epoch from wait_until - clock_timestamp())::float8 from provider_keys where key_id = $1 and wait_until > clock_timestamp()
"""

# New ones join the line, those who gave up or whose process is gone leave it, and what is older than the window is forgotten; so is
# what lies ahead of it, for a clock may have been set back. The time is read here, under the lock: no two of a key see it run backwards.
LINE_UP: Final = """
with left_it as (
    delete from provider_key_waits where key_id = $1 and (id = any ($2) or seen_until < now())
), forgotten as (
    delete from provider_key_grants where key_id = $1 and (at <= now() - $4::interval or at > now() + $4::interval)
), seen as (
    update provider_key_waits set seen_until = now() + $5::interval
    where key_id = $1 and process = $3 and seen_until >= now() and seen_until < now() + $5::interval / 2 and not id = any ($2)
), joined as (
    insert into provider_key_waits (id, key_id, asker, requests, tokens, process, seen_until)
    select id, $1, asker, requests, tokens, $3, now() + $5::interval
    from unnest($6::uuid[], $7::uuid[], $8::integer[], $9::bigint[]) as fresh (id, asker, requests, tokens)
    on conflict (id) do nothing
)
select clock_timestamp() as now,
       greatest(0, extract(epoch from wait_until - clock_timestamp()))::float8 as told_to_wait
from provider_keys where key_id = $1
"""

# The line: a tenant's turn is what it had within the window plus its place among its own. Who had nothing comes first, and may use what
# is kept free for such ($8 and $9: requests and tokens a minute for the others; $10 and $11: for all, $12 and $13: within a burst).
# A limit that is null is none. Nobody is passed: whoever is behind one who has to wait waits, too, so that large requests get their turn.
GIVE_LEAVE: Final = """
with recent as materialized (
    select asker, requests, tokens, at > $3::timestamptz - $5::interval as fresh
    from provider_key_grants where key_id = $1 and at > $3::timestamptz - $4::interval
), spent as materialized (
    select coalesce(sum(requests), 0) as requests, coalesce(sum(tokens), 0) as tokens,
           coalesce(sum(requests) filter (where fresh), 0) as burst_requests, coalesce(sum(tokens) filter (where fresh), 0) as burst_tokens
    from recent
), served as materialized (
    select asker, sum(requests) as had from recent group by asker
), line as materialized (
    select id, process, asker, requests, tokens, had is null and place = 1 as first_of_all, coalesce(had, 0) + place as turn
    from (
        select *, row_number() over (partition by asker order by id) as place from provider_key_waits where key_id = $1
    ) waiting left join served using (asker)
), counted as materialized (
    select id, process, first_of_all, turn, requests, tokens,
        sum(requests) over ahead as upto_requests, sum(tokens) over ahead as upto_tokens
    from line window ahead as (order by turn, id rows unbounded preceding)
), judged as materialized (
    select counted.id, process, turn, upto_requests + spent.requests as all_requests, upto_tokens + spent.tokens as all_tokens,
        bool_and(
            ($10::float8 is null or upto_requests + spent.requests <= case when first_of_all then $10 else $8 end
                or upto_requests + spent.requests = counted.requests)
            and ($11::float8 is null or upto_tokens + spent.tokens <= case when first_of_all then $11 else $9 end
                or upto_tokens + spent.tokens = counted.tokens)
            and ($12::float8 is null or first_of_all or upto_requests - counted.requests + spent.burst_requests < $12)
            and ($13::float8 is null or first_of_all or upto_tokens - counted.tokens + spent.burst_tokens < $13)
        ) over (order by turn, counted.id rows unbounded preceding) as goes
    from counted cross join spent
), leaving as (
    delete from provider_key_waits waits using judged
    where waits.id = judged.id and judged.goes and judged.process = $2 and $6
    returning waits.id, waits.asker, waits.requests, waits.tokens
), granted as (
    insert into provider_key_grants (id, key_id, asker, requests, tokens, at) select id, $1, asker, requests, tokens, $3 from leaving
    on conflict (id) do nothing
)
select judged.id, leaving.id is not null as goes,
    greatest(0, (all_requests - $10) / nullif($10, 0), (all_tokens - $11) / nullif($11, 0))::float8 * $7::float8 as wait
from judged left join leaving on leaving.id = judged.id where judged.process = $2
"""

FORGET: Final = (
    "delete from provider_key_grants where at < now() - interval '1 hour'",
    "delete from provider_key_waits where seen_until < now() - interval '1 hour'",
)

CORRECT: Final = "update provider_key_grants set tokens = $2 where id = $1"

SLOW_DOWN: Final = """
insert into provider_keys (key_id, wait_until) values ($1, clock_timestamp() + $2)
on conflict (key_id) do update set wait_until = greatest(provider_keys.wait_until, excluded.wait_until)
"""
