"""SQL that all of delivery uses."""

from __future__ import annotations

from typing import Final

_TENANT: Final = "(select current_setting('app.tenant_id')::uuid)"

COUNT: Final = f"""
insert into campaign_counts (tenant_id, id, campaign_id, what, reason, variant, segment, amount)
select {_TENANT}, id, $1, what, reason, variant, segment, amount
from unnest($2::uuid[], $3::text[], $4::text[], $5::smallint[], $6::text[], $7::bigint[]) as c (id, what, reason, variant, segment, amount)
on conflict (tenant_id, campaign_id, what, reason, variant, segment) do update set amount = campaign_counts.amount + excluded.amount
"""

COUNTS: Final = "select what, reason, variant, segment, amount from campaign_counts where campaign_id = $1 and amount <> 0"
