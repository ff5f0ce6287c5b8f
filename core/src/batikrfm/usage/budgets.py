"""A tenant's money for a month, in micro-USD, counted from the ledger. :class:`BudgetState` says what a call without a price weighs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from batikrfm.db.engine import Scope, current_scope
from batikrfm.db.keys import uuid7
from batikrfm.usage import queries
from batikrfm.usage.days import day_of, month_around
from batikrfm.usage.errors import BudgetError, BudgetUsedUpError
from batikrfm.usage.model import BudgetMode, BudgetState

MOST = 1_000_000_000_000_000  # micro-USD


async def budget_state() -> BudgetState:
    """How the tenant's month stands."""
    scope = current_scope()
    return await _state(scope, (await scope.fetch(queries.BUDGET))[0])


async def check_budget(may_cost: int = 0) -> BudgetState | None:
    """As :func:`budget_state`, for a call about to be made that ``may_cost`` so much beyond what is reserved. None: there is no budget.

    Called after :func:`reserve` in the same scope it is exact among calls that are made at the same moment, as far as what they were
    thought to cost is true.

    Raises:
        BudgetUsedUpError: it does not fit into a budget whose mode is stop.
    """
    scope = current_scope()
    row = (await scope.fetch(queries.BUDGET))[0]
    if row["month_limit"] is None:
        return None
    state = await _state(scope, row)
    spent = state.spent + state.guessed
    limit = row["month_limit"]
    if state.mode == "stop" and (spent >= limit or spent + state.held + may_cost > limit):
        raise BudgetUsedUpError(limit=limit, spent=spent, renews_at=state.renews_at)
    return state


async def set_budget(limit: int | None, mode: BudgetMode = "stop") -> None:
    """Set the tenant's money for each month, in micro-USD; None: no budget.

    Raises:
        BudgetError: it is less than 0, or beyond all reason.
    """
    if limit is None:
        await current_scope().execute(queries.DROP_BUDGET)
        return
    if not 0 <= limit <= MOST:
        raise BudgetError
    await current_scope().execute(queries.SET_BUDGET, uuid7(), limit, mode)


async def _state(scope: Scope, row: Mapping[str, Any]) -> BudgetState:
    start, end = _month(row)
    ((spent, guessed, unpriced),) = await scope.fetch(queries.SPENT, start, end)
    held = await scope.fetchval(queries.HELD_MONEY)
    return BudgetState(row["month_limit"], row["mode"] or "warn", spent, guessed, held, unpriced, end)


def _month(row: Mapping[str, Any]) -> tuple[dt.datetime, dt.datetime]:
    return month_around(day_of(row["now"], row["time_zone"]), row["time_zone"])
