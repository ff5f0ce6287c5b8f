"""The SQL of tracked links."""

from __future__ import annotations

from typing import Final

_TENANT: Final = "(select current_setting('app.tenant_id')::uuid)"

READ: Final = "select opens, clicks, anonymous, window_days from tracking_settings"

SAVE: Final = f"""
insert into tracking_settings (tenant_id, id, opens, clicks, anonymous, window_days) values ({_TENANT}, $1, $2, $3, $4, $5)
on conflict (tenant_id) do update set opens = excluded.opens, clicks = excluded.clicks, anonymous = excluded.anonymous,
    window_days = excluded.window_days, updated_at = now()
"""

LOCK_CAMPAIGN: Final = "select id from campaigns where id = $1 for no key update"

LINKS: Final = "select number, url from campaign_links where campaign_id = $1 order by number"

ADD_LINKS: Final = f"""
insert into campaign_links (tenant_id, id, campaign_id, number, url, url_hash)
select {_TENANT}, l.id, $1, l.number, l.url, sha256(convert_to(l.url, 'UTF8'))
from unnest($2::uuid[], $3::smallint[], $4::text[]) as l (id, number, url)
"""

OF_PERSON: Final = """
select d.campaign_id, d.variant, l.url from deliveries d
left join campaign_links l on l.campaign_id = d.campaign_id and l.number = $2 where d.id = $1
"""

OF_CAMPAIGN: Final = """
select c.id as campaign_id, null::smallint as variant, l.url from campaigns c
left join campaign_links l on l.campaign_id = c.id and l.number = $2 where c.id = $1
"""

NOTE_VISIT: Final = f"""
insert into link_visits (tenant_id, id, campaign_id, delivery_id, variant, number, robot) values ({_TENANT}, $1, $2, $3, $4, $5, $6)
"""

TO_JUDGE: Final = """
select v.id, v.campaign_id, v.delivery_id, v.at, v.variant, v.number, v.robot, d.medium, d.resent,
       coalesce(d.delivered_at, d.accepted_at) as arrived_at
from link_visits v left join deliveries d on d.id = v.delivery_id
where v.judged_at is null and v.at < now() - $1::interval order by v.at, v.id limit $2 for update of v skip locked
"""

LINK_COUNTS: Final = "select campaign_id, count(*) as links from campaign_links where campaign_id = any ($1::uuid[]) group by campaign_id"

JUDGED: Final = """
update link_visits v set judged_at = now(), robot = j.robot from unnest($1::uuid[], $2::text[]) as j (id, robot) where v.id = j.id
"""

ADD_VISITS: Final = """
update campaign_links l set visits = l.visits + v.visits
from unnest($1::uuid[], $2::smallint[], $3::bigint[]) as v (campaign_id, number, visits)
where l.campaign_id = v.campaign_id and l.number = v.number
"""

LEFT_TO_JUDGE: Final = "select exists (select from link_visits where judged_at is null)"

LIST_LINKS: Final = "select number, url, visits from campaign_links where campaign_id = $1 order by number"

FORGET_VISITS: Final = """
delete from link_visits v using (select id from link_visits where at < now() - $1::interval limit $2) old where v.id = old.id
"""
