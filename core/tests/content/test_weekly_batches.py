"""A week's words by a vendor's batch: half the price while there is time, live where it does not come, paid once whatever happens."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from cryptography.fernet import Fernet

from batikrfm.content.chain import Providers, opened_providers
from batikrfm.content.chain.providers import Means
from batikrfm.content.weekly import ItemState, Week, batching, begin, this_week, write_due
from batikrfm.content.weekly import tasks as weekly_tasks
from batikrfm.content.weekly.looking import look_at
from batikrfm.jobs import JobState, enqueue, list_jobs
from batikrfm.jobs.trying import run_queued
from batikrfm.plugins import load_plugins
from batikrfm.plugins.settings import PluginSettings
from batikrfm.plugins.vault import Vault
from batikrfm.sdk import BatchAnswer, BatchProgress, BatchState, InvalidCredentialsError, PluginContext, UnavailableError
from batikrfm.tenancy import tenant_scope
from batikrfm.testkit.llm_vendor import VendorServer
from batikrfm.usage import GENERATIONS, set_budget, set_quota, standing
from chain_stage import FreeLimiter, Stage, Ticking
from content_stage import good, settle_on

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

RUNNING = BatchProgress(BatchState.RUNNING, 9, 0, 0)
LEDGER = "select provider, batch, outcome, segment, cost_micro_usd, saved_micro_usd from ai_interactions where purpose = 'weekly'"


class Killed(BaseException):
    """The end of a process, as far as a test can have it."""


async def week_of(tenant: UUID) -> Week:
    async with tenant_scope(tenant):
        week = await this_week()
    assert week is not None
    return week


async def ledger(tenant: UUID) -> list[Mapping[str, Any]]:
    async with tenant_scope(tenant) as scope:
        return list(await scope.fetch(LEDGER))


async def work(tenant: UUID) -> None:
    """A worker comes by, and finds what is due by now."""
    for one in await run_queued(tenant, only_due=True):
        assert one.state is JobState.DONE, one.error


async def clock_strikes(tenant: UUID) -> None:
    async with tenant_scope(tenant):
        await enqueue(weekly_tasks.write_week, {}, dedup_key="content.weekly")
    await work(tenant)


async def look_again(tenant: UUID, later: dt.timedelta = dt.timedelta()) -> None:
    """So much ``later``, the time of what is queued having come."""
    async with tenant_scope(tenant) as scope:
        await scope.execute("update weekly_items set handed_in_at = handed_in_at - $1::interval where state = 'handed_in'", later)
        await scope.execute("update jobs set run_at = now() where state = 'queued' and task = 'content.weekly_rest'")
    await work(tenant)


async def assert_written_once(tenant: UUID, *, calls: int | None = None) -> Week:
    """Every item has its one set of drafts, quota and items agree, and nothing is held."""
    week = await week_of(tenant)
    assert week.over
    written = [item for item in week.items if item.state is ItemState.WRITTEN]
    async with tenant_scope(tenant) as scope:
        drafts = {row["segment"]: row["n"] for row in await scope.fetch("select segment, count(*) n from contents group by 1")}
        now = await standing(GENERATIONS)
    assert drafts == {item.segment: len(item.contents) for item in written}
    assert (now.used, now.reserved) == (len(written), 0)
    if calls is not None:
        assert len(await ledger(tenant)) == calls
    return week


@pytest.fixture
def answering(vendors: Stage) -> Stage:
    """Vendors whose batches hold copy, and take their time until a test says otherwise."""
    vendors.always["openai/poll"] = lambda: _now(BatchProgress(BatchState.COMPLETED, 1, 1, 0))
    vendors.steps["openai/poll"].append(lambda: _now(RUNNING))
    return vendors


async def _now(value: object) -> object:
    return value


def collect_from(stage: Stage, outcome_of: Any, share: float = 1.0) -> None:  # noqa: ANN401 - of a request
    """Have the one batch answer so, as far as it got."""

    async def collected() -> list[BatchAnswer]:
        (requests,) = stage.batches.values()
        some = requests[: round(len(requests) * share)]
        return [BatchAnswer(one.id, outcome_of(one)) for one in some]

    stage.always["openai/collect"] = collected


async def test_a_week_by_batch_costs_half_and_is_told_when_it_is_there(shop: UUID, writing: Providers, answering: Stage) -> None:
    assert writing.settings.environ
    await clock_strikes(shop)
    week = await week_of(shop)
    out = [item for item in week.items if item.state is ItemState.HANDED_IN]
    assert len(out) > 2
    assert (week.told_at, answering.requests) == (None, [])
    assert {item.state for item in week.items} <= {ItemState.HANDED_IN, ItemState.LEFT_OUT}
    await look_again(shop)
    week = await assert_written_once(shop, calls=len(out))
    assert week.told_at is not None
    assert {(call["batch"], call["outcome"]) for call in await ledger(shop)} == {(True, "complete")}
    assert answering.requests == [], "nobody was asked live"


async def test_a_late_batch_is_stopped_and_what_it_did_is_kept(shop: UUID, writing: Providers, answering: Stage) -> None:
    assert writing.settings.environ
    await clock_strikes(shop)
    out = len([item for item in (await week_of(shop)).items if item.state is ItemState.HANDED_IN])
    collect_from(answering, good, share=0.5)
    answering.steps["openai/poll"].extend([lambda: _now(RUNNING), lambda: _now(RUNNING)])
    await look_again(shop, batching.READY_WITHIN + dt.timedelta(minutes=1))
    assert answering.asked.count("openai/cancel") == 1
    assert not (await week_of(shop)).over, "stopping takes the vendor some minutes"
    await look_again(shop, dt.timedelta(minutes=10))
    await assert_written_once(shop, calls=out)
    by_batch = [call["batch"] for call in await ledger(shop)]
    assert by_batch.count(True) == round(out * 0.5)


async def test_a_batch_that_never_ends_is_not_waited_for(shop: UUID, writing: Providers, answering: Stage) -> None:
    assert writing.settings.environ
    await clock_strikes(shop)
    answering.always["openai/poll"] = lambda: _now(RUNNING)
    collect_from(answering, good, share=0.0)
    await look_again(shop, batching.READY_WITHIN + batching.STOPPING + dt.timedelta(minutes=1))
    await assert_written_once(shop)
    assert not any(call["batch"] for call in await ledger(shop))


@pytest.mark.parametrize("where", ["marked", "handed in"])
async def test_killed_on_the_way_to_the_vendor_there_is_one_batch(
    where: str, shop: UUID, writing: Providers, answering: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert writing.settings.environ

    async def die(*_: object) -> str:
        raise Killed

    batch_id = (await begin(shop)).batch_id
    with monkeypatch.context() as patch:
        if where == "marked":
            patch.setattr(batching, "hand_in", die)
        else:
            answering.steps["openai/submit"].append(die)
        with pytest.raises(Killed):
            await batching.hand_in_due(shop, await look_at(shop, batch_id))
    await clock_strikes(shop)
    assert len(answering.batches) == 1
    await look_again(shop)
    await assert_written_once(shop)
    assert len(answering.batches) == 1
    assert all(call["batch"] for call in await ledger(shop))


async def test_killed_while_marking_the_others_follow_in_a_batch_of_their_own(
    shop: UUID, writing: Providers, answering: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert writing.settings.environ
    really, asked = batching.prepare, 0  # type: ignore[attr-defined] # where it is used is where it can be stopped

    async def die_at_the_third(*args: Any, **more: Any) -> Any:  # noqa: ANN401 - as prepare
        nonlocal asked
        asked += 1
        if asked == 3:
            raise Killed
        return await really(*args, **more)

    batch_id = (await begin(shop)).batch_id
    with monkeypatch.context() as patch:
        patch.setattr(batching, "prepare", die_at_the_third)
        with pytest.raises(Killed):
            await batching.hand_in_due(shop, await look_at(shop, batch_id))

    answering.steps["openai/poll"].append(lambda: _now(RUNNING))
    await clock_strikes(shop)
    assert len(answering.batches) == 2
    await look_again(shop)
    await assert_written_once(shop)
    assert all(call["batch"] for call in await ledger(shop))


async def test_it_is_not_known_whether_the_vendor_has_it(shop: UUID, writing: Providers, answering: Stage) -> None:
    assert writing.settings.environ
    answering.always["openai/submit"] = UnavailableError()
    await clock_strikes(shop)
    out = [item for item in (await week_of(shop)).items if item.state is ItemState.HANDED_IN]
    assert out, "nobody writes it live while a batch of it may be under way"
    del answering.always["openai/submit"]
    await look_again(shop)
    await look_again(shop)
    await assert_written_once(shop, calls=len(out))
    assert len(answering.batches) == 1


async def test_collected_twice_is_paid_once(shop: UUID, writing: Providers, answering: Stage) -> None:
    assert writing.settings.environ
    await clock_strikes(shop)
    batch_id = (await week_of(shop)).id
    answering.steps["openai/poll"].clear()
    look = await look_at(shop, batch_id)
    await asyncio.gather(*(batching.collect(shop, look) for _ in range(3)))
    await batching.collect(shop, await look_at(shop, batch_id))
    week = await assert_written_once(shop)
    assert len(await ledger(shop)) == sum(item.state is ItemState.WRITTEN for item in week.items)


async def test_unusable_answers_are_billed_once_and_written_live(
    shop: UUID, writing: Providers, answering: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where it was killed after the bill was written down."""
    assert writing.settings.environ
    collect_from(answering, lambda request: replace(good(request), text="maaf"))
    await clock_strikes(shop)
    out = len([item for item in (await week_of(shop)).items if item.state is ItemState.HANDED_IN])
    really, billed = batching._only_billed, 0  # noqa: SLF001 - the step after which it dies

    async def die_at_the_second(*args: Any) -> None:  # noqa: ANN401 - as it
        nonlocal billed
        await really(*args)
        billed += 1
        if billed == 2:
            raise Killed

    batch_id = (await week_of(shop)).id
    with monkeypatch.context() as patch:
        patch.setattr(batching, "_only_billed", die_at_the_second)
        with pytest.raises(Killed):
            await batching.collect(shop, await look_at(shop, batch_id))
    await look_again(shop)
    await assert_written_once(shop, calls=2 * out)
    assert sorted(call["batch"] for call in await ledger(shop)) == [False] * out + [True] * out


