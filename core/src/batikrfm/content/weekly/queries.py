"""The SQL of the weekly words, in the tenant's scope."""

from __future__ import annotations

from typing import Final

_TENANT: Final = "(select nullif(current_setting('app.tenant_id', true), '')::uuid)"

TODAY: Final = "select (now() at time zone time_zone)::date as today, now() as now, time_zone from tenants"

BEGIN: Final = f"""
with clock as (select (now() at time zone time_zone)::date as today from tenants),
monday as (select today, date_trunc('week', today::timestamp)::date as week from clock),
made as (
    insert into weekly_batches (tenant_id, id, week, started_by) select {_TENANT}, $1, week, $2 from monday
    on conflict (tenant_id, week) do nothing returning id, run_id
)
select id, run_id, today from made, clock
union all select id, run_id, today from weekly_batches join monday using (week)
"""
"""The batch of this week, one row, and the shop's day. None where somebody else is making it at this moment: then it is there now."""

FIND: Final = "select id, week, started_by, run_id, created_at, told_at from weekly_batches where week = $1"

LIST: Final = """
select id, week, started_by, run_id, created_at, told_at from weekly_batches where week < $1 order by tenant_id, week desc limit $2
"""

ADD_ITEMS: Final = f"""
with batch as (update weekly_batches set run_id = $2 where id = $1 and (run_id is null or run_id = $2) returning id)
insert into weekly_items (tenant_id, batch_id, due, id, segment, state, revenue_e4, reason)
select {_TENANT}, batch.id, $3, its.* from batch, unnest($4::uuid[], $5::text[], $6::text[], $7::numeric[], $8::jsonb[]) its
on conflict (tenant_id, batch_id, segment) do nothing
"""
"""The segments of the run that is the batch's from then on, unless another is."""

_ITEM: Final = """
id, batch_id, segment, state, due, revenue_e4, reason, contents, provider, model, vendor_batch, content_hash, handed_in_at, written_at
"""

ITEMS: Final = f"select {_ITEM} from weekly_items where batch_id = $1 order by revenue_e4 desc, segment"

OPEN: Final = """
select id, segment, state, due, provider, model, vendor_batch, content_hash, handed_in_at
from weekly_items where batch_id = $1 and state in ('waiting', 'handed_in')
order by handed_in_at, provider, model, revenue_e4 desc, segment
"""

HAND_IN: Final = """
update weekly_items set state = 'handed_in', provider = $2, model = $3, content_hash = $4, handed_in_at = $5, vendor_batch = null
where id = $1 and state = 'waiting'
"""

NOTE_VENDOR: Final = "update weekly_items set vendor_batch = $2 where id = any ($1::uuid[]) and state = 'handed_in'"

TAKE_BACK: Final = """
update weekly_items set state = 'waiting', provider = null, model = null, content_hash = null, vendor_batch = null, handed_in_at = null
where id = any ($1::uuid[]) and state = 'handed_in'
"""

WRITTEN: Final = """
with given as (
    select item, array_agg(draft order by place) as drafts from unnest($1::uuid[], $2::uuid[]) with ordinality its (item, draft, place)
    group by item
), held as materialized (
    select id, state from weekly_items where id in (select item from given) order by id for no key update
)
update weekly_items set state = 'written', written_at = now(), contents = given.drafts, reason = null
from given join held on held.id = given.item where weekly_items.id = held.id and held.state = any ($3::text[])
"""
"""Only items in one of the states $3. Each has its drafts ($1 and $2, in pairs) in their order."""

OVER: Final = "update weekly_items set state = $2, reason = $3 where id = $1 and state in ('waiting', 'handed_in')"

DEFER: Final = """
update weekly_items set due = $2, reason = $3 where batch_id = $1 and state = 'waiting' and due < $2 and ($4::uuid is null or id = $4)
returning id
"""

RECALL: Final = "update weekly_items set due = $2, reason = null where batch_id = $1 and state = 'waiting' and due > $2"

# A later week has its own words for everybody; and nobody waits for those of two weeks ago.
PAST: Final = """
select batch.week <= (now() at time zone time_zone)::date - 14
    or exists (select from weekly_batches later where later.week > batch.week and later.run_id is not null) as past
from weekly_batches batch, tenants where batch.id = $1
"""

LEAVE_OUT: Final = "update weekly_items set state = 'left_out', reason = $2 where batch_id = $1 and state = 'waiting'"

OF_RUN: Final = "select exists (select from weekly_batches where run_id = $1)"

TELL: Final = """
with told as (
    update weekly_batches set told_at = now()
    where id = $1 and told_at is null and exists (select from weekly_items where batch_id = $1 and state = 'written')
    returning id
)
select state, due from weekly_items where batch_id in (select id from told)
"""
"""How far each segment is, where the owners are to be told now."""
