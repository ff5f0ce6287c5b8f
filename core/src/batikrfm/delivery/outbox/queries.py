"""The SQL of the outbox."""

from __future__ import annotations

from typing import Final

_TENANT: Final = "(select current_setting('app.tenant_id')::uuid)"
_MESSAGE: Final = "id, customer_id, created_at, medium, channel, address, subject, text, html, headers"

# A customer who was erased between the call and this has no row any more: then nothing of them is kept either.
KEEP: Final = f"""
insert into outbox_messages (tenant_id, id, customer_id, medium, channel, address, subject, text, html, headers)
select {_TENANT}, m.id, m.customer_id, $2, $1, m.address, m.subject, m.text, m.html, m.headers
from unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::jsonb[])
    as m (id, customer_id, address, subject, text, html, headers)
where m.customer_id is null or exists (select from customers c where c.id = m.customer_id)
on conflict (tenant_id, id) do nothing
"""

LIST: Final = f"""
select {_MESSAGE} from outbox_messages
where ($1::uuid is null or id < $1) and ($3::text is null or medium = $3) order by id desc limit $2
"""

FIND: Final = f"select {_MESSAGE} from outbox_messages where id = $1"

ERASE: Final = "delete from outbox_messages where customer_id = $1"

FORGET: Final = """
delete from outbox_messages
where id in (select id from outbox_messages where created_at < now() - $1::interval order by created_at limit $2)
"""

TODAY: Final = "select (now() at time zone 'UTC')::date"
