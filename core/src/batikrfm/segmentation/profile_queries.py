"""The SQL of one customer."""

from __future__ import annotations

from typing import Final

CUSTOMER: Final = """
    select c.id, c.key, c.name, c.phone, c.email, t.first_purchase_at, t.last_purchase_at, coalesce(t.purchases, 0) as purchases,
        coalesce(t.net_e4, 0) as net_e4, coalesce(t.gross_e4, 0) as gross_e4,
        a.segment, a.last_day, a.frequency, a.monetary_e4, a.r, a.f, a.m
    from customers c left join customer_totals t on t.id = c.id left join segment_assignments a on a.id = c.id
    where c.id = $1
"""

EXISTS: Final = "select id from customers where id = $1"

ORDERS: Final = """
    select o.id, o.key, o.ordered_at, o.channel, o.net_e4, o.gross_e4, o.import_id
    from orders o where o.customer_id = $1 and (o.ordered_at, o.id) < ($2::timestamptz, $3::uuid)
    order by o.ordered_at desc, o.id desc limit $4
"""

ITEMS: Final = """
    select item.order_id, item.product, item.quantity_e4, item.amount_e4, item.net_e4, item.status, i.files[item.source] as file, item.line
    from order_items item join orders o on o.id = item.order_id join imports i on i.id = o.import_id
    where item.order_id = any ($1::uuid[]) order by item.order_id, item.id
"""

MONEY: Final = """
    select ordered_at, net_e4, gross_e4 from orders where customer_id = $1 order by ordered_at
"""

RUNS: Final = """
    select id, compared_with, as_of, returns, since_days, time_zone, cut_points::text as cut_points
    from segmentation_runs order by id desc limit $1
"""

MOVES: Final = "select run_id, from_segment, to_segment from segment_moves where customer_id = $1"
SEGMENT: Final = "select segment from segment_assignments where id = $1"
