"""SQL of how a shop's accounts stand."""

from __future__ import annotations

from typing import Final

_TENANT: Final = "(select current_setting('app.tenant_id')::uuid)"
_COLUMNS: Final = """channel, paused_at, paused_by, reason->>'id' as reason_id, reason->>'en' as reason_en, troubles,
    used_on, used, warm_days,
    next_at, recent, rules"""

STATES: Final = f"select {_COLUMNS} from channel_states where $1::text is null or channel = $1"

HOLD: Final = f"""
insert into channel_states (tenant_id, id, channel) values ({_TENANT}, $1, $2) on conflict (tenant_id, channel) do nothing
"""

LOCK: Final = f"select {_COLUMNS} from channel_states where channel = $1 for no key update"

PAUSE: Final = "update channel_states set paused_at = $2, paused_by = $3, reason = $4 where channel = $1 and paused_at is null returning id"

RESUME: Final = """
update channel_states set paused_at = null, paused_by = null, reason = null, recent = '', troubles = 0 where channel = $1 returning id
"""

RULES: Final = "update channel_states set rules = $2 where channel = $1"

SPEND: Final = "update channel_states set used_on = $2, used = $3, warm_days = $4, next_at = $5 where channel = $1"

GIVE_BACK: Final = "update channel_states set used = greatest(0, used - $3) where channel = $1 and used_on = $2"

NOTE: Final = (
    "update channel_states set recent = right(recent || $2, 1000) where channel = $1 returning recent, rules, paused_at is null as open"
)

TROUBLE: Final = "update channel_states set troubles = troubles + 1 where channel = $1 returning troubles"

WELL: Final = "update channel_states set troubles = 0 where channel = $1 and troubles > 0"

ZONE: Final = "select time_zone from tenants where id = (select current_setting('app.tenant_id')::uuid)"
