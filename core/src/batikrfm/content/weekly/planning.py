"""Begin a week: segment the shop, and say for each segment whether and when it gets its words. Every step can be done again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID

from batikrfm.content.facts import FEWEST
from batikrfm.content.weekly import queries as sql
from batikrfm.content.weekly.looking import Look, look_now
from batikrfm.content.weekly.model import ItemState, Week
from batikrfm.content.weekly.rows import as_json, clock, monday_of, week_of
from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.sdk.text import Text
from batikrfm.segmentation.history import find_run
from batikrfm.tenancy import tenant_scope

if TYPE_CHECKING:
    from batikrfm.segmentation.running import Run

TOO_FEW: Final = Text(
    id="Isinya kurang dari 5 pelanggan: terlalu sedikit untuk dibuatkan pesan tanpa menunjuk orang tertentu.",
    en="Fewer than 5 customers are in it: too few to write to without pointing at somebody.",
)


async def begin(tenant_id: UUID, *, started_by: str = "") -> Look:
    """The batch of the shop's week, made if it was not there, with its segmentation and its segments planned. Opens its own scopes.

    Killed anywhere and begun again, it goes on where it was; a second run of the same week gives the same batch.
    """
    from batikrfm.segmentation.keeping import count_latest, is_quickly_counted, segment_as_wanted

    async with tenant_scope(tenant_id) as scope:
        while not (rows := await scope.fetch(sql.BEGIN, uuid7(), started_by)):
            pass  # another attempt has made it since this statement began, and the next one sees it
        ((batch_id, run_id, today),) = rows

        async def plan(made: Run) -> None:
            found = [Planned(one.segment.key, one.customers, one.revenue) for one in made.scored.segments]
            await _plan(batch_id, made.stored.id, today, found)

        made = await segment_as_wanted(scope, also=plan) if run_id is None else None
        if made is None:
            found = (await find_run(run_id)).results
            await _plan(batch_id, run_id, today, [Planned(one.segment, one.customers, one.revenue) for one in found])
        look = await look_now(batch_id)
    if made and not is_quickly_counted(made):
        await count_latest(tenant_id)
    return look


async def this_week() -> Week | None:
    """The batch of the shop's week, in the tenant's scope; None where nobody has begun it."""
    _, today, _ = await clock()
    rows = await current_scope().fetch(sql.FIND, monday_of(today))
    return await week_of(rows[0]) if rows else None


async def past_weeks(before: dt.date | None = None, limit: int = 12) -> Sequence[Week]:
    """Batches of weeks ``before`` this Monday (all of them), the latest first, in the tenant's scope."""
    return [await week_of(row) for row in await current_scope().fetch(sql.LIST, before or dt.date.max, limit)]


class Planned(NamedTuple):
    """A segment of a run."""

    segment: str
    customers: int
    revenue: Decimal


async def _plan(batch_id: UUID, run_id: UUID, today: dt.date, segments: Sequence[Planned]) -> None:
    """A line for every segment in which there is somebody. One that is there already stays as it is.

    Nothing where the batch has another run: another attempt was faster.
    """
    planned = [one for one in segments if one.customers]
    few = [one.customers < FEWEST for one in planned]
    await current_scope().execute(
        sql.ADD_ITEMS,
        batch_id,
        run_id,
        today,
        [uuid7() for _ in planned],
        [one.segment for one in planned],
        [ItemState.LEFT_OUT if too_few else ItemState.WAITING for too_few in few],
        [int(one.revenue * 10_000) for one in planned],
        [as_json(TOO_FEW) if too_few else None for too_few in few],
    )
