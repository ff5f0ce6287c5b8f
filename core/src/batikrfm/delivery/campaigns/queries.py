"""The SQL of campaigns, in the tenant's scope."""

from __future__ import annotations

from typing import Final

_TENANT: Final = "(select current_setting('app.tenant_id')::uuid)"
_CAMPAIGN: Final = """
    id, name, state, version, medium, channel, purpose, segments, filter, options, weekly_batch_id, created, edited, approved, updated_at,
    starts_at, frozen_at, finished_at, decides_at, decisions, reason, run_id
"""

CREATE: Final = f"""
insert into campaigns (tenant_id, id, name, medium, channel, purpose, segments, filter, options, created, weekly_batch_id)
values ({_TENANT}, $1, $2, $3, $4, $5, $6, $7::jsonb, $8::jsonb, $9::jsonb, $10)
on conflict do nothing returning id
"""

ADD_VARIANTS: Final = f"""
insert into campaign_variants (tenant_id, id, campaign_id, variant, segment, content_id, share, template)
select {_TENANT}, v.id, $1, v.variant, v.segment, v.content_id, v.share, v.template
from unnest($2::uuid[], $3::smallint[], $4::text[], $5::uuid[], $6::smallint[], $7::jsonb[])
    as v (id, variant, segment, content_id, share, template)
"""
DROP_VARIANTS: Final = "delete from campaign_variants where campaign_id = $1"

FIND: Final = f"select {_CAMPAIGN} from campaigns where id = $1"
HOLD: Final = f"select {_CAMPAIGN} from campaigns where id = $1 for no key update"
LIST: Final = f"""
select {_CAMPAIGN} from campaigns
where ($1::uuid is null or id < $1) and ($2::text is null or state = $2) and ($3::text is null or medium = $3)
    and ($4::uuid is null or weekly_batch_id = $4)
order by id desc limit $5
"""
VARIANTS: Final = """
select campaign_id, id, variant, content_id, segment, share, approved_hash, won_at, template from campaign_variants
where campaign_id = any ($1::uuid[]) order by campaign_id, variant
"""

EDIT: Final = """
update campaigns set name = $2, medium = $3, channel = $4, purpose = $5, segments = $6, filter = $7::jsonb, options = $8::jsonb,
    edited = $9::jsonb, version = version + 1, updated_at = now()
where id = $1
"""
SCHEDULE: Final = """
update campaigns set state = 'scheduled', approved = $2::jsonb, starts_at = $3, reason = null, updated_at = now() where id = $1
"""
UNSCHEDULE: Final = """
update campaigns set state = 'draft', approved = null, starts_at = null, reason = null, updated_at = now() where id = $1
"""
APPROVED: Final = """
update campaign_variants v set approved_hash = c.approved_hash from contents c where v.campaign_id = $1 and c.id = v.content_id
"""
BEGIN: Final = """
update campaigns set state = 'sending', frozen_at = now(), run_id = $2, decides_at = $3, reason = null, updated_at = now() where id = $1
"""
MOVE: Final = """
update campaigns set state = $2, reason = $3::jsonb, updated_at = now(),
    finished_at = case when $2 in ('finished', 'cancelled') then now() end
where id = $1
"""
LATEST_RUN: Final = "select id from segmentation_runs order by id desc limit 1"
CLOCK: Final = "select now() as now, time_zone from tenants"

LEFT_TO_SEND: Final = """
select coalesce(sum(amount), 0)::bigint from campaign_counts where campaign_id = $1 and what in ('queued', 'sending', 'unknown')
"""
WAITING: Final = "select coalesce(sum(amount), 0)::bigint from campaign_counts where campaign_id = $1 and what = 'queued'"
CALLED_OFF: Final = "select coalesce(sum(amount), 0)::bigint from campaign_counts where campaign_id = $1 and what = 'cancelled'"
STATE: Final = "select state from campaigns where id = $1"

# Some at a time in the order of their customers, which no step has to look for anew; locked in the order of their ids, as everybody does.
CANCEL_QUEUED: Final = """
with people as materialized (
    select id, customer_id from deliveries where campaign_id = $1 and customer_id > $3 and state = 'queued' order by customer_id limit $4
), held as materialized (
    select d.id from deliveries d join people on people.id = d.id where d.state = 'queued' order by d.id for update of d
), gone as (
    update deliveries d set state = 'cancelled', reason = $2, claim = null, claimed_until = null from held
    where d.id = held.id returning d.variant, d.segment
), counted as (
    select variant, segment, count(*) as people from gone group by 1, 2
)
select variant, segment, counted.people, (select customer_id from people order by customer_id desc limit 1) as last
from (select) one left join counted on true
"""

# Failed for a reason that may pass. What was said of the attempt before stays with its events; the next one is another message.
AGAIN: Final = """
with again as (
    update deliveries set state = 'queued', due_at = $3, resent = resent + 1, attempts = 0, reason = null, code = null, accepted_at = null,
        failed_at = null
    where campaign_id = $1 and state = 'failed' and reason = any ($2::text[])
    returning old.reason as reason, deliveries.variant, deliveries.segment
)
select reason, variant, segment, count(*) as people from again group by 1, 2, 3
"""

KNOWN_CONTENTS: Final = "select id from contents where id = any ($1::uuid[])"

# Who of the test part ordered after the message: the whole order counts, whatever was in it.
ORDERED: Final = """
select d.variant, count(*) as people from deliveries d
where d.campaign_id = $1 and d.state in ('accepted', 'delivered', 'read') and exists (
    select from orders o where o.customer_id = d.customer_id and o.ordered_at > d.accepted_at and o.net_e4 > 0)
group by 1
"""
WON: Final = "update campaign_variants set won_at = now() where campaign_id = $1 and variant = any ($2::smallint[])"
DECIDED: Final = "update campaigns set decisions = $2::jsonb, decides_at = null, updated_at = now() where id = $1"

READ_SETTINGS: Final = "select cap_messages, cap_days, updated_at from campaign_settings"
SAVE_SETTINGS: Final = f"""
insert into campaign_settings (tenant_id, id, cap_messages, cap_days) values ({_TENANT}, $1, $2, $3)
on conflict (tenant_id) do update set cap_messages = excluded.cap_messages, cap_days = excluded.cap_days, updated_at = now()
"""

WRITTEN_WORDS: Final = """
select i.segment, i.contents from weekly_items i where i.batch_id = $1 and i.state = 'written' order by i.revenue_e4 desc, i.segment
"""
OF_WEEK: Final = f"select {_CAMPAIGN} from campaigns where weekly_batch_id = $1 and medium = $2 for no key update"
WEEK: Final = "select week, (select language from tenants) as language from weekly_batches where id = $1"
