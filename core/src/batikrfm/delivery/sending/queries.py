"""SQL of sending. Every statement that takes rows takes them in the order of their ids, so that no two transactions wait for each other."""

from __future__ import annotations

from typing import Final

_TENANT: Final = "(select current_setting('app.tenant_id')::uuid)"

CAMPAIGN: Final = """
select c.state, c.channel, c.medium, c.purpose, c.options, c.name, t.time_zone
from campaigns c join tenants t on t.id = c.tenant_id where c.id = $1
"""

STATE: Final = "select state from campaigns where id = $1"

VARIANTS: Final = """
select v.variant, v.content_id, v.approved_hash, v.template, c.language, c.subject, c.preheader, c.email, c.whatsapp, c.call_to_action
from campaign_variants v join contents c on c.id = v.content_id
where v.campaign_id = $1 and v.approved_hash is not null and c.approved_hash = v.approved_hash order by v.variant
"""

REMAINING: Final = """
select coalesce(sum(amount) filter (where what in ('queued', 'sending', 'unknown')), 0)::bigint as open,
    coalesce(sum(amount) filter (
        where what not in ('left_out', 'held_out', 'opened', 'clicked', 'replied', 'unsubscribed')
    ), 0)::bigint as all
from campaign_counts where campaign_id = $1
"""

# Whom a message is for. The person's latest purchase is looked up only where the words name it.
_WHOM: Final = """
select d.id, d.customer_id, d.variant, d.segment, d.attempts, d.looks, d.resent, d.batch, d.handed_in_at, c.name, c.phone,
    case when d.medium = 'email' then c.email else c.phone end as address, bought.product
"""
_OF: Final = """
d left join customers c on c.id = d.customer_id
left join lateral (
    select i.product from orders o join order_items i on i.order_id = o.id
    where $2 and o.customer_id = d.customer_id and i.product is not null
    order by o.ordered_at desc, o.id, i.line limit 1
) bought on true
order by d.id
"""

# A claim is no more than a hand laid on a row: one that is let go, or whose time runs out, leaves it as it was.
CLAIM: Final = f"""
with due as (
    select id from deliveries
    where campaign_id = $1 and state = 'queued' and due_at <= $3 and (claimed_until is null or claimed_until < $3)
    order by due_at, id limit $6 for update skip locked
), claimed as (
    update deliveries set claim = $4, claimed_until = $5 from due where deliveries.tenant_id = {_TENANT} and deliveries.id = due.id
    returning deliveries.*
)
{_WHOM}, d.state from claimed {_OF}
"""

# The same where only few may go today: first those who have written to the shop before.
CLAIM_KNOWN_FIRST: Final = CLAIM.replace(
    "order by due_at, id limit",
    """order by exists (
        select from deliveries r where r.customer_id = deliveries.customer_id and r.replied_at is not null
    ) desc, due_at, id limit""",
)

LET_GO: Final = """
update deliveries set claim = null, claimed_until = null, due_at = greatest(due_at, coalesce($3, due_at))
where id = any ($1::uuid[]) and claim = $2 and state = 'queued'
"""

HOLD: Final = "select id from deliveries where id = any ($1::uuid[]) and claim = $2 and state = 'queued' order by id for update"

# The line in the ledger before the call.
MARK: Final = """
update deliveries set state = 'sending', attempts = attempts + 1, claimed_until = $3, batch = $4, handed_in_at = $5, looks = 0
where id = any ($1::uuid[]) and claim = $2 and state = 'queued' returning id, variant, segment
"""

LEAVE_OUT: Final = """
update deliveries d set state = 'left_out', reason = said.reason, claim = null, claimed_until = null
from unnest($1::uuid[], $3::text[]) as said (id, reason)
where d.id = said.id and d.claim = $2 and d.state = 'queued' returning d.variant, d.segment, d.reason
"""

CAPPED: Final = """
select d.customer_id from deliveries d join campaigns o on o.id = d.campaign_id
left join contact_preferences p on p.customer_id = d.customer_id
where d.customer_id = any ($1::uuid[]) and o.id <> $2 and o.purpose = 'marketing' and d.state in ('accepted', 'delivered', 'read')
    and d.accepted_at > $3::timestamptz - make_interval(days => greatest($5::integer, p.days))
group by d.customer_id, p.most, p.days
having count(*) filter (where d.accepted_at > $3::timestamptz - make_interval(days => $5::integer)) >= $4::integer
    or count(*) filter (where d.accepted_at > $3::timestamptz - make_interval(days => p.days)) >= p.most
"""

# Who agreed to this medium, whatever for.
AGREED: Final = "select distinct customer_id from consent_states where customer_id = any ($1::uuid[]) and medium = $2 and state = 'granted'"

CHECKED: Final = """
select customer_id, digest, reachable from address_checks where customer_id = any ($1::uuid[]) and medium = $2 and checked_at > $3
"""

