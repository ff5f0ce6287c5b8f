"""The SQL of webhooks, events and replies."""

from __future__ import annotations

from typing import Final

_TENANT: Final = "(select current_setting('app.tenant_id')::uuid)"

# URLs

_URL: Final = "id, channel, created_by, created_at, ends_at, heard_at, forged"

WHOSE_URL: Final = """
select tenant_id, id, channel from webhook_urls where token_hash = $1 and (ends_at is null or ends_at > now())
"""

END_CURRENT: Final = "update webhook_urls set ends_at = now() + $2::interval where channel = $1 and ends_at is null"

ADD_URL: Final = f"""
insert into webhook_urls (tenant_id, id, channel, token_hash, created_by) values ({_TENANT}, $1, $2, $3, $4) returning {_URL}
"""

LIST_URLS: Final = f"select {_URL} from webhook_urls where channel = $1 and (ends_at is null or ends_at > now()) order by id desc"

END_URL: Final = "update webhook_urls set ends_at = now() where id = $1 and channel = $2 and (ends_at is null or ends_at > now())"

NOTE_FORGED: Final = "update webhook_urls set forged = forged + $2 where id = $1"

NOTE_HEARD: Final = (
    "update webhook_urls set heard_at = now() where id = any ($1::uuid[]) and (heard_at is null or heard_at < now() - interval '1 minute')"
)

# Requests. Whoever adds one holds the shop's place in a queue, so that the job that looks for the last time sees it or is over.

HOLD_TURN: Final = (
    "select pg_advisory_xact_lock_shared(hashtextextended('batikrfm.delivery.events/' || current_setting('app.tenant_id'), 0))"
)
TAKE_TURN: Final = "select pg_advisory_xact_lock(hashtextextended('batikrfm.delivery.events/' || current_setting('app.tenant_id'), 0))"

ADD_REQUESTS: Final = f"""
insert into webhook_requests (tenant_id, id, url_id, channel, medium, received_at, fingerprint, raw, body, told)
select {_TENANT}, r.id, r.url_id, r.channel, r.medium, r.received_at, r.fingerprint, r.raw::jsonb, r.body, r.told::jsonb
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::bytea[], $7::text[], $8::bytea[], $9::text[])
    as r (id, url_id, channel, medium, received_at, fingerprint, raw, body, told)
on conflict (tenant_id, url_id, fingerprint) do nothing returning id
"""

WAITING_REQUESTS: Final = """
select id, channel, medium, received_at, told::text as told from webhook_requests
where done_at is null order by id limit $1 for update skip locked
"""

ANY_WAITING: Final = "select exists (select from webhook_requests where done_at is null)"

END_REQUESTS: Final = "update webhook_requests set done_at = now(), problem = $2 where id = any ($1::uuid[])"

# Events

ADD_ALIASES: Final = f"""
insert into vendor_aliases (tenant_id, id, channel, alias, vendor_id)
select {_TENANT}, a.id, $1, a.alias, a.vendor_id from unnest($2::uuid[], $3::text[], $4::text[]) as a (id, alias, vendor_id)
on conflict (tenant_id, channel, alias) do nothing
"""

ADD_EVENTS: Final = f"""
insert into delivery_events (tenant_id, id, channel, event_id, kind, at, vendor_id, message_id, permanent, reason, code)
select {_TENANT}, e.id, $1, e.event_id, e.kind, e.at, e.vendor_id, e.message_id, e.permanent, e.reason, e.code
from unnest($2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::uuid[], $8::boolean[], $9::text[], $10::text[])
    as e (id, event_id, kind, at, vendor_id, message_id, permanent, reason, code)
on conflict (tenant_id, channel, event_id) do nothing returning id
"""

ALIASES: Final = "select alias, vendor_id from vendor_aliases where channel = $1 and alias = any ($2::text[])"

BY_VENDOR_ID: Final = """
select d.id, d.vendor_id from deliveries d join campaigns c on c.id = d.campaign_id
where d.vendor_id = any ($2::text[]) and c.channel = $1 order by d.id
"""

LAST_BEFORE: Final = """
select id from deliveries
where customer_id = $1 and medium = $2 and accepted_at > $3::timestamptz - $4::interval and accepted_at <= $3
order by accepted_at desc limit 1
"""

LOCK: Final = """
select id, campaign_id, customer_id, variant, segment, state, reason, code, vendor_id, accepted_at, delivered_at, read_at, opened_at,
       clicked_at, replied_at, unsubscribed_at, failed_at
from deliveries where id = any ($1::uuid[]) order by id for update
"""

MOVE: Final = """
update deliveries d set
    state = m.state, reason = m.reason, code = m.code, accepted_at = m.accepted_at, delivered_at = m.delivered_at, read_at = m.read_at,
    opened_at = m.opened_at, clicked_at = m.clicked_at, replied_at = m.replied_at, unsubscribed_at = m.unsubscribed_at,
    failed_at = m.failed_at, vendor_id = coalesce(d.vendor_id, m.vendor_id), claim = null, claimed_until = null
from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[], $8::timestamptz[],
            $9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::timestamptz[], $13::text[])
    as m (id, state, reason, code, accepted_at, delivered_at, read_at, opened_at, clicked_at, replied_at, unsubscribed_at, failed_at, vendor_id)
where d.id = m.id
"""

