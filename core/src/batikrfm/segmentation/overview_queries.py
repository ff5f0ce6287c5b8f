"""The SQL of a shop at a glance. ``$3`` says whether returns are left out (gross money) or lower it (net money)."""

from __future__ import annotations

from typing import Final

_TENANT: Final = "(select current_setting('app.tenant_id')::uuid)"

LATEST_IMPORT: Final = "select id from imports order by id desc limit 1"

KEPT: Final = """
    select earlier, customers, new_customers, returning_customers, purchases, revenue_e4, products::text as products from period_figures
    where run_id = $1 and import_id is not distinct from $2 and days = $3 order by earlier
"""

FIGURES: Final = ("customers", "new_customers", "returning_customers", "purchases", "revenue_e4")

_COUNT: Final = """
    with bought as (
        select customer_id, sum(money) as money, count(*) filter (where money > 0) as purchases,
            max(ordered_at) filter (where money > 0) as last_at
        from (
            select customer_id, ordered_at, case when $3 then gross_e4 else net_e4 end as money
            from orders where ordered_at >= $1 and ordered_at < $2
        ) of_period group by customer_id
    )
    select count(*) filter (where bought.customer_id is not null and bought.purchases > 0) as customers,
        count(*) filter (where bought.purchases > 0 and first.at >= $1) as new_customers,
        count(*) filter (where bought.purchases > 0 and first.at < bought.last_at) as returning_customers,
        coalesce(sum(bought.purchases), 0)::bigint as purchases, coalesce(sum(bought.money), 0) as revenue_e4
    from bought left join lateral (
        select case when $3 then t.first_sale_at else t.first_purchase_at end as at from customer_totals t where t.id = bought.customer_id
    ) first on true
"""

PRODUCT: Final = ("name", "orders", "quantity_e4", "money_e4")

_PRODUCTS: Final = """
    select item.product as name, count(distinct item.order_id) as orders, coalesce(sum(item.quantity_e4), 0)::text as quantity_e4,
        sum(item.net_e4)::text as money_e4
    from orders join order_items item on item.order_id = orders.id
    where orders.ordered_at >= $1 and orders.ordered_at < $2 and item.product is not null
    group by item.product having sum(item.net_e4) > 0 order by sum(item.net_e4) desc, item.product limit 10
"""


def _of_each(statement: str, periods: int) -> str:
    """``statement`` for so many periods, counted from 0, whose beginnings are the list $1 and whose ends are the list $2.

    Each has a plan of its own, as a year wants another one than a week. Made of constants, when this is imported: no caller's word gets in.
    """

    def of(number: int) -> str:
        since, until = (f"({times}::timestamptz[])[{number + 1}]" for times in ("$1", "$2"))
        return " ".join(("select", str(number), "as period, its.* from (", statement.replace("$1", since).replace("$2", until), ") its"))

    return " union all ".join(map(of, range(periods)))


COUNT: Final = {periods: " ".join(("select * from (", _of_each(_COUNT, periods), ") counted order by period")) for periods in (2, 8)}
"""By the number of periods: one length of them and those before, or all. A row for each."""

PRODUCTS: Final = {
    periods: " ".join(("select * from (", _of_each(_PRODUCTS, periods), ") sold order by period, money_e4::numeric desc, name"))
    for periods in (1, 4)
}
"""As ``COUNT``, without the periods before."""

KEEP: Final = f"""
    insert into period_figures (tenant_id, run_id, import_id, id, days, earlier, customers, new_customers, returning_customers, purchases,
        revenue_e4, products)
    select {_TENANT}, $1, $2, *
    from unnest($3::uuid[], $4::smallint[], $5::boolean[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::numeric[],
        $11::jsonb[])
    on conflict do nothing
"""

CELLS: Final = """
    select segment, r, f, m, customers, monetary_e4 from segment_cells where run_id = $1
"""

FLOWS: Final = """
    select from_segment, to_segment, customers from segment_flows where run_id = $1 order by customers desc, from_segment, to_segment
"""
