"""A tenant's money for a month, in micro-USD, counted from the ledger. :class:`BudgetState` says what a call without a price weighs."""

from __future__ import annotations

from batikrfm.usage.model import BudgetMode, BudgetState


async def budget_state() -> BudgetState:
    """How the tenant's month stands."""
    raise NotImplementedError


async def check_budget(may_cost: int = 0) -> BudgetState:
    """As :func:`budget_state`, for a call that is about to be made and ``may_cost`` so many micro-USD beyond what is reserved.

    Called after :func:`reserve` in the same scope it is exact among calls that are made at the same moment, as far as what they were
    thought to cost is true.

    Raises:
        BudgetUsedUpError: it does not fit into a budget whose mode is stop.
    """
    raise NotImplementedError


async def set_budget(limit: int | None, mode: BudgetMode = "stop") -> None:
    """Set the tenant's money for each month, in micro-USD; None: no budget.

    Raises:
        BudgetError: it is less than 0.
    """
    raise NotImplementedError
