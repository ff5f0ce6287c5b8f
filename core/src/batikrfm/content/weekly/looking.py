"""Where a week's batch stands at one moment: what is due, what is out with a vendor, what comes later. Looked at in one journey."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from batikrfm.content.settings import ContentSettings, settings_lookup
from batikrfm.content.weekly import queries as sql
from batikrfm.content.weekly.model import ItemState
from batikrfm.content.weekly.rows import as_json, clock_lookup
from batikrfm.db.engine import current_scope
from batikrfm.db.lookups import Lookup, look_up_all
from batikrfm.sdk.text import Text
from batikrfm.tenancy import tenant_scope

PASSED: Final = Text(
    id="Minggunya sudah lewat sebelum kuota cukup untuk segmen ini.",
    en="The week was over before the quota had room for this segment.",
)

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Look:
    """``waiting`` is the most valuable first, ``today`` where the shop is, ``now`` by the database's clock."""

    batch_id: UUID
    now: dt.datetime
    today: dt.date
    zone: str
    settings: ContentSettings
    waiting: Sequence[Row]
    handed_in: Sequence[Row]

    @property
    def due(self) -> Sequence[Row]:
        """What is to be written today."""
        return [row for row in self.waiting if row["due"] <= self.today]

    @property
    def again(self) -> dt.datetime | None:
        """The beginning of the shop's day on which the next of what waits for later is due; None if nothing does."""
        later = [row["due"] for row in self.waiting if row["due"] > self.today]
        return dt.datetime.combine(min(later), dt.time.min, ZoneInfo(self.zone)) if later else None


async def look_at(tenant_id: UUID, batch_id: UUID) -> Look:
    """How far the batch is, outside of any scope."""
    async with tenant_scope(tenant_id):
        return await look_now(batch_id)


async def look_now(batch_id: UUID) -> Look:
    """The same in the tenant's scope. Once a later week has begun, or nobody waits any more, what waited is left out."""
    (now, today, zone), settings, items, past = await look_up_all(
        clock_lookup(),
        settings_lookup(),
        Lookup(sql.OPEN, (batch_id,), list),
        Lookup(sql.PAST, (batch_id,), lambda rows: bool(rows[0]["past"])),
    )
    of = {state: [row for row in items if row["state"] == state] for state in (ItemState.WAITING, ItemState.HANDED_IN)}
    look = Look(batch_id, now, today, zone, settings, of[ItemState.WAITING], of[ItemState.HANDED_IN])
    if not past or not look.waiting:
        return look
    await current_scope().execute(sql.LEAVE_OUT, batch_id, as_json(PASSED))
    return replace(look, waiting=())