async def test_a_vendor_that_is_gone_or_refuses_leaves_it_to_the_others(shop: UUID, writing: Providers, answering: Stage) -> None:
    assert writing.settings.environ
    await clock_strikes(shop)
    answering.steps["openai/poll"].clear()
    answering.always["openai"] = InvalidCredentialsError()
    answering.always["openai/poll"] = InvalidCredentialsError()
    await look_again(shop)
    await assert_written_once(shop)
    assert {call["provider"] for call in await ledger(shop) if call["outcome"] == "complete"} == {"groq"}


async def test_a_provider_that_was_taken_out_leaves_it_to_the_others(
    shop: UUID, writing: Providers, answering: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert writing.settings.environ
    await clock_strikes(shop)
    assert answering.batches
    await settle_on(shop, chain=("groq", "template"))
    monkeypatch.delitem(writing.settings.environ, "FAKE_FIRST_KEY", raising=False)
    await look_again(shop)
    await look_again(shop)
    await assert_written_once(shop)


async def test_settings_that_changed_meanwhile_do_not_poison_the_cache(shop: UUID, writing: Providers, answering: Stage) -> None:
    assert writing.settings.environ
    await clock_strikes(shop)
    assert answering.batches
    await settle_on(shop, offer="Diskon 10% sampai akhir bulan")
    await look_again(shop)
    await assert_written_once(shop)
    async with tenant_scope(shop) as scope:
        assert await scope.fetchval("select count(*) from generated_contents_cache where content is not null") == 0


async def test_a_segment_that_cannot_be_asked_for_any_more_is_billed_and_says_why(shop: UUID, writing: Providers, answering: Stage) -> None:
    assert writing.settings.environ
    assert not answering.asked
    await clock_strikes(shop)
    out = len([item for item in (await week_of(shop)).items if item.state is ItemState.HANDED_IN])
    await settle_on(shop, offer="Tanya saja lewat siti.rahayu@example.com")  # the privacy gate lets nothing through
    await look_again(shop)
    week = await week_of(shop)
    assert week.over
    assert {item.state for item in week.items} <= {ItemState.FAILED, ItemState.LEFT_OUT}
    assert [call["batch"] for call in await ledger(shop)] == [True] * out
    async with tenant_scope(shop):
        now = await standing(GENERATIONS)
    assert (now.used, now.reserved) == (0, 0)


async def test_a_quota_that_changes_in_the_middle_counts_from_then_on(shop: UUID, writing: Providers, answering: Stage) -> None:
    assert writing.settings.environ
    assert not answering.asked
    async with tenant_scope(shop):
        await set_quota(GENERATIONS, 3)
    await clock_strikes(shop)
    states = [item.state for item in (await week_of(shop)).items if item.state is not ItemState.LEFT_OUT]
    assert states[:3] == [ItemState.HANDED_IN] * 3, "the most valuable ones"
    assert set(states[3:]) == {ItemState.WAITING}
    async with tenant_scope(shop):
        await set_quota(GENERATIONS, 0)
    await look_again(shop)
    async with tenant_scope(shop):
        assert (await standing(GENERATIONS)).used == 3, "what was reserved stays good"
        await set_quota(GENERATIONS, 50)
        await weekly_tasks.order_week(started_by="Bu Sri")
    await work(shop)
    await assert_written_once(shop)


async def test_a_budget_that_is_spent_says_so_and_leaves_what_is_there(shop: UUID, writing: Providers, answering: Stage) -> None:
    assert writing.settings.environ
    await clock_strikes(shop)
    collect_from(answering, good, share=0.5)
    async with tenant_scope(shop):
        await set_budget(0)
    await look_again(shop)
    week = await week_of(shop)
    assert any(item.state is ItemState.WRITTEN for item in week.items)
    waiting = [item for item in week.items if item.state is ItemState.WAITING]
    assert waiting
    assert all(item.reason is not None and "Anggaran" in item.reason.id for item in waiting)
    async with tenant_scope(shop):
        assert (await standing(GENERATIONS)).reserved == 0


async def test_a_follow_up_is_not_lost_to_the_job_that_orders_it(shop: UUID, writing: Providers, answering: Stage) -> None:
    """A job whose time was brought forward has the key of the one that it asks for."""
    assert writing.settings.environ
    async with tenant_scope(shop):
        await set_quota(GENERATIONS, 1)
    await settle_on(shop, batch=False)
    await clock_strikes(shop)
    for _ in range(3):
        await look_again(shop)
        async with tenant_scope(shop):
            queued = [one for one in await list_jobs(50) if one.task == "content.weekly_rest" and one.state is JobState.QUEUED]
        assert len(queued) == 1
    assert answering.batches == {}


async def test_nobody_answers_and_the_week_goes_on_tomorrow(shop: UUID, writing: Providers, answering: Stage) -> None:
    assert writing.settings.environ
    await settle_on(shop, chain=("openai",), batch=False)
    answering.always["openai"] = InvalidCredentialsError()
    await clock_strikes(shop)
    waiting = [item for item in (await week_of(shop)).items if item.state is ItemState.WAITING]
    assert waiting
    assert all(item.reason is not None and "AI" in item.reason.id for item in waiting)
    async with tenant_scope(shop):
        assert (await standing(GENERATIONS)).reserved == 0


async def test_a_week_that_is_over_is_left_out(shop: UUID, writing: Providers, answering: Stage) -> None:
    assert writing.settings.environ
    assert not answering.asked
    batch_id = (await begin(shop)).batch_id
    async with tenant_scope(shop) as scope:
        await scope.execute("update weekly_batches set week = week - 14")
    assert await write_due(shop, batch_id) is None
    async with tenant_scope(shop) as scope:
        assert await scope.fetchval("select count(*) from weekly_items where state <> 'left_out'") == 0


# The real plugin, against a server that behaves as the vendor's documents say.


@pytest.fixture
async def vendor() -> AsyncIterator[VendorServer]:
    async with VendorServer(batch_seconds=600, clock=lambda: 0.0) as vendor:
        yield vendor


@pytest.fixture
async def real(vendor: VendorServer, plugin_context: PluginContext) -> AsyncIterator[Providers]:
    environ = {"OPENAI_API_KEY": "sk-house", "OPENAI_BASE_URL": f"{vendor.url}/v1", "GROQ_API_KEY": "gsk", "GROQ_BASE_URL": vendor.url}
    clock, plugins = Ticking(), load_plugins(only={"builtin", "openai", "groq"})
    means = Means(clock, clock.sleep, random.Random(7), FreeLimiter())  # noqa: S311 - a test's chance
    settings = PluginSettings(plugins, Vault([Fernet.generate_key().decode()]), environ)
    async with opened_providers(Providers(settings, plugin_context, {}, means=means)) as opened:
        yield opened


async def test_the_real_plugin_at_half_the_price(shop: UUID, real: Providers, vendor: VendorServer) -> None:
    assert real.settings.environ
    await clock_strikes(shop)
    assert not (await week_of(shop)).over
    vendor.pass_time(601)
    await look_again(shop)
    await assert_written_once(shop)
    calls = await ledger(shop)
    assert all(call["batch"] and call["cost_micro_usd"] > 0 for call in calls)
    assert all(abs(call["saved_micro_usd"] - call["cost_micro_usd"]) <= 1 for call in calls), "the half, but for a millionth"
    assert vendor.asked() == []


@pytest.mark.parametrize(("end", "share"), [("expired", 0.4), ("expired", 0.0), ("failed", 0.0)])
async def test_the_real_plugin_and_a_batch_that_ends_badly(
    end: str, share: float, shop: UUID, real: Providers, vendor: VendorServer
) -> None:
    assert real.settings.environ
    vendor.end_batches(end, share=share)
    await clock_strikes(shop)
    vendor.pass_time(601)
    await look_again(shop)
    week = await assert_written_once(shop)
    calls = await ledger(shop)
    written = sum(item.state is ItemState.WRITTEN for item in week.items)
    assert sum(call["outcome"] == "complete" for call in calls) == written
    assert sum(call["batch"] for call in calls) < written
    assert (sum(call["batch"] for call in calls) > 0) == bool(share)


async def test_the_real_plugin_and_a_key_that_is_revoked_in_the_middle(shop: UUID, real: Providers, vendor: VendorServer) -> None:
    assert real.settings.environ
    await clock_strikes(shop)
    vendor.revoke("sk-house")
    vendor.pass_time(601)
    await look_again(shop)
    await assert_written_once(shop)
    assert {call["provider"] for call in await ledger(shop) if call["outcome"] == "complete"} == {"groq"}
