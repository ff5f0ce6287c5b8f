"""The SQL of this room. Constants only: values are bound, and whose rows a statement touches is the scope's business.

Temporary tables go with the transaction. ``staged_*`` is what the files say, ``known_*`` what of it was there before.
"""

from __future__ import annotations

from typing import Final

_TENANT: Final = "(select current_setting('app.tenant_id')::uuid)"

TAKE_TURNS: Final = "select pg_advisory_xact_lock(hashtextextended('batikrfm.sales.import/' || current_setting('app.tenant_id'), 0))"

LOOKS_EMPTY: Final = "select reltuples < 1000 from pg_class where oid = to_regclass($1)"
ANALYZE: Final = {"customers": "analyze customers", "orders": "analyze orders", "order_items": "analyze order_items"}
"""Needs the right MAINTAIN on the table, and keeps autovacuum's own ANALYZE away from it until the transaction ends."""

STAGED_CUSTOMERS: Final = """
create temp table staged_customers (
    id uuid, contact_at timestamptz, key text collate "C", name text, phone text collate "C", email text collate "C"
) on commit drop
"""
"""Collations are those of the table: PostgreSQL does not compare texts of two."""

KNOWN_CUSTOMERS: Final = """
create temp table known_customers on commit drop as
select staged.id as staged_id, customers.id from staged_customers staged join customers using (key)
"""

# Whichever order is later has the word on a contact; the other fills what it leaves open.
_LATEST: Final = ", ".join(
    f"case when staged.contact_at >= old.contact_at then coalesce(staged.{field}, old.{field})"
    f" else coalesce(old.{field}, staged.{field}) end as {field}"
    for field in ("name", "phone", "email")
)

UPDATE_KNOWN_CUSTOMERS: Final = f"""
update customers set contact_at = latest.contact_at, name = latest.name, phone = latest.phone, email = latest.email
from (
    select known.id, greatest(staged.contact_at, old.contact_at) as contact_at, {_LATEST}
    from known_customers known join staged_customers staged on staged.id = known.staged_id join customers old on old.id = known.id
) latest
where customers.id = latest.id
    and (customers.contact_at, customers.name, customers.phone, customers.email)
        is distinct from (latest.contact_at, latest.name, latest.phone, latest.email)
"""

ADD_ALL_CUSTOMERS: Final = f"""
insert into customers (tenant_id, id, contact_at, key, name, phone, email)
select {_TENANT}, id, contact_at, key, name, phone, email from staged_customers
"""

ADD_NEW_CUSTOMERS: Final = f"""
{ADD_ALL_CUSTOMERS} where id not in (select staged_id from known_customers) order by key
"""

STAGED_ORDERS: Final = """
create temp table staged_orders (
    id uuid, customer_id uuid, ordered_at timestamptz, net_e4 bigint, gross_e4 bigint, key text, channel text
) on commit drop
"""

USE_KNOWN_CUSTOMERS: Final = """
update staged_orders set customer_id = known.id from known_customers known where staged_orders.customer_id = known.staged_id
"""

KNOWN_ORDERS: Final = """
create temp table known_orders on commit drop as
select staged.id as staged_id, orders.id, orders.customer_id as old_customer_id,
    (staged.customer_id, staged.ordered_at, staged.net_e4, staged.gross_e4, staged.channel)
        is distinct from (orders.customer_id, orders.ordered_at, orders.net_e4, orders.gross_e4, orders.channel) as changed
from staged_orders staged join orders using (key)
"""

CUSTOMERS_OF_STAGED_ORDERS: Final = """
create temp table touched_customers on commit drop as
select distinct customer_id as id from staged_orders where customer_id is not null
"""

TOUCHED_CUSTOMERS: Final = """
create temp table touched_customers on commit drop as
select staged.customer_id as id from staged_orders staged left join known_orders known on known.staged_id = staged.id
    where staged.customer_id is not null and known.changed is not false
union
select old_customer_id from known_orders where changed and old_customer_id is not null
"""

REPLACE_CHANGED_ORDERS: Final = """
update orders set import_id = $1, customer_id = staged.customer_id, ordered_at = staged.ordered_at,
    net_e4 = staged.net_e4, gross_e4 = staged.gross_e4, channel = staged.channel
from known_orders known join staged_orders staged on staged.id = known.staged_id
where orders.id = known.id and known.changed
"""

ADD_ALL_ORDERS: Final = f"""
insert into orders (tenant_id, id, import_id, customer_id, ordered_at, net_e4, gross_e4, key, channel)
select {_TENANT}, id, $1, customer_id, ordered_at, net_e4, gross_e4, key, channel from staged_orders
"""

