"""What holds for all campaigns of a shop: how many messages one customer gets at most. Runs in the tenant's scope."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery.campaigns import queries as sql
from batikrfm.delivery.campaigns.checking import check_cap
from batikrfm.delivery.model import Purpose
from batikrfm.delivery.options import Cap, Options

USUAL: Final = Cap()


@dataclass(frozen=True, slots=True)
class CampaignSettings:
    """``cap``: at most so many advertising messages for a customer, over all campaigns and media; None: no limit but their own wish."""

    cap: Cap | None = USUAL
    updated_at: dt.datetime | None = None


async def read_settings() -> CampaignSettings:
    """What the shop set, or two messages in seven days."""
    for row in await current_scope().fetch(sql.READ_SETTINGS):
        cap = None if row["cap_messages"] is None else Cap(row["cap_messages"], row["cap_days"])
        return CampaignSettings(cap, row["updated_at"])
    return CampaignSettings()


async def save_settings(wanted: CampaignSettings) -> CampaignSettings:
    """Keep ``wanted``. Raises CampaignPlanError where a number is out of range."""
    check_cap(wanted.cap)
    messages, days = (None, USUAL.days) if wanted.cap is None else (wanted.cap.messages, wanted.cap.days)
    await current_scope().execute(sql.SAVE_SETTINGS, uuid7(), messages, days)
    return await read_settings()


async def cap_of(options: Options, purpose: Purpose) -> Cap | None:
    """The cap that holds for a campaign: its own, or the shop's. News of an order that somebody made is not held back."""
    if purpose is not Purpose.MARKETING:
        return None
    return options.cap or (await read_settings()).cap
