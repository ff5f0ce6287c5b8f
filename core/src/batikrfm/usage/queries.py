"""The SQL of quotas, budgets and the ledger, all of it in a tenant's scope. Constants only. The pace of keys has ``pace_queries``.

Whoever reserves locks the tenant's row in ``quotas`` first and counts in the next statement, which sees all that was committed before.
Settling and refunding wait for no lock but their own row's, so a transaction that keeps an answer holds up nobody who reserves.
"""

from __future__ import annotations

from typing import Final

_TENANT: Final = "(select nullif(current_setting('app.tenant_id', true), '')::uuid)"

CLOCK: Final = "select clock_timestamp() as now, time_zone from tenants"

# Whoever stalls with the lock in hand loses its connection, and with it the lock.
LOCK_QUOTA: Final = """
select day_limit, clock_timestamp() as now, time_zone, set_config('idle_in_transaction_session_timeout', '5s', true),
    set_config('transaction_timeout', '30s', true)
from quotas join tenants on tenants.id = quotas.tenant_id where resource = $1 for no key update of quotas
"""

MAKE_QUOTA: Final = f"""
insert into quotas (tenant_id, id, resource) values ({_TENANT}, $1, $2) on conflict (tenant_id, resource) do nothing
"""

SET_QUOTA: Final = f"""
insert into quotas (tenant_id, id, resource, day_limit) values ({_TENANT}, $1, $2, $3)
on conflict (tenant_id, resource) do update set day_limit = excluded.day_limit, updated_at = now()
"""

# Leases that ran out give their places back here, and nowhere else. One whose row is locked is being settled or refunded just now:
# it is passed by, and counts.
EXPIRE: Final = """
with gone as (
    select tenant_id, id from quota_reservations
    where resource = $1 and day = $2 and state = 'held' and lease_until <= clock_timestamp() for no key update skip locked
)
update quota_reservations set state = 'expired', ended_at = clock_timestamp()
from gone where quota_reservations.tenant_id = gone.tenant_id and quota_reservations.id = gone.id
"""

TAKEN: Final = """
select coalesce(sum(amount) filter (where state = 'settled'), 0)::bigint as used,
       coalesce(sum(amount) filter (where state = 'held'), 0)::bigint as held,
       coalesce(bool_or(state = 'held' and lease_until <= clock_timestamp()), false) as overdue
from quota_reservations where resource = $1 and day = $2 and state in ('held', 'settled')
"""

# For those who only look, which every page of a shop does: a lease that ran out counts no more.
STANDING: Final = """
with clock as materialized (select id, clock_timestamp() as now, time_zone from tenants)
select day_limit, now, time_zone, used, held
from clock left join quotas on quotas.tenant_id = clock.id and resource = $1
cross join lateral (
    select coalesce(sum(amount) filter (where state = 'settled'), 0)::bigint as used,
           coalesce(sum(amount) filter (where state = 'held' and lease_until > now), 0)::bigint as held
    from quota_reservations
    where tenant_id = clock.id and resource = $1 and day = (now at time zone time_zone)::date and state in ('held', 'settled')
) taken
"""

_RESERVATION: Final = "id, resource, amount, day, state, lease_until"

BY_KEY: Final = f"select {_RESERVATION} from quota_reservations where resource = $1 and key = $2 for no key update"

BY_ID: Final = f"select {_RESERVATION} from quota_reservations where id = $1"

RESERVE: Final = f"""
insert into quota_reservations (tenant_id, id, resource, day, amount, key, may_cost, lease_until)
values ({_TENANT}, $1, $2, $3, $4, $5, $6, clock_timestamp() + $7)
on conflict (tenant_id, resource, key) do update set day = excluded.day, amount = excluded.amount, may_cost = excluded.may_cost,
    state = 'held', ended_at = null, lease_until = excluded.lease_until
returning {_RESERVATION}
"""

# Under the lock: nobody else takes anything between the sum and the row. No row: it does not fit, a lease
# has run out whose place has to be given back first, or the key has a reservation already.
TAKE: Final = f"""
insert into quota_reservations (tenant_id, id, resource, day, amount, key, may_cost, lease_until)
select {_TENANT}, $1, $2, $3, $4::bigint, $5, $6, clock_timestamp() + $7::interval
from (
    select coalesce(sum(amount), 0) as amount, coalesce(bool_or(state = 'held' and lease_until <= clock_timestamp()), false) as overdue
    from quota_reservations where resource = $2 and day = $3 and state in ('held', 'settled')
) taken
where taken.amount + $4::bigint <= $8::bigint and not overdue
on conflict (tenant_id, resource, key) do nothing
returning {_RESERVATION}, exists (select from budgets) as has_budget
"""

