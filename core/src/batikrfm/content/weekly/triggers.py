"""Words because somebody moved: for the segments that a shop has named, once for each run that moves anybody into them."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from batikrfm.content.facts import FEWEST
from batikrfm.content.model import Order
from batikrfm.content.settings import read_settings
from batikrfm.content.tasks import generate_content
from batikrfm.content.weekly import queries as sql
from batikrfm.db.engine import current_scope
from batikrfm.jobs import enqueue
from batikrfm.segmentation.following import after_run
from batikrfm.segmentation.history import find_run, moves_matrix

PURPOSE: Final = "trigger"


@after_run
async def order_for_moves(run_id: UUID) -> None:
    """Order words for each segment of the shop's triggers that somebody has come into, in the transaction of the run.

    Through the quota, as if a person had ordered them. A week's own run orders none, for that week has words for everybody.
    """
    wanted = set((await read_settings()).triggers)
    if not wanted or await current_scope().fetchval(sql.OF_RUN, run_id):
        return
    entered = {flow.to_segment for flow in await moves_matrix(run_id)}
    for result in (await find_run(run_id)).results:
        if result.segment in wanted & entered and result.customers >= FEWEST:
            order = Order(result.segment, purpose=PURPOSE).as_json()
            await enqueue(generate_content, {"order": order}, dedup_key=f"content.trigger/{run_id}/{result.segment}")
