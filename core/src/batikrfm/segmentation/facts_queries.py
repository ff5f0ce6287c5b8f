"""The SQL of what findings speak of, as of the latest run. Row-level security keeps it to the tenant of its scope."""

from __future__ import annotations

from typing import Final

from batikrfm.sales.returns import Returns
from batikrfm.segmentation.queries import LAST_SALE

_TENANT: Final = "(select current_setting('app.tenant_id')::uuid)"

KEPT: Final = """
    select moved::text as moved, best_e4, first_e4, unreachable, last_sale_at from run_facts
    where run_id = $1 and import_id is not distinct from $2
"""
KEEP: Final = f"""
    insert into run_facts (tenant_id, id, run_id, import_id, moved, best_e4, first_e4, unreachable, last_sale_at)
    values ({_TENANT}, $1, $2, $3, $4::jsonb, $5, $6, $7, $8) on conflict do nothing
"""

_COUNT: Final = """
    select coalesce((select json_agg(json_build_array(from_segment, to_segment, money_e4)) from (
            select moves.from_segment, moves.to_segment, sum(now.monetary_e4)::bigint as money_e4
            from segment_moves moves join segment_assignments now on now.id = moves.customer_id
            where moves.run_id = $1 and moves.from_segment is not null and moves.to_segment is not null
            group by moves.from_segment, moves.to_segment
        ) flows), '[]')::text as moved,
        coalesce(sum(best.monetary_e4), 0)::bigint as best_e4, coalesce(max(best.monetary_e4), 0)::bigint as first_e4,
        (select count(*) from segment_assignments now join customers on customers.id = now.id
            where customers.phone is null and customers.email is null) as unreachable
    from (select monetary_e4 from segment_assignments order by monetary_e4 desc limit $2) best
"""

_LAST_SALE: Final = LAST_SALE["net"]
_LAST_GROSS_SALE: Final = LAST_SALE["ignore"]

COUNT: Final[dict[Returns, str]] = {
    "net": f"select counted.*, ({_LAST_SALE}) as last_sale_at from ({_COUNT}) counted",
    "ignore": f"select counted.*, ({_LAST_GROSS_SALE}) as last_sale_at from ({_COUNT}) counted",
}

IMPORTED_SINCE: Final = "select exists (select from imports where created_at > $1)"
