"""The SQL of attribution. It joins whole campaigns at once: a million messages are a hash join, not a million looks."""

from __future__ import annotations

from typing import Final

_TENANT: Final = "(select current_setting('app.tenant_id')::uuid)"

_ARRIVED: Final = "state in ('accepted', 'delivered', 'read') and accepted_at is not null"
_ALSO_ARRIVED: Final = "l.state in ('accepted', 'delivered', 'read') and l.accepted_at is not null"

# Orders after a message and within the window, unless a message of another campaign came in between. Where two came at the same moment
# the later id counts, as everywhere.
_SOLD: Final = f"""
touched as (
    select id, customer_id, segment, coalesce(delivered_at, accepted_at) as at from deliveries where campaign_id = $1 and {_ARRIVED}
), sold as (
    select t.id as delivery_id, t.customer_id, t.segment, o.id, o.key, o.ordered_at, o.net_e4
    from touched t join orders o on o.customer_id = t.customer_id and o.ordered_at > t.at and o.ordered_at <= t.at + $2::interval
    where o.net_e4 > 0 and not exists (
        select from deliveries l
        where l.customer_id = t.customer_id and l.campaign_id <> $1 and {_ALSO_ARRIVED}
          and coalesce(l.delivered_at, l.accepted_at) < o.ordered_at and (coalesce(l.delivered_at, l.accepted_at), l.id) > (t.at, t.id)
    )
)
"""

SOLD: Final = f"""
with {_SOLD}, reached as (
    select grouping(segment) as whole, segment, count(*) as reached from touched group by grouping sets ((), (segment))
), bought as (
    select grouping(segment) as whole, segment, count(distinct customer_id) as buyers, count(*) as orders, sum(net_e4)::bigint as revenue_e4
    from sold group by grouping sets ((), (segment))
)
select r.whole = 1 as whole, r.segment, r.reached, coalesce(b.buyers, 0) as buyers, coalesce(b.orders, 0) as orders,
       coalesce(b.revenue_e4, 0) as revenue_e4
from reached r left join bought b on b.whole = r.whole and b.segment is not distinct from r.segment
"""

ORDERS: Final = f"""
with {_SOLD}
select id, key, customer_id, delivery_id, segment, ordered_at, net_e4 from sold
where ($3::uuid is null or id > $3) order by id limit $4
"""

# The same days for everybody, from the first message to the end of the last one's window.
BOUNDS: Final = """
select min(accepted_at) as begins_at, max(accepted_at) + $2::interval as ends_at from deliveries where campaign_id = $1
"""

COMPARED: Final = """
with people as (
    select d.segment, d.state = 'held_out' as held, coalesce(sum(o.net_e4), 0) as spent_e4, count(o.id) > 0 as bought
    from deliveries d
    left join orders o on o.customer_id = d.customer_id and o.net_e4 > 0 and o.ordered_at > $2 and o.ordered_at <= $3
    where d.campaign_id = $1 and d.state not in ('left_out', 'cancelled', 'queued')
    group by d.id, d.segment, d.state
)
select grouping(segment) = 1 as whole, segment, held, count(*) as people, count(*) filter (where bought) as buyers,
       sum(spent_e4)::bigint as spent_e4, sum((spent_e4 / 10000.0) ^ 2)::double precision as squares
from people group by grouping sets ((held), (segment, held))
"""

TO_MEASURE: Final = """
select c.id from campaigns c left join campaign_results r on r.campaign_id = c.id and r.segment is null
where c.frozen_at is not null and c.frozen_at > now() - interval '180 days'
  and ($1 or r.id is null or r.ends_at is null or r.ends_at > r.measured_at or c.state in ('sending', 'paused'))
order by c.id
"""

FORGET: Final = "delete from campaign_results where campaign_id = $1"

KEEP: Final = f"""
insert into campaign_results (tenant_id, id, campaign_id, measured_at, window_days, begins_at, ends_at, segment, reached, buyers, orders,
    revenue_e4, treated, treated_buyers, treated_e4, treated_squares, held, held_buyers, held_e4, held_squares)
select {_TENANT}, r.id, $1, now(), $2, $3, $4, r.segment, r.reached, r.buyers, r.orders, r.revenue_e4, r.treated, r.treated_buyers,
    r.treated_e4, r.treated_squares, r.held, r.held_buyers, r.held_e4, r.held_squares
from unnest($5::uuid[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[],
            $14::double precision[], $15::bigint[], $16::bigint[], $17::bigint[], $18::double precision[])
    as r (id, segment, reached, buyers, orders, revenue_e4, treated, treated_buyers, treated_e4, treated_squares, held, held_buyers,
          held_e4, held_squares)
"""

LOCK_CAMPAIGN: Final = "select id from campaigns where id = $1 for no key update"

ANY_OPEN: Final = """
select exists (
    select from campaigns c left join campaign_results r on r.campaign_id = c.id and r.segment is null
    where c.frozen_at > now() - interval '180 days' and (c.state in ('sending', 'paused') or r.ends_at > now())
)
"""

READ: Final = """
select r.*, r.ends_at > now() or c.state in ('sending', 'paused') as open
from campaign_results r join campaigns c on c.id = r.campaign_id where r.campaign_id = $1 order by r.revenue_e4 desc, r.segment
"""

FIND_CAMPAIGN: Final = "select id from campaigns where id = $1"
WINDOW: Final = "select window_days from campaign_results where campaign_id = $1 and segment is null"
