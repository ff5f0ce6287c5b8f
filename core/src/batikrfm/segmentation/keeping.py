"""Runs as jobs do them: as the shop wants them, and with the figures that people look at counted at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

from batikrfm.db.engine import Scope
from batikrfm.sales.uploads import find_upload, note_run
from batikrfm.segmentation.facts import count_facts
from batikrfm.segmentation.figures import count_figures, latest_import
from batikrfm.segmentation.following import FOLLOWERS
from batikrfm.segmentation.history import latest_run, past_runs
from batikrfm.segmentation.preferences import question_as_wanted
from batikrfm.segmentation.running import Run, segment
from batikrfm.tenancy import tenant_scope

QUICKLY_COUNTED: Final = 2_000
"""Customers of a shop whose figures take no longer than a page does: who looks at them first has them counted."""


async def run_as_wanted(tenant_id: UUID, *, also: Callable[[Run], Awaitable[None]] | None = None) -> Run:
    """Segment the tenant as :func:`segment_as_wanted` does, and have the figures ready for whoever waits for them."""
    async with tenant_scope(tenant_id) as scope:
        run = await segment_as_wanted(scope, also=also)
    await count_latest(tenant_id)
    return run


async def segment_as_wanted(scope: Scope, *, also: Callable[[Run], Awaitable[None]] | None = None) -> Run:
    """Segment the tenant of ``scope`` by its own preferences, as of today where it is, as part of the scope.

    ``also`` runs then, and after it what other rooms have follow a run (``following``).
    """

    async def follow(run: Run) -> None:
        if also:
            await also(run)
        for follower in FOLLOWERS:
            await follower(run.stored.id)

    return await segment(scope, await question_as_wanted(), also=follow)


def is_quickly_counted(run: Run) -> bool:
    """Whether the figures can be left to the first look at them, where nobody waits for the run."""
    return run.scored.segmentation.customers.height <= QUICKLY_COUNTED


async def count_latest(tenant_id: UUID) -> None:
    """Count what people look at of the latest run, outside of any scope."""
    async with tenant_scope(tenant_id):
        latest, import_id = await latest_run(), await latest_import()
        await count_figures(latest, import_id)
        await count_facts(latest, import_id)


async def run_after_import(tenant_id: UUID, upload_id: UUID) -> None:
    """A run for an upload that changed something, noted with it, so that it is not done twice."""
    async with tenant_scope(tenant_id):
        upload = await find_upload(upload_id)
        runs = await past_runs(1)
    if upload.run_id is not None or upload.result is None or (upload.result.changed_nothing and runs):
        return

    async def note(run: Run) -> None:
        await note_run(upload_id, run.stored.id)

    await run_as_wanted(tenant_id, also=note)
