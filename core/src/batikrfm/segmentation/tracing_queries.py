"""The SQL behind traces. ``$1`` says whether returns are left out (gross money) or lower it (net); ``$2`` and ``$3`` bound the time."""

from __future__ import annotations

from typing import Final

ZONE: Final = "select time_zone from tenants"

_MONEY: Final = "case when $1 then o.gross_e4 else o.net_e4 end"

_IN_PERIOD: Final = """
    o.ordered_at >= coalesce($2::timestamptz, '-infinity') and o.ordered_at < coalesce($3::timestamptz, 'infinity')
"""

_WHO: Final = f"""
    ($7::uuid is null or o.customer_id = $7)
    and ($8::text is null or ($8 = 'all' and o.customer_id is not null and {_MONEY} > 0) or exists (
        select from customer_totals t where t.id = o.customer_id and {_MONEY} > 0 and case $8
            when 'new' then case when $1 then t.first_sale_at else t.first_purchase_at end >= $2
            when 'returning' then case when $1 then t.first_sale_at else t.first_purchase_at end < (
                select max(p.ordered_at) from orders p where p.customer_id = o.customer_id and p.ordered_at >= $2 and p.ordered_at < $3
                    and case when $1 then p.gross_e4 else p.net_e4 end > 0)
        end))
    and (($9::text is null and $10::smallint is null and $11::smallint is null) or exists (
        select from segment_assignments a where a.id = o.customer_id and ($9 is null or a.segment = $9) and ($10 is null or a.r = $10)
            and ($11 is null or (a.f + a.m + 1) / 2 = $11)))
    and ($12::uuid is null or exists (
        select from segment_moves m where m.run_id = $12 and m.customer_id = o.customer_id
            and ($13::text is null or coalesce(m.from_segment, '-') = $13) and ($14::text is null or coalesce(m.to_segment, '-') = $14)))
"""

_ORDER: Final = f"""
    select o.id, o.key, o.ordered_at, o.channel, {_MONEY} as money_e4, o.customer_id, c.name, c.key as customer_key, o.import_id
    from orders o left join customers c on c.id = o.customer_id
"""

ORDERS: Final = f"""
    {_ORDER} where {_IN_PERIOD} and (o.ordered_at, o.id) < ($4::timestamptz, $5::uuid) and {_MONEY} <> 0
        and (not $6::boolean or {_MONEY} > 0) and {_WHO}
    order by o.ordered_at desc, o.id desc limit $15
"""

_BOUGHT: Final = f"""
    cross join lateral (
        select count(*) filter (where {_MONEY} > 0) as purchases, coalesce(sum({_MONEY}), 0) as money_e4,
            max(o.ordered_at) filter (where {_MONEY} > 0) as last_at
        from orders o where o.customer_id = c.id and {_IN_PERIOD}
    ) bought left join segment_assignments a on a.id = c.id
"""

_CUSTOMER: Final = "c.id, c.key, c.name, a.segment, bought.money_e4::bigint as money_e4, bought.purchases"

BUYERS: Final = f"""
    select {_CUSTOMER} from customer_totals t join customers c on c.id = t.id {_BOUGHT}
    where t.id > $4::uuid and bought.purchases > 0
        and case when $1 then t.last_sale_at else t.last_purchase_at end >= coalesce($2::timestamptz, '-infinity')
        and case when $1 then t.first_sale_at else t.first_purchase_at end < coalesce($3::timestamptz, 'infinity')
        and case $5::text when 'new' then case when $1 then t.first_sale_at else t.first_purchase_at end >= $2
            when 'returning' then case when $1 then t.first_sale_at else t.first_purchase_at end < bought.last_at else true end
    order by t.id limit $6
"""

MOVED: Final = f"""
    select {_CUSTOMER} from segment_moves m join customers c on c.id = m.customer_id {_BOUGHT}
    where m.run_id = $5 and m.customer_id > $4::uuid
        and ($6::text is null or coalesce(m.from_segment, '-') = $6) and ($7::text is null or coalesce(m.to_segment, '-') = $7)
    order by m.customer_id limit $8
"""

OF_CUSTOMERS: Final = f"""
    select {_CUSTOMER} from customers c {_BOUGHT} where c.id = any ($4::uuid[])
"""

_SUMMED: Final = "select count(*) as count, coalesce(sum(money_e4), 0)::bigint as money_e4 from"

SUM_OF_ORDERS: Final = f"""
    {_SUMMED} (select {_MONEY} as money_e4 from orders o where {_IN_PERIOD} and {_MONEY} <> 0
        and (o.ordered_at, o.id) < ($4::timestamptz, $5::uuid) and (not $6::boolean or {_MONEY} > 0) and {_WHO}) traced
"""

_BY_CUSTOMER: Final = f"""
    select o.customer_id as id, sum({_MONEY}) as money_e4, max(o.ordered_at) filter (where {_MONEY} > 0) as last_at
    from orders o where o.customer_id is not null and {_IN_PERIOD} group by o.customer_id
"""

SUM_OF_BUYERS: Final = f"""
    {_SUMMED} ({_BY_CUSTOMER}) bought join customer_totals t on t.id = bought.id
    where bought.last_at is not null
        and case $4::text when 'new' then case when $1 then t.first_sale_at else t.first_purchase_at end >= $2
            when 'returning' then case when $1 then t.first_sale_at else t.first_purchase_at end < bought.last_at else true end
"""

SUM_OF_MOVED: Final = f"""
    {_SUMMED} segment_moves m left join ({_BY_CUSTOMER}) bought on bought.id = m.customer_id
    where m.run_id = $4
        and ($5::text is null or coalesce(m.from_segment, '-') = $5) and ($6::text is null or coalesce(m.to_segment, '-') = $6)
"""

SUM_OF_STANDING: Final = """
    select count(*) as count, coalesce(sum(a.monetary_e4), 0)::bigint as money_e4
    from customers c left join segment_assignments a on a.id = c.id
    where ($1::text is null or coalesce(a.segment, '-') = $1) and ($2::smallint is null or a.r = $2)
        and ($3::smallint is null or (a.f + a.m + 1) / 2 = $3)
"""

ORDER: Final = """
    select o.id, o.key, o.ordered_at, o.channel, o.net_e4, o.gross_e4, o.import_id, o.customer_id, coalesce(c.name, c.key) as customer,
        i.created_at as imported_at, (select u.id from uploads u where u.import_id = o.import_id) as upload_id
    from orders o join imports i on i.id = o.import_id left join customers c on c.id = o.customer_id where o.id = $1
"""
