"""Words because somebody moved: for the segments that a shop has named, once for each run that moves anybody into them."""

from __future__ import annotations

import datetime as dt
from typing import Final
from uuid import UUID

from batikrfm.content.facts import FEWEST
from batikrfm.content.model import Order
from batikrfm.content.settings import read_settings
from batikrfm.content.tasks import generate_triggered
from batikrfm.content.weekly import queries as sql
from batikrfm.db.engine import current_scope
from batikrfm.jobs import enqueue
from batikrfm.segmentation.following import after_run
from batikrfm.segmentation.history import find_run, moves_matrix

PURPOSE: Final = "trigger"
WORTH: Final = dt.timedelta(days=6)
"""For so long words wait for their share: then the next week's come."""


@after_run
async def order_for_moves(run_id: UUID) -> None:
    """Order words for each segment of the shop's triggers that somebody has come into, in the transaction of the run.

    Through the quota, as if a person had ordered them; where there is no room today, when there is again. A week's own run orders none,
    for that week has words for everybody.
    """
    wanted = set((await read_settings()).triggers)
    if not wanted or await current_scope().fetchval(sql.OF_RUN, run_id):
        return
    entered = {flow.to_segment for flow in await moves_matrix(run_id)}
    for result in (await find_run(run_id)).results:
        if result.segment in wanted & entered and result.customers >= FEWEST:
            order = Order(result.segment, purpose=PURPOSE).as_json()
            given = {"order": order, "until": (dt.datetime.now(dt.UTC) + WORTH).isoformat()}
            await enqueue(generate_triggered, given, dedup_key=f"content.trigger/{run_id}/{result.segment}")
