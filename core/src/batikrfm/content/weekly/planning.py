"""Begin a week: segment the shop, and say for each segment whether and when it gets its words. Every step can be done again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

from batikrfm.content.facts import FEWEST
from batikrfm.content.weekly import queries as sql
from batikrfm.content.weekly.model import ItemState, Week
from batikrfm.content.weekly.rows import as_json, clock, monday_of, week_of
from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.sdk.text import Text
from batikrfm.segmentation.history import PastRun, find_run
from batikrfm.tenancy import tenant_scope

if TYPE_CHECKING:
    from batikrfm.segmentation.running import Run

TOO_FEW: Final = Text(
    id="Isinya kurang dari 5 pelanggan: terlalu sedikit untuk dibuatkan pesan tanpa menunjuk orang tertentu.",
    en="Fewer than 5 customers are in it: too few to write to without pointing at somebody.",
)


async def begin(tenant_id: UUID, *, started_by: str = "") -> UUID:
    """The batch of the shop's week, made if it was not there, with its segmentation and its segments planned. Opens its own scopes.

    Killed anywhere and begun again, it goes on where it was; a second run of the same week gives the same batch.
    """
    async with tenant_scope(tenant_id) as scope:
        _, today, _ = await clock()
        await scope.execute(sql.BEGIN, uuid7(), monday_of(today), started_by)
        week = await _found(monday_of(today))
    if week.run_id is None:
        from batikrfm.segmentation.keeping import run_as_wanted

        async def note(run: Run) -> None:
            await current_scope().execute(sql.NOTE_RUN, week.id, run.stored.id)

        await run_as_wanted(tenant_id, also=note)
    async with tenant_scope(tenant_id):
        await _plan(await _found(week.week), today)
    return week.id


async def this_week() -> Week | None:
    """The batch of the shop's week, in the tenant's scope; None where nobody has begun it."""
    _, today, _ = await clock()
    rows = await current_scope().fetch(sql.FIND, monday_of(today))
    return await week_of(rows[0]) if rows else None


async def past_weeks(before: dt.date | None = None, limit: int = 12) -> Sequence[Week]:
    """Batches of weeks ``before`` this Monday (all of them), the latest first, in the tenant's scope."""
    return [await week_of(row) for row in await current_scope().fetch(sql.LIST, before or dt.date.max, limit)]


async def _found(monday: dt.date) -> Week:
    (row,) = await current_scope().fetch(sql.FIND, monday)
    return await week_of(row)


async def _plan(week: Week, today: dt.date) -> None:
    """A line for every segment in which there is somebody. One that is there already stays as it is."""
    assert week.run_id is not None  # noqa: S101 - the run came before
    run: PastRun = await find_run(week.run_id)
    for result in run.results:
        if result.customers == 0:
            continue
        few = result.customers < FEWEST
        state, reason = (ItemState.LEFT_OUT, TOO_FEW) if few else (ItemState.WAITING, None)
        revenue = int(result.revenue * 10_000)
        await current_scope().execute(sql.ADD_ITEM, uuid7(), week.id, result.segment, state, today, revenue, as_json(reason))
