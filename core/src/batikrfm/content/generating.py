"""From an order to drafts. The one function of this room that opens its own scopes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

from batikrfm.content.model import Generated, Order

Keep = Callable[[Generated], Awaitable[None]]


async def generate(tenant_id: UUID, order: Order, *, key: UUID | None = None, keep: Keep | None = None) -> Generated:
    """Drafts for ``order``: from the cache, or from the first provider of the shop's chain that answers well. Opens its own scopes.

    ``key`` names the work across repetitions (a job's id): what is reserved for it is reserved once, however often it begins. ``keep``
    runs in the scope in which the answer is paid and kept, so that its drafts are there if and only if the answer is paid for. Equal
    orders at the same moment, in any process, make one call. Call it outside of a scope.

    Raises:
        NoRunsError: the shop was not segmented yet.
        NoSuchSegmentError: the latest run has no such segment.
        PrivacyGateError: something in the prompt looks like a person. Nothing left the shop.
        PromptError: the shop's own prompt cannot be used.
        QuotaUsedUpError, BudgetUsedUpError: today's or this month's share is used; they say when it renews.
    """
    raise NotImplementedError