KEEP_CHECKS: Final = f"""
insert into address_checks (tenant_id, id, customer_id, medium, digest, reachable, checked_at)
select {_TENANT}, c.key, c.customer_id, $1, c.digest, c.reachable, $2
from unnest($3::uuid[], $4::uuid[], $5::bytea[], $6::boolean[]) as c (key, customer_id, digest, reachable)
where exists (select from customers where customers.id = c.customer_id)
on conflict (tenant_id, customer_id, medium) do update
set digest = excluded.digest, reachable = excluded.reachable, checked_at = excluded.checked_at
"""

# What a receipt says. That the vendor has a message is true whoever hears it; anything else counts only for whoever has the row in hand.
# A row that events have moved on stays where they moved it.
SETTLE: Final = """
with said as (
    select * from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::boolean[])
        as said (id, state, reason, code, vendor_id, at, free)
), held as (
    select d.id from deliveries d join said on said.id = d.id order by d.id for update of d
)
update deliveries d set
    state = case when d.state in ('sending', 'unknown', 'queued') or d.reason = 'not_found' then said.state else d.state end,
    reason = case when d.state in ('sending', 'unknown', 'queued') or d.reason = 'not_found' then said.reason else d.reason end,
    code = case when d.state in ('sending', 'unknown', 'queued') or d.reason = 'not_found' then said.code else d.code end,
    vendor_id = coalesce(said.vendor_id, d.vendor_id),
    accepted_at = case when said.state = 'accepted' then coalesce(d.accepted_at, $2) else d.accepted_at end,
    failed_at = case when d.state = 'failed' and d.reason = 'not_found' and said.state = 'accepted' then null
        when said.state = 'failed' and d.failed_at is null then $2 else d.failed_at end,
    due_at = case when said.state = 'queued' then said.at else d.due_at end,
    attempts = d.attempts - said.free::integer,
    looks = case when said.state = 'unknown' then d.looks + 1 else d.looks end,
    claim = case when said.state = 'unknown' then d.claim end,
    claimed_until = case when said.state = 'unknown' then said.at end
from said join held on held.id = said.id
where d.id = said.id and ((d.claim = $1 and d.state in ('sending', 'unknown')) or said.state = 'accepted')
returning d.id, d.variant, d.segment, old.state as was, old.reason as was_reason, d.state as is, d.reason as reason, d.vendor_id
"""

# One at a time takes what is unknown of a campaign: two who chose rows of one batch would wait for each other.
ONE_TAKER: Final = "select pg_try_advisory_xact_lock(hashtextextended('batikrfm/unknown/' || $1::uuid::text, 0))"

# Batches whose worker is gone, or whose outcome it is time to ask for: all of one batch, as it was handed in.
TAKE_UNKNOWN: Final = f"""
with chosen as (
    select batch from deliveries
    where campaign_id = $1 and state in ('sending', 'unknown') and claimed_until < $3
    order by claimed_until, id limit 1
), held as (
    select d.id from deliveries d join chosen on d.batch is not distinct from chosen.batch
    where d.campaign_id = $1 and d.state in ('sending', 'unknown') and d.claimed_until < $3 order by d.id for update of d
), taken as (
    update deliveries set state = 'unknown', claim = $4, claimed_until = $5 from held
    where deliveries.tenant_id = {_TENANT} and deliveries.id = held.id
    returning deliveries.*, old.state as was
)
{_WHOM}, d.was as state from taken {_OF}
"""

# The rest of such a batch: what was already heard of.
OF_BATCH: Final = f"{_WHOM}, d.state from (select * from deliveries where campaign_id = $1 and batch = $3) {_OF}"

# When there is something to do next: the earliest due, or the end of a claim.
NEXT: Final = """
select least(
    (select min(greatest(due_at, claimed_until)) from (
        select due_at, claimed_until from deliveries where campaign_id = $1 and state = 'queued' and due_at is not null
        order by due_at, id limit 100
    ) soon),
    (select min(claimed_until) from deliveries where campaign_id = $1 and state in ('sending', 'unknown'))
)
"""

TESTS_SINCE: Final = "select count(*) from test_messages where created_at > $1"

KEEP_TEST: Final = f"""
insert into test_messages (tenant_id, id, content_id, channel, sent_by, created_at) values ({_TENANT}, $1, $2, $3, $4, $5)
"""

FORGET_TESTS: Final = "delete from test_messages where created_at < $1"

LOCK_TESTS: Final = "select pg_advisory_xact_lock(hashtextextended('batikrfm/tests/' || current_setting('app.tenant_id'), 0))"

SUPPRESSED: Final = """
select exists (select from suppressions where medium = $1 and address_hash = delivery_hash((select salt from delivery_settings), $2))
"""
