"""``/api/runs/{id}/moves``: who went from which segment to which in a run."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get
from litestar.params import FromPath, QueryParameter

from batikrfm.segmentation.history import find_run, moves_matrix, moves_of_run
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.guards import needs

MOST = 10_000


class FlowItem(msgspec.Struct, frozen=True):
    """So many went from one segment to another; null is from nowhere (new) or to nowhere (left)."""

    from_segment: str | None
    to_segment: str | None
    customers: int


class MoveItem(msgspec.Struct, frozen=True):
    """One customer who moved."""

    customer_id: UUID
    key: str
    from_segment: str | None
    to_segment: str | None


class Movement(msgspec.Struct, frozen=True):
    """What a run moved. `flows` is complete, the largest first; `moves` are the first so many by key."""

    run_id: UUID
    compared_with: UUID | None
    flows: list[FlowItem]
    moves: list[MoveItem]


Moves = Annotated[int, QueryParameter(name="moves", ge=0, le=MOST, description="How many customers to name")]


@get("/runs/{run_id:uuid}/moves", opt=needs(Permission.SEGMENTS_READ), operation_id="getMovement", tags=["runs"])
async def one(run_id: FromPath[UUID], moves: Moves = 100) -> Movement:
    """What a run moved. The first run has nothing to compare with, and moves nobody."""
    run = await find_run(run_id)
    flows = [FlowItem(flow.from_segment, flow.to_segment, flow.customers) for flow in await moves_matrix(run_id)]
    named = [MoveItem(move.customer_id, move.key, move.from_segment, move.to_segment) for move in await moves_of_run(run_id, moves)]
    return Movement(run.id, run.compared_with, flows, named)


ROUTES = (one,)
