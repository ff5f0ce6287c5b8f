"""The SQL of notes."""

from __future__ import annotations

from typing import Final

_TENANT: Final = "(select current_setting('app.tenant_id')::uuid)"

ADD_NOTE: Final = f"""
    insert into customer_notes (tenant_id, id, customer_id, author, "text")
    select {_TENANT}, $1, id, $3, $4 from customers where id = $2
    returning id, customer_id, created_at, author, "text"
"""
DELETE_NOTE: Final = "delete from customer_notes where customer_id = $1 and id = $2"
NOTES: Final = 'select id, customer_id, created_at, author, "text" from customer_notes where customer_id = $1 order by id desc'
