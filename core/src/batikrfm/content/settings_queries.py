"""The SQL of how a shop wants its words written."""

from __future__ import annotations

from typing import Final

_TENANT: Final = "(select current_setting('app.tenant_id')::uuid)"

COLUMNS: Final = """
    trade, offer, banned_words, domains, phones, language, chain, tier, variants, cache_days, weekly, weekly_day, weekly_minute, triggers,
    batch, updated_at
"""

READ: Final = f"select {COLUMNS} from content_settings"

SAVE: Final = f"""
    insert into content_settings (tenant_id, id, trade, offer, banned_words, domains, phones, language, chain, tier, variants, cache_days,
        weekly, weekly_day, weekly_minute, triggers, batch)
    values ({_TENANT}, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
    on conflict (tenant_id) do update set trade = excluded.trade, offer = excluded.offer, banned_words = excluded.banned_words,
        domains = excluded.domains, phones = excluded.phones, language = excluded.language, chain = excluded.chain, tier = excluded.tier,
        variants = excluded.variants, cache_days = excluded.cache_days, weekly = excluded.weekly, weekly_day = excluded.weekly_day,
        weekly_minute = excluded.weekly_minute, triggers = excluded.triggers, batch = excluded.batch, updated_at = now()
"""
