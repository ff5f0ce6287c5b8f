"""What a tenant may use of AI, what it used, and what that cost. Everything but :class:`KeyLimiter` runs in the tenant's scope.

::

    async with tenant_scope(tenant_id):                                   # short: others of the tenant wait for its end
        held = await reserve(GENERATIONS, key=job_id)                     # or QuotaUsedUpError
        await check_budget(expected)                                      # or BudgetUsedUpError
    permit = await limiter.acquire(key, tenant_id=tenant_id, tokens=1_500, per_minute=limits)  # outside of any scope; or KeyBusyError
    ...                                                                   # the call; then limiter.correct(permit, tokens)
    async with tenant_scope(tenant_id):                                   # where the answer is kept
        await settle(held.id)                                             # or refund(held.id)
        await record(Call(...))                                           # or settle_and_record, both at once
"""

from batikrfm.usage.budgets import budget_state, check_budget, set_budget
from batikrfm.usage.entries import Entry, list_calls
from batikrfm.usage.errors import (
    BudgetError,
    BudgetUsedUpError,
    KeyBusyError,
    KeyReused,
    QuotaError,
    QuotaUsedUpError,
    ReservationLostError,
    ReservationNotFoundError,
    UsageSettingError,
)
from batikrfm.usage.estimating import Estimate, Tokens, Workload, estimate, measured_tokens
from batikrfm.usage.ledger import forget_prompts, prompt_hash, record, record_cache_hit, settle_and_record
from batikrfm.usage.limiter import KeyLimiter, key_id
from batikrfm.usage.model import (
    GENERATIONS,
    MICRO,
    BudgetMode,
    BudgetState,
    Call,
    CallOutcome,
    Limits,
    Permit,
    Reservation,
    ReservationState,
    Resource,
    Standing,
)
from batikrfm.usage.prices import may_cost
from batikrfm.usage.quotas import (
    Today,
    extend,
    hold_money,
    quota_lock,
    refund,
    refund_key,
    reserve,
    reserve_each,
    set_quota,
    settle,
    standing,
)
from batikrfm.usage.reporting import Line, UsageReport, usage_report

__all__ = [
    "GENERATIONS",
    "MICRO",
    "BudgetError",
    "BudgetMode",
    "BudgetState",
    "BudgetUsedUpError",
    "Call",
    "CallOutcome",
    "Entry",
    "Estimate",
    "KeyBusyError",
    "KeyLimiter",
    "KeyReused",
    "Limits",
    "Line",
    "Permit",
    "QuotaError",
    "QuotaUsedUpError",
    "Reservation",
    "ReservationLostError",
    "ReservationNotFoundError",
    "ReservationState",
    "Resource",
    "Standing",
    "Today",
    "Tokens",
    "UsageReport",
    "UsageSettingError",
    "Workload",
    "budget_state",
    "check_budget",
    "estimate",
    "extend",
    "forget_prompts",
    "hold_money",
    "key_id",
    "list_calls",
    "may_cost",
    "measured_tokens",
    "prompt_hash",
    "quota_lock",
    "record",
    "record_cache_hit",
    "refund",
    "refund_key",
    "reserve",
    "reserve_each",
    "set_budget",
    "set_quota",
    "settle",
    "settle_and_record",
    "standing",
    "usage_report",
]
