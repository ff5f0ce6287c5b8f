"""The SQL of how a shop wants to be segmented."""

from __future__ import annotations

from typing import Final

READ: Final = """
    select strategy, coalesce(settings -> coalesce($1::text, strategy), '{}') as settings, returns, since_days, updated_at
    from segmentation_settings
"""

SAVE: Final = """
    insert into segmentation_settings (tenant_id, id, strategy, settings, returns, since_days)
    values ((select current_setting('app.tenant_id')::uuid), $1, $2, jsonb_build_object($2::text, $3::jsonb), $4, $5)
    on conflict (tenant_id) do update set strategy = excluded.strategy, settings = segmentation_settings.settings || excluded.settings,
        returns = excluded.returns, since_days = excluded.since_days, updated_at = now()
"""

SHOP: Final = "select time_zone, currency from tenants"