# The same for several, of one each, in their order: those that have one already, with a new lease, and of the others as many as fit; none
# of these where a lease has run out.
TAKE_EACH: Final = f"""
with had as (
    update quota_reservations set lease_until = greatest(lease_until, clock_timestamp() + $5::interval)
    where resource = $3 and key = any ($2::uuid[]) and state = 'held' and amount = 1
    returning key, {_RESERVATION}
), taken as (
    insert into quota_reservations (tenant_id, id, resource, day, amount, key, may_cost, lease_until)
    select {_TENANT}, one.id, $3, $4, 1, one.key, 0, clock_timestamp() + $5::interval
    from (
        select given.id, key, row_number() over (order by place) as place
        from unnest($1::uuid[], $2::uuid[]) with ordinality as given (id, key, place) where key not in (select key from had)
    ) one, (
        select coalesce(sum(amount), 0) as amount, coalesce(bool_or(state = 'held' and lease_until <= clock_timestamp()), false) as overdue
        from quota_reservations where resource = $3 and day = $4 and state in ('held', 'settled')
    ) taken
    where taken.amount + one.place <= $6::bigint and not overdue
    on conflict (tenant_id, resource, key) do nothing
    returning key, {_RESERVATION}
)
select *, exists (select from budgets) as has_budget from (select * from had union all select * from taken) both_kinds
"""

EXTEND: Final = f"""
update quota_reservations set lease_until = greatest(lease_until, clock_timestamp() + $2) where id = $1 and state = 'held'
returning {_RESERVATION}
"""

HOLD_MONEY: Final = "update quota_reservations set may_cost = $2 where id = $1 and state = 'held'"

# Entries of the ledger, an array for each of its columns.
RECORD: Final = f"""
insert into ai_interactions (tenant_id, id, at, provider, model, tier, purpose, segment, outcome, error, input_tokens, cached_tokens,
    output_tokens, reasoning_tokens, batch, latency_ms, price_input, price_cached, price_output, price_date, cost_micro_usd,
    counted_micro_usd, saved_micro_usd, cost_idr, rate_date, prompt_hash, prompt, answer, job_id)
select {_TENANT}, id, coalesce(at, clock_timestamp()), provider, model, tier, purpose, segment, outcome, error, input_tokens, cached_tokens,
    output_tokens, reasoning_tokens, batch, latency_ms, price_input, price_cached, price_output, price_date, cost_micro_usd,
    counted_micro_usd, saved_micro_usd, cost_idr, rate_date, prompt_hash, prompt, answer, job_id
from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::integer[], $11::integer[], $12::integer[], $13::integer[], $14::boolean[], $15::integer[], $16::bigint[], $17::bigint[],
    $18::bigint[], $19::date[], $20::bigint[], $21::bigint[], $22::bigint[], $23::bigint[], $24::date[], $25::text[], $26::text[],
    $27::text[], $28::uuid[])
    as entry (id, at, provider, model, tier, purpose, segment, outcome, error, input_tokens, cached_tokens, output_tokens,
    reasoning_tokens, batch, latency_ms, price_input, price_cached, price_output, price_date, cost_micro_usd, counted_micro_usd,
    saved_micro_usd, cost_idr, rate_date, prompt_hash, prompt, answer, job_id)
"""

SETTLE_AND_RECORD: Final = f"""
with settled as (
    update quota_reservations set state = 'settled', ended_at = clock_timestamp()
    where id = any ($29::uuid[]) and state = 'held' returning id
), recorded as ({RECORD})
select id from settled
"""

SETTLE: Final = """
update quota_reservations set state = 'settled', amount = least(amount, coalesce($2, amount)), ended_at = clock_timestamp()
where id = $1 and state = 'held'
"""

TAKE_AGAIN: Final = """
update quota_reservations set state = 'settled', amount = $2, ended_at = clock_timestamp()
where id = $1 and state in ('refunded', 'expired')
"""

