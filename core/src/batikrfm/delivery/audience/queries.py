"""The SQL of audiences: one answer to "who gets it, and who does not and why", counted for a preview and written down by a freeze.

Parameters of the question, the same for both: ``$1`` campaign, ``$2`` purpose, ``$3`` segments (empty: all), ``$4..$7`` scores r, f, m, fm,
``$8..$9`` days of the last purchase, ``$10..$11`` spent, ``$12..$13`` purchases, ``$14..$15`` the cap and its days, ``$16`` when it begins,
``$17`` percent to hold out, ``$18`` from how many people on, ``$19`` what draws those who are held out, ``$20`` the medium.
"""

from __future__ import annotations

from typing import Final

_TENANT: Final = "(select current_setting('app.tenant_id')::uuid)"
_TOP: Final = "9223372036854775807"
"""Takes the sign off a hash."""

# One address and no list of them, nothing that ends a header, a domain with a dot (which may be of any script). Without a counted
# repetition, which takes ten times as long: the longest local part is looked at by itself.
_EMAIL: Final = r"""^[^@\s,;:<>()\\"\[\]]+@[^@\s,;:<>()\\"\[\]]+\.[^@\s,;:<>()\\"\[\].][^@\s,;:<>()\\"\[\].]+$"""
_PHONE: Final = r"^\+[1-9][0-9]{7,14}$"

# Where a table is new, or most shops have next to nothing in it, the planner expects one row of a shop; it then read all of a shop's rows
# again for each of its people: 10 seconds for 20,000 of them. Without this it looks each up by its key, and joins large tables as before.
BY_KEYS: Final = "set local enable_material = off"

# Those who send find their messages by keys, also within the first minute, before autovacuum has looked at a new campaign.
ANALYZE: Final = "analyze deliveries"

_ASKED: Final = """
    select c.id, a.segment, c.phone, nullif(btrim(case when $20::text = 'email' then c.email else c.phone end), '') as address
    from customers c left join segment_assignments a on a.id = c.id
    where (cardinality($3::text[]) = 0 or a.segment = any ($3::text[]))
        and ($4::smallint is null or a.r = $4) and ($5::smallint is null or a.f = $5) and ($6::smallint is null or a.m = $6)
        and ($7::smallint is null or (a.f + a.m + 1) / 2 = $7)
        and ($8::date is null or a.last_day >= $8) and ($9::date is null or a.last_day <= $9)
        and ($10::bigint is null or a.monetary_e4 >= $10) and ($11::bigint is null or a.monetary_e4 <= $11)
        and ($12::bigint is null or a.frequency >= $12) and ($13::bigint is null or a.frequency <= $13)
"""

# Advertising of any campaign that a person got lately, or will get, counts against the cap, and against the person's own wish.
_OTHERS: Final = "select o.id from campaigns o where o.id <> $1 and o.purpose = 'marketing' and o.frozen_at is not null"
_CAPPED: Final = f"""
    select d.customer_id from deliveries d
    where $14::smallint is not null and $2::text = 'marketing'
        and d.campaign_id in ({_OTHERS} and (o.finished_at is null or o.finished_at > $16::timestamptz - make_interval(days => $15)))
        and (d.state in ('queued', 'sending', 'unknown')
            or (d.state in ('accepted', 'delivered', 'read') and d.accepted_at > $16::timestamptz - make_interval(days => $15)))
    group by d.customer_id having count(*) >= $14
    union
    select p.customer_id from contact_preferences p
    where $2::text = 'marketing' and p.most is not null and p.most <= (
        select count(*) from deliveries d join campaigns o on o.id = d.campaign_id
        where d.customer_id = p.customer_id and d.accepted_at > $16::timestamptz - make_interval(days => p.days)
            and d.state in ('accepted', 'delivered', 'read') and o.id <> $1 and o.purpose = 'marketing'
    ) + (
        select count(*) from deliveries d
        where d.campaign_id in ({_OTHERS} and o.state in ('sending', 'paused')) and d.customer_id = p.customer_id
            and d.state in ('queued', 'sending', 'unknown')
    )
"""

# As delivery_hash says it, at a tenth of the cost for what it would leave as it is: plain small letters and digits.
_SALT: Final = "(select salt from delivery_settings)"
_HASH: Final = f"""case
    when octet_length(asked.address) = char_length(asked.address) and asked.address = lower(asked.address)
    then sha256({_SALT} || convert_to(asked.address, 'UTF8')) else delivery_hash({_SALT}, asked.address) end
"""

