"""Budgets, the month's report and the estimator."""

from __future__ import annotations

import datetime as dt
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from batikrfm.tenancy import tenant_scope
from batikrfm.usage import (
    GENERATIONS,
    BudgetError,
    BudgetState,
    BudgetUsedUpError,
    Call,
    CallOutcome,
    Tokens,
    UsageReport,
    Workload,
    budget_state,
    check_budget,
    estimate,
    measured_tokens,
    record,
    record_cache_hit,
    reserve,
    set_budget,
    settle,
    usage_report,
)
from batikrfm.usage.days import next_month
from batikrfm.usage.estimating import median_of
from batikrfm.usage.settings import Rate

JAKARTA = ZoneInfo("Asia/Jakarta")


async def spend(tenant: UUID, **more: Any) -> None:  # noqa: ANN401 - any field of a call
    """One content by gpt-6-luna for 350 micro-USD, unless said otherwise."""
    given: dict[str, Any] = {
        "provider": "openai",
        "model": "gpt-6-luna",
        "purpose": "copy",
        "outcome": CallOutcome.COMPLETE,
        "input_tokens": 1_000,
        "output_tokens": 500,
        **more,
    }
    async with tenant_scope(tenant):
        await record(Call(**given))


async def check(tenant: UUID, may_cost: int = 0) -> BudgetState | None:
    async with tenant_scope(tenant):
        return await check_budget(may_cost)


async def budget(tenant: UUID, limit: int | None, mode: Any = "stop") -> None:  # noqa: ANN401 - stop or warn
    async with tenant_scope(tenant):
        await set_budget(limit, mode)


async def report(tenant: UUID, month: dt.date | None = None) -> UsageReport:
    async with tenant_scope(tenant):
        return await usage_report(month)


def this_month() -> dt.datetime:
    """Its first moment in Jakarta."""
    return dt.datetime.now(JAKARTA).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


async def test_no_budget_stops_nobody(tenant: UUID) -> None:
    await spend(tenant)
    assert await check(tenant) is None
    async with tenant_scope(tenant):
        state = await budget_state()
    assert (state.limit, state.left, state.used_up, state.spent) == (None, None, False, 350)


async def test_a_budget_stops_when_it_is_spent(tenant: UUID) -> None:
    await budget(tenant, 700)
    await spend(tenant)
    state = await check(tenant, 350)
    assert state is not None
    assert (state.limit, state.spent, state.left) == (700, 350, 350)
    await spend(tenant)
    with pytest.raises(BudgetUsedUpError) as caught:
        await check(tenant)
    renews = caught.value.renews_at
    assert renews == dt.datetime.combine(next_month(dt.datetime.now(JAKARTA).date()), dt.time(), JAKARTA)
    assert "US$0,0007" in caught.value.say("id")
    await budget(tenant, 10_000)
    assert await check(tenant) is not None


async def test_a_call_that_does_not_fit_is_not_begun(tenant: UUID) -> None:
    await budget(tenant, 700)
    await spend(tenant)
    with pytest.raises(BudgetUsedUpError):
        await check(tenant, 351)


async def test_a_budget_that_only_warns(tenant: UUID) -> None:
    await budget(tenant, 100, "warn")
    await spend(tenant)
    state = await check(tenant)
    assert state is not None
    assert (state.used_up, state.left) == (True, 0)


async def test_a_budget_of_nothing_stops_the_first_call(tenant: UUID) -> None:
    await budget(tenant, 0)
    with pytest.raises(BudgetUsedUpError):
        await check(tenant)
    with pytest.raises(BudgetError):
        await budget(tenant, -1)
    await budget(tenant, None)
    assert await check(tenant) is None


async def test_a_call_of_unknown_cost_weighs_as_much_as_the_dearest(tenant: UUID) -> None:
    await budget(tenant, 50_000)
    await spend(tenant, model="nobody-knows")
    state = await check(tenant)
    assert state is not None
    assert (state.spent, state.guessed, state.unpriced, state.left) == (0, 35_000, 1, 15_000)
    await spend(tenant, model="nobody-knows")
    with pytest.raises(BudgetUsedUpError):
        await check(tenant)


async def test_last_months_calls_do_not_count(tenant: UUID) -> None:
    await budget(tenant, 500)
    await spend(tenant, at=this_month() - timedelta(seconds=1))
    state = await check(tenant)
    assert state is not None
    assert state.spent == 0
    await spend(tenant, at=this_month())
    state = await check(tenant)
    assert state is not None
    assert state.spent == 350


async def test_work_that_has_begun_is_counted_before_it_is_paid(tenant: UUID) -> None:
    """So that many who begin at the same moment do not all find the same money."""
    await budget(tenant, 1_000)

    async def begin() -> UUID:
        async with tenant_scope(tenant):
            held = await reserve(GENERATIONS, may_cost=600)
            await check_budget()
            return held.id

    first = await begin()
    with pytest.raises(BudgetUsedUpError):
        await begin()
    async with tenant_scope(tenant):
        await settle(first)
    await begin()


async def test_another_tenants_money_is_not_counted(tenant: UUID, other_tenant: UUID) -> None:
    await budget(tenant, 500)
    for _ in range(3):
        await spend(other_tenant)
    state = await check(tenant)
    assert state is not None
    assert state.spent == 0
    assert (await report(tenant)).total.calls == 0


