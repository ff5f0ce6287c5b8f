"""The SQL of what a prompt speaks of: groups of customers, never one of them."""

from __future__ import annotations

from typing import Final

from batikrfm.content.settings_queries import COLUMNS as SETTINGS

_TENANT: Final = "(select current_setting('app.tenant_id')::uuid)"

_COUNTED: Final = "from segment_products where run_id = (select id from segmentation_runs order by id desc limit 1)"

SETTINGS_AND_PRODUCTS: Final = f"""
    select {SETTINGS},
        (select products {_COUNTED} and segment is null) as products_of_all,
        (select json_object_agg(segment, products) {_COUNTED} and segment is not null)::text as products
    from (values (true)) as always left join content_settings on true
"""
"""One row, also for a shop without settings, which have no ``updated_at`` then. Products are null until counted for the latest run."""

COUNT_PRODUCTS: Final = f"""
    with sold as (
        select now.segment, grouping(now.segment) = 1 as whole_shop, item.product, sum(item.net_e4) as money
        from orders join segment_assignments now on now.id = orders.customer_id join order_items item on item.order_id = orders.id
        where orders.ordered_at >= $2 and orders.ordered_at < $3 and item.product is not null
        group by grouping sets ((now.segment, item.product), (item.product))
        having count(distinct orders.customer_id) >= $4 and sum(item.net_e4) > 0
    ), ranked as (
        select *, row_number() over (partition by whole_shop, segment order by money desc, product) as place from sold
    ), best as materialized (
        select whole_shop, segment, array_agg(product order by place) as products from ranked where place <= $5 group by whole_shop, segment
    )
    insert into segment_products (tenant_id, id, run_id, segment, products)
    select {_TENANT}, uuidv7(), $1, wanted.segment, coalesce(best.products, '{{}}')
    from unnest($6::text[]) as wanted (segment)
    left join best on best.whole_shop = (wanted.segment is null) and best.segment is not distinct from wanted.segment
    on conflict do nothing returning segment, products
"""
"""What sold best in a window, to each segment and, in the row without one, to all. Costs as much as the window has orders, once a run."""
