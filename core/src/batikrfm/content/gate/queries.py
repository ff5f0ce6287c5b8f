"""The SQL of the privacy gate: is one of these a customer's? Each value is looked up in an index; no list of customers is ever read."""

from __future__ import annotations

from typing import Final

CUSTOMERS: Final = """
    select 'name' as kind, name_key as found, name from customers where name_key = any ($1::text[])
    union all select 'phone', phone, null from customers where phone = any ($2::text[])
    union all select 'email', email, null from customers where email = any ($3::text[])
"""