async def test_a_month_by_day_model_segment_and_purpose(tenant: UUID) -> None:
    start = this_month()
    await spend(tenant, segment="champions", at=start + timedelta(minutes=1))
    await spend(tenant, segment="at_risk", at=start + timedelta(minutes=2), batch=True)
    await spend(tenant, segment="at_risk", purpose="repair", model="nobody-knows", at=start + timedelta(minutes=3))
    await spend(tenant, outcome=CallOutcome.FAILED, input_tokens=None, output_tokens=None, at=start + timedelta(minutes=4))
    async with tenant_scope(tenant):
        await record_cache_hit(
            provider="openai", model="gpt-6-luna", purpose="copy", segment="at_risk", input_tokens=1_000, output_tokens=500
        )
    month = await report(tenant)
    total = month.total
    assert (total.calls, total.cached, total.failed, total.unpriced) == (5, 1, 1, 1)
    assert (total.cost, total.saved_by_batch, total.saved_by_cache) == (350 + 175, 175, 350)
    assert (total.input_tokens, total.output_tokens) == (3_000, 1_500)
    assert [(line.name, line.calls) for line in month.models] == [("openai/gpt-6-luna", 4), ("openai/nobody-knows", 1)]
    assert [(line.name, line.calls, line.cost) for line in month.segments] == [("", 1, 0), ("at_risk", 3, 175), ("champions", 1, 350)]
    assert [(line.name, line.unpriced) for line in month.purposes] == [("copy", 0), ("repair", 1)]
    assert sum(line.calls for line in month.days) == 5
    assert month.days[0].name == start.date().isoformat()
    assert month.quota.limit == 10


async def test_days_are_the_shops(tenant: UUID) -> None:
    await spend(tenant, at=this_month() - timedelta(minutes=1))
    assert (await report(tenant)).total.calls == 0
    before = await report(tenant, this_month().date() - timedelta(days=1))
    assert before.total.calls == 1
    assert before.days[0].name == (this_month() - timedelta(days=1)).date().isoformat()
    assert before.forecast == before.total.cost == 350


async def test_rupiah_are_left_out_where_one_rate_is_missing(tenant: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATIKRFM_USD_IDR", "16000@2026-11-20")
    await spend(tenant)
    assert (await report(tenant)).total.cost_idr == 350 * 160
    monkeypatch.delenv("BATIKRFM_USD_IDR")
    await spend(tenant, at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))  # before any rate of ours
    async with tenant_scope(tenant) as scope:
        assert await scope.fetchval("select count(*) from ai_interactions where cost_idr is null") == 1
    assert (await report(tenant, dt.date(2020, 1, 1))).total.cost_idr is None


async def test_a_month_without_a_call(tenant: UUID) -> None:
    month = await report(tenant)
    assert (month.total.calls, month.total.cost, month.forecast, month.days) == (0, 0, 0, ())
    assert month.prices_date >= dt.date(2026, 11, 22)


async def test_the_forecast_is_what_was_spent_and_more_of_the_same(tenant: UUID) -> None:
    now = dt.datetime.now(JAKARTA)
    for days in range(28):
        await spend(tenant, at=now - timedelta(days=days, minutes=1))
    month = await report(tenant)
    days_left = (month.budget.renews_at - now) / timedelta(days=1)
    assert abs(month.forecast - (month.total.cost + 350 * days_left)) <= 350 * days_left / 20 + 2


async def test_one_busy_first_day_is_no_month_of_busy_days(tenant: UUID) -> None:
    for _ in range(7):
        await spend(tenant)
    month = await report(tenant)
    days_left = (month.budget.renews_at - dt.datetime.now(JAKARTA)) / timedelta(days=1)
    assert abs(month.forecast - (month.total.cost + 350 * days_left)) <= 2


def test_the_owners_table() -> None:
    lines = {f"{one.provider}/{one.model}": one for one in estimate(Workload(), Tokens(1_000, 0, 500))}
    luna = lines["openai/gpt-6-luna"]
    assert Workload().contents == 2_000
    assert (luna.live, luna.batch) == (Decimal(700_000), Decimal(350_000))
    assert luna.price.date == dt.date(2026, 11, 22)
    assert "openai/omni-moderation-latest" not in lines
    assert "template/template-1" not in lines
    assert lines["groq/openai/gpt-oss-20b"].least == Decimal(225_000)
    assert lines["groq/qwen/qwen3.8-27b"].batch is None
    order = [one.least for one in lines.values()]
    assert order == sorted(order)


def test_an_estimate_counts_cached_tokens_and_rupiah() -> None:
    rate = Rate(dt.date(2026, 11, 20), Decimal(16_000))
    luna = next(one for one in estimate(Workload(1, 1, 1), Tokens(1_000, 800, 0), rate=rate) if one.model == "gpt-6-luna")
    assert luna.live == Decimal(200 * 100_000 + 800 * 10_000) / 1_000_000 == Decimal(28)
    assert luna.live_idr == 28 * 160


async def test_tokens_are_the_median_of_our_own_answered_calls(tenant: UUID) -> None:
    async with tenant_scope(tenant):
        assert await measured_tokens() is None
    for tokens in (900, 1_000, 5_000):
        await spend(tenant, input_tokens=tokens, cached_tokens=tokens // 2)
    await spend(tenant, outcome=CallOutcome.UNUSABLE, input_tokens=9)
    await spend(tenant, purpose="moderation", input_tokens=9)
    await spend(tenant, provider="template", model="template-1", input_tokens=0, output_tokens=0)
    async with tenant_scope(tenant):
        assert await measured_tokens() == Tokens(1_000, 500, 500, 3)
    assert median_of([]) is None