SETTLE: Final = """
update delivery_events e set delivery_id = s.delivery_id from unnest($1::uuid[], $2::uuid[]) as s (id, delivery_id) where e.id = s.id
"""

_EVENT: Final = "e.id, e.channel, e.kind, e.at, e.vendor_id, e.message_id, e.permanent, e.reason, e.code"

CAME_BEFORE: Final = f"""
select {_EVENT}, coalesce(a.vendor_id, e.vendor_id) as named
from delivery_events e left join vendor_aliases a on a.channel = e.channel and a.alias = e.vendor_id
where e.delivery_id is null and e.channel = $1
  and e.vendor_id = any ($2::text[] || array(select alias from vendor_aliases where channel = $1 and vendor_id = any ($2::text[])))
order by e.id for update of e
"""

LATE: Final = f"""
select {_EVENT}, d.id as delivery_id, d.medium
from delivery_events e
left join vendor_aliases a on a.channel = e.channel and a.alias = e.vendor_id
join deliveries d on d.id = e.message_id or d.vendor_id = coalesce(a.vendor_id, e.vendor_id)
join campaigns c on c.id = d.campaign_id
where e.delivery_id is null and (e.message_id is not null or e.vendor_id is not null) and e.received_at > now() - interval '1 day'
  and (d.id = e.message_id or c.channel = e.channel)
  and d.state in ('unknown', 'accepted', 'delivered', 'read', 'failed')
order by e.id limit $1 for update of e skip locked
"""

STILL_WAITING: Final = """
select max(received_at) from delivery_events where delivery_id is null and (vendor_id is not null or message_id is not null)
"""

# Replies

FIND_BY_PHONE: Final = "select id from customers where phone = $1 order by id limit 1"
FIND_BY_EMAIL: Final = "select id from customers where email = $1 order by id limit 1"
PHONE_OF: Final = "select phone from customers where id = $1"
EMAIL_OF: Final = "select email from customers where id = $1"

ADD_REPLY: Final = f"""
insert into replies (tenant_id, id, channel, event_id, medium, at, customer_id, delivery_id, address, words, stopped)
values ({_TENANT}, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (tenant_id, channel, event_id) do nothing
"""

NOTE_CONTACT: Final = f"""
insert into customer_contacts (tenant_id, id, customer_id, medium, first_at, last_at) values ({_TENANT}, $1, $2, $3, $4, $4)
on conflict (tenant_id, customer_id, medium) do update set
    first_at = least(customer_contacts.first_at, excluded.first_at), last_at = greatest(customer_contacts.last_at, excluded.last_at)
"""

WROTE_FIRST: Final = "select customer_id from customer_contacts where customer_id = any ($1::uuid[]) and medium = $2"

LIST_REPLIES: Final = """
select r.id, r.medium, r.channel, r.at, r.words, r.stopped, r.customer_id, c.name, r.address, r.delivery_id, d.campaign_id
from replies r left join customers c on c.id = r.customer_id left join deliveries d on d.id = r.delivery_id
where ($2::uuid is null or r.id < $2) and ($3::uuid is null or r.customer_id = $3) and ($4::uuid is null or d.campaign_id = $4)
  and ($5::text is null or r.medium = $5)
order by r.id desc limit $1
"""

# Deliveries

_DELIVERY: Final = """
id, campaign_id, customer_id, medium, state, reason, code, variant, segment, attempts, due_at, accepted_at, delivered_at, read_at, opened_at,
clicked_at, replied_at, unsubscribed_at, failed_at
"""

LIST_DELIVERIES: Final = f"""
select {_DELIVERY} from deliveries
where ($2::uuid is null or id > $2) and ($3::uuid is null or campaign_id = $3) and ($4::uuid is null or customer_id = $4)
  and ($5::text is null or state = $5)
order by tenant_id, id limit $1
"""

FIND_DELIVERY: Final = f"select {_DELIVERY} from deliveries where id = $1"

EVENTS_OF: Final = """
select id, kind, at, received_at, permanent, reason, code from delivery_events where delivery_id = $1 order by at, id limit 500
"""

# Retention

FORGET_REQUESTS: Final = """
delete from webhook_requests r using (select id from webhook_requests where received_at < now() - $1::interval limit $2) old where r.id = old.id
"""
FORGET_STRAYS: Final = """
delete from delivery_events e
using (select id from delivery_events where delivery_id is null and received_at < now() - $1::interval limit $2) old where e.id = old.id
"""
FORGET_ALIASES: Final = """
delete from vendor_aliases a using (select id from vendor_aliases where created_at < now() - $1::interval limit $2) old where a.id = old.id
"""
FORGET_REPLIES: Final = """
delete from replies r using (select id from replies where received_at < now() - $1::interval limit $2) old where r.id = old.id
"""
FORGET_URLS: Final = """
delete from webhook_urls u using (select id from webhook_urls where ends_at < now() - $1::interval limit $2) old where u.id = old.id
"""