ADD_NEW_ORDERS: Final = f"""
{ADD_ALL_ORDERS} where id not in (select staged_id from known_orders) order by key
"""

STAGED_ITEMS: Final = """
create temp table staged_items (
    id uuid, order_id uuid, amount_e4 bigint, net_e4 bigint, quantity_e4 bigint, line integer, source smallint, status text, product text
) on commit drop
"""

_CONTENTS: Final = "item.product, item.quantity_e4, item.amount_e4, item.net_e4, item.status"

# The items of an order are a bag: the same ones in another order, on other rows of another file, are no change.
MARK_ORDERS_WITH_OTHER_ITEMS: Final = f"""
update known_orders set changed = true
from (
    select distinct staged_id from (
        select known.staged_id, {_CONTENTS}, 1 as side
            from known_orders known join staged_items item on item.order_id = known.staged_id where not known.changed
        union all
        select known.staged_id, {_CONTENTS}, -1
            from known_orders known join order_items item on item.order_id = known.id where not known.changed
    ) item
    group by staged_id, {_CONTENTS} having sum(side) <> 0
) other
where known_orders.staged_id = other.staged_id
"""

REMOVE_ITEMS_OF_CHANGED_ORDERS: Final = """
delete from order_items using known_orders known where order_items.order_id = known.id and known.changed
"""

# A plain scan reads the staged rows as they were copied, which is the order of the indexes; sorting them again would cost and gain nothing.
ADD_ALL_ITEMS: Final = f"""
insert into order_items (tenant_id, id, order_id, amount_e4, net_e4, quantity_e4, line, source, status, product)
select {_TENANT}, id, order_id, amount_e4, net_e4, quantity_e4, line, source, status, product from staged_items
"""

ADD_ITEMS_OF_NEW_AND_CHANGED_ORDERS: Final = f"""
insert into order_items (tenant_id, id, order_id, amount_e4, net_e4, quantity_e4, line, source, status, product)
select {_TENANT}, item.id, coalesce(known.id, item.order_id), item.amount_e4, item.net_e4, item.quantity_e4, item.line, item.source,
    item.status, item.product
from staged_items item left join known_orders known on known.staged_id = item.order_id
where known.changed is not false
order by item.id
"""

REMOVE_TOTALS: Final = "delete from customer_totals using touched_customers touched where customer_totals.id = touched.id"

ADD_TOTALS: Final = f"""
insert into customer_totals (
    tenant_id, id, purchases, net_e4, sales, gross_e4, first_purchase_at, last_purchase_at, first_sale_at, last_sale_at
)
select {_TENANT}, customer_id,
    count(*) filter (where net_e4 > 0), sum(net_e4), count(*) filter (where gross_e4 > 0), sum(gross_e4),
    min(ordered_at) filter (where net_e4 > 0), max(ordered_at) filter (where net_e4 > 0),
    min(ordered_at) filter (where gross_e4 > 0), max(ordered_at) filter (where gross_e4 > 0)
from orders join touched_customers touched on touched.id = orders.customer_id
group by customer_id
order by customer_id
"""

ADD_IMPORT: Final = f"""
insert into imports (tenant_id, id, files, rows, imported, cancelled, refund, without_customer, rejected)
values ({_TENANT}, $1, $2, $3, $4, $5, $6, $7, $8)
"""

NOTE_WHAT_CHANGED: Final = """
update imports set orders_new = $2, orders_changed = $3, orders_unchanged = $4, customers_new = $5 where id = $1
"""

STAGED_REJECTIONS: Final = """
create temp table staged_rejections (
    id uuid, file text, sheet text, line integer, reason text, "values" text
) on commit drop
"""

ADD_REJECTIONS: Final = f"""
insert into import_rejections (tenant_id, id, import_id, file, sheet, line, reason, "values")
select {_TENANT}, id, $1, file, sheet, line, reason, "values" from staged_rejections
"""

REJECTIONS_OF_IMPORT: Final = """
select file, sheet, line, reason, "values" from import_rejections where import_id = $1 order by id
"""

LATEST_IMPORT: Final = "select id from imports order by id desc limit 1"

FIND_MAPPINGS: Final = "select mapping from import_mappings where fingerprint = any($1::text[])"

KEEP_MAPPING: Final = f"""
insert into import_mappings (tenant_id, id, fingerprint, mapping) values ({_TENANT}, $1, $2, $3)
on conflict (tenant_id, fingerprint) do update set mapping = excluded.mapping, updated_at = now()
where import_mappings.mapping is distinct from excluded.mapping
"""