# Each person of the audience once, with the first reason why not, if there is one. Of those who share an address, the first has it: found
# without a join of the audience with itself, for which the planner, who cannot know how many reasons there are, took a nested loop.
_ANSWERED: Final = f"""
with asked as ({_ASKED}), capped as ({_CAPPED}),
looked_at as materialized (
    select asked.id, asked.segment, asked.phone, asked.address, case
        when asked.address is null then 'no_address'
        when octet_length(asked.address) > 254 or position('@' in asked.address) > 65
            or case when $20::text = 'email' then asked.address !~ '{_EMAIL}' else asked.address !~ '{_PHONE}' end then 'bad_address'
        when s.address_hash is not null then 'suppressed'
        when k.state = 'refused' then 'refused'
        when k.state is distinct from 'granted' and $2::text = 'marketing' then 'no_consent'
        when capped.customer_id is not null then 'frequency_cap'
    end as reason
    from asked
    left join consent_states k on k.customer_id = asked.id and k.medium = $20 and k.purpose = $2
    left join suppressions s on s.medium = $20 and delivery_blocks(s.reason, $2)
        and s.address_hash = {_HASH}
    left join capped on capped.customer_id = asked.id
), shared as (
    select address, min(uuid_send(id)) as first from looked_at where reason is null group by address having count(*) > 1
), answered as materialized (
    select l.id, l.segment, l.phone, case when shared.first <> uuid_send(l.id) then 'same_address' else l.reason end as reason
    from looked_at l left join shared on shared.address = l.address and l.reason is null
), parted as (
    select id, segment, phone, reason, reason is null
        and (uuid_hash_extended(id, $19::bigint) & {_TOP}) % 100 < $17::integer
        and (select count(*) from answered where reason is null) >= $18::integer as held_out
    from answered
)
"""

PREVIEW: Final = f"{_ANSWERED} select segment, reason, held_out, count(*) as people from parted group by 1, 2, 3"

# ``$21`` draws texts, ``$22..$27`` are the texts: whom each is for ('' whom no other is for), its part of the draw in a hundred, its
# number, its approved hash, whether it waits. ``$28..$29`` are country codes and their zones, ``$30..$33`` the stretches of each zone (''
# the shop's): from which second to which, and when; ``$34`` draws the second, ``$35`` is how many there are.
_PLACED: Final = f"""
    select p.id, p.segment, p.reason, coalesce(z3.zone, z2.zone, '') as zone,
        case when p.reason is not null then 'left_out' when p.held_out then 'held_out' else 'queued' end as state,
        case when p.segment = any ($22::text[]) then p.segment else '' end as texts_of,
        (uuid_hash_extended(p.id, $21::bigint) & {_TOP}) % 100 as draw,
        (uuid_hash_extended(p.id, $34::bigint) & 1048575) / 1048576.0::double precision * $35::double precision as second
    from parted p
    left join unnest($28::text[], $29::text[]) as z2 (code, zone) on z2.code = substr(p.phone, 2, 2)
    left join unnest($28::text[], $29::text[]) as z3 (code, zone) on z3.code = substr(p.phone, 2, 3)
"""
FREEZE: Final = f"""
{_ANSWERED}, placed as ({_PLACED}), written as (
    insert into deliveries (tenant_id, id, campaign_id, customer_id, medium, state, reason, segment, variant, approved_hash, due_at)
    select {_TENANT}, uuidv7(), $1, q.id, $20, q.state, q.reason, q.segment, q.variant, q.approved_hash, q.due_at
    from (
        select placed.id, placed.state, placed.reason, placed.segment, texts.variant, texts.approved_hash,
            case when not texts.waits then stretch.at + make_interval(secs => placed.second - stretch.from_second) end as due_at
        from placed
        left join unnest($22::text[], $23::smallint[], $24::smallint[], $25::smallint[], $26::text[], $27::boolean[])
            as texts (segment, from_percent, to_percent, variant, approved_hash, waits)
            on placed.state = 'queued' and texts.segment = placed.texts_of
            and placed.draw >= texts.from_percent and placed.draw < texts.to_percent
        left join unnest($30::text[], $31::double precision[], $32::double precision[], $33::timestamptz[])
            as stretch (zone, from_second, to_second, at)
            on placed.state = 'queued' and stretch.zone = placed.zone
            and placed.second >= stretch.from_second and placed.second < stretch.to_second
        order by due_at
    ) q
    returning state, reason, variant, segment, due_at
)
select state, reason, variant, segment, count(*) as people, count(*) filter (where due_at is null) as waiting, min(due_at) as due_at
from written group by 1, 2, 3, 4
"""

# Those who waited for the better text in the place of $2: the text ($3, $4) and its time.
RELEASE: Final = f"""
with waiting as (
    select d.id, coalesce(z3.zone, z2.zone, '') as zone,
        (uuid_hash_extended(d.customer_id, $11::bigint) & 1048575) / 1048576.0::double precision * $12::double precision as second
    from deliveries d left join customers c on c.id = d.customer_id
    left join unnest($5::text[], $6::text[]) as z2 (code, zone) on z2.code = substr(c.phone, 2, 2)
    left join unnest($5::text[], $6::text[]) as z3 (code, zone) on z3.code = substr(c.phone, 2, 3)
    where d.campaign_id = $1 and d.state = 'queued' and d.due_at is null and d.variant = $2
), released as (
    update deliveries d set variant = $3, approved_hash = $4,
        due_at = stretch.at + make_interval(secs => waiting.second - stretch.from_second)
    from waiting join unnest($7::text[], $8::double precision[], $9::double precision[], $10::timestamptz[])
        as stretch (zone, from_second, to_second, at)
        on stretch.zone = waiting.zone and waiting.second >= stretch.from_second and waiting.second < stretch.to_second
    where d.tenant_id = {_TENANT} and d.id = waiting.id and d.state = 'queued'
    returning d.segment, d.due_at
)
select segment, count(*) as people, min(due_at) as due_at from released group by 1
"""

LATEST_RUN: Final = "select id from segmentation_runs order by id desc limit 1"
