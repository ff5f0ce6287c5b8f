"""Measures campaigns: what their messages sold, and how those who were held out fared meanwhile."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery.attribution import queries as sql
from batikrfm.delivery.tracking.settings import read_tracking
from batikrfm.tenancy import tenant_scope

Row = Mapping[str, Any]
WHOLE: Final = None


@dataclass
class _Sums:
    """One row of results in the making."""

    sold: tuple[int, int, int, int] = (0, 0, 0, 0)
    groups: dict[bool, tuple[int, int, int, float]] = field(default_factory=lambda: {False: (0, 0, 0, 0.0), True: (0, 0, 0, 0.0)})

    def values(self) -> tuple[int | float, ...]:
        """In the order of the columns."""
        return (*self.sold, *self.groups[False], *self.groups[True])


async def measure_all(tenant_id: UUID, *, everything: bool) -> int:
    """Measure the campaigns of a shop that are open, or with ``everything`` all of the last half year; how many. Each in a transaction."""
    async with tenant_scope(tenant_id) as scope:
        campaigns = [row["id"] for row in await scope.fetch(sql.TO_MEASURE, everything)]
    for campaign_id in campaigns:
        async with tenant_scope(tenant_id):
            await measure(campaign_id)
    return len(campaigns)


async def measure(campaign_id: UUID) -> None:
    """Measure one campaign, in the tenant's scope. Again gives the same, unless something happened meanwhile."""
    scope = current_scope()
    if await scope.fetchval(sql.LOCK_CAMPAIGN, campaign_id) is None:
        return
    days = (await read_tracking()).window_days
    window = dt.timedelta(days=days)
    (bounds,) = await scope.fetch(sql.BOUNDS, campaign_id, window)
    sums: defaultdict[str | None, _Sums] = defaultdict(_Sums)
    for segment, row in _parts(await scope.fetch(sql.SOLD, campaign_id, window)):
        sums[segment].sold = (row["reached"], row["buyers"], row["orders"], row["revenue_e4"])
    if bounds["begins_at"] is not None:
        for segment, row in _parts(await scope.fetch(sql.COMPARED, campaign_id, bounds["begins_at"], bounds["ends_at"])):
            sums[segment].groups[row["held"]] = (row["people"], row["buyers"], row["spent_e4"], row["squares"])
    await scope.execute(sql.FORGET, campaign_id)
    columns = list(zip(*(one.values() for one in sums.values()), strict=True))
    head = (campaign_id, days, bounds["begins_at"], bounds["ends_at"], [uuid7() for _ in sums], list(sums))
    await scope.execute(sql.KEEP, *head, *map(list, columns))


def _parts(rows: list[Any]) -> Iterator[tuple[str | None, Row]]:
    """The whole, and each segment. People without one are in the whole alone."""
    for row in rows:
        if row["whole"] or row["segment"] is not None:
            yield (WHOLE if row["whole"] else row["segment"]), row