REFUND: Final = """
update quota_reservations set state = 'refunded', ended_at = clock_timestamp() where id = $1 and state = 'held'
"""

REFUND_KEY: Final = """
update quota_reservations set state = 'refunded', ended_at = clock_timestamp() where resource = $1 and key = $2 and state = 'held'
"""

FORGET_RESERVATIONS: Final = """
delete from quota_reservations where (tenant_id, id) in (
    select tenant_id, id from quota_reservations where day < current_date - $1::integer order by day limit $2
)
"""

BUDGET: Final = """
select month_limit, mode, clock_timestamp() as now, time_zone from tenants left join budgets on budgets.tenant_id = tenants.id
"""

SPENT: Final = """
select coalesce(sum(cost_micro_usd), 0)::bigint as spent,
       coalesce(sum(counted_micro_usd) filter (where cost_micro_usd is null), 0)::bigint as guessed,
       count(*) filter (where cost_micro_usd is null) as unpriced
from ai_interactions where at >= $1 and at < $2
"""

HELD_MONEY: Final = """
select coalesce(sum(may_cost), 0)::bigint from quota_reservations where state = 'held' and lease_until > clock_timestamp()
"""

SET_BUDGET: Final = f"""
insert into budgets (tenant_id, id, month_limit, mode) values ({_TENANT}, $1, $2, $3)
on conflict (tenant_id) do update set month_limit = excluded.month_limit, mode = excluded.mode, updated_at = now()
"""

DROP_BUDGET: Final = "delete from budgets"

FORGET_WORDS: Final = """
update ai_interactions set prompt = null, answer = null where (tenant_id, id) in (
    select tenant_id, id from ai_interactions where at < clock_timestamp() - $1::interval and (prompt is not null or answer is not null)
    order by at limit $2
)
"""

RECENT_TOKENS: Final = """
select input_tokens, cached_tokens, output_tokens from ai_interactions
where purpose = $1 and outcome = 'complete' and input_tokens > 0 and output_tokens > 0 order by at desc limit $2
"""

# What was asked and answered is left out: a list is for looking over.
CALLS: Final = """
select id, at, provider, model, purpose, segment, outcome, error, input_tokens, cached_tokens, output_tokens, batch, latency_ms,
    cost_micro_usd as cost, price_date, cost_idr, rate_date
from ai_interactions
where $1::uuid is null or (at, id) < (select at, id from ai_interactions where id = $1) order by at desc, id desc limit $2
"""

# Each row is a sum over all calls of one day, model, segment or purpose; of ``by``, the bits that are 0 say of which.
REPORT: Final = """
with call as (
    select (at at time zone $3)::date as day, provider || '/' || model as model, segment, purpose, outcome, input_tokens, cached_tokens,
        output_tokens, batch, cost_micro_usd, saved_micro_usd, cost_idr
    from ai_interactions where at >= $1 and at < $2
)
select grouping(day, model, segment, purpose) as by, coalesce(day::text, model, segment, purpose, '') as name,
    count(*) as calls,
    count(*) filter (where outcome = 'cached') as cached,
    count(*) filter (where outcome in ('failed', 'unanswered')) as failed,
    coalesce(sum(input_tokens) filter (where outcome <> 'cached'), 0)::bigint as input_tokens,
    coalesce(sum(cached_tokens) filter (where outcome <> 'cached'), 0)::bigint as cached_tokens,
    coalesce(sum(output_tokens) filter (where outcome <> 'cached'), 0)::bigint as output_tokens,
    coalesce(sum(cost_micro_usd), 0)::bigint as cost,
    case when bool_and(cost_idr is not null or coalesce(cost_micro_usd, 0) = 0) then coalesce(sum(cost_idr), 0)::bigint end as cost_idr,
    count(*) filter (where cost_micro_usd is null) as unpriced,
    coalesce(sum(saved_micro_usd) filter (where outcome = 'cached'), 0)::bigint as saved_by_cache,
    coalesce(sum(saved_micro_usd) filter (where batch), 0)::bigint as saved_by_batch
from call group by grouping sets ((), (day), (model), (segment), (purpose)) order by 1, 2
"""

PACE_OF_MONEY: Final = """
select coalesce(sum(cost_micro_usd), 0)::bigint as spent, min(at) as since from ai_interactions where at >= $1 and at < $2
"""
