"""Orders of one shop whose jobs begin together come to what each alone would come to, whatever goes wrong with one of them.

Sabotages that turn these red: in ``company._gathering`` have one for all shops; in ``company.write`` do not stop whoever is cancelled, or
raise where it is done already; in ``Together.keep_all`` let a lost job end the others; in ``Together.ask`` leave out whose job it is; in
``Together.ended`` give a lost one's quota back; in ``keep_what_came`` raise whatever is no NobodyAnsweredError.
"""

from __future__ import annotations

import asyncio
import contextvars
import datetime as dt
import itertools
import json
import logging
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from batikrfm.content import company, tasks
from batikrfm.content.chain import NobodyAnsweredError
from batikrfm.content.model import Order
from batikrfm.content.ordering import Queued, order
from batikrfm.content.review import list_contents
from batikrfm.content.tasks import generate_content, generate_triggered
from batikrfm.content.together import Together
from batikrfm.db.keys import uuid7
from batikrfm.jobs import JobContext, JobLost, JobState, Task, complete_each, enqueue, find_job, rerun_job
from batikrfm.jobs.context import enter_job
from batikrfm.sdk.extension import Principal
from batikrfm.sdk.plugin_errors import QuotaExhaustedError
from batikrfm.tenancy import tenant_scope
from batikrfm.usage import GENERATIONS, set_budget, set_quota, standing
from chain_stage import FreeLimiter
from content_stage import answer, fill_shop, settle_on, variant

if TYPE_CHECKING:
    from chain_stage import Stage

pytestmark = pytest.mark.usefixtures("writing")
SEGMENTS = ("champions", "loyal", "promising", "at_risk")
CLAIM = """
update jobs set state = 'running', due = false, claim = $2, lease_until = now() + interval '1 minute', attempts = attempts + 1
where id = $1 returning arguments, attempts
"""
QUEUE = """
insert into job_queues (tenant_id, id, running) values (current_setting('app.tenant_id')::uuid, uuidv7(), $1)
on conflict (tenant_id) do update set running = $1
"""
Claimed = tuple[JobContext, dict[str, Any]]
Work = dict[str, "asyncio.Task[dict[str, Any] | None]"]


@pytest.fixture
def together_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes its own way is an error of the test."""

    async def alone(*_: object, **__: object) -> None:
        raise AssertionError("it was written alone")

    monkeypatch.setattr(tasks, "generate", alone)


async def ordered(shop: UUID, *segments: str, offer: str | None = None) -> list[UUID]:
    """A job for each, asked for by somebody of that name."""
    jobs = []
    async with tenant_scope(shop):
        for segment in segments or SEGMENTS:
            by = Principal("user", uuid7(), f"Bu {segment}", uuid7(), frozenset())
            queued = await order(Order(segment, offer=offer), by=by)
            assert isinstance(queued, Queued)
            jobs.append(queued.job_id)
    return jobs


async def begun(shop: UUID, jobs: list[UUID], *, lost: tuple[UUID, ...] = (), task: Task[...] = generate_content) -> Work:
    """An attempt of each, as a worker begins those of one place; those that are ``lost`` have another attempt."""
    return started(await claimed(shop, jobs, lost=lost), task)


async def claimed(shop: UUID, jobs: list[UUID], *, lost: tuple[UUID, ...] = ()) -> list[Claimed]:
    async with tenant_scope(shop) as scope:
        await scope.execute(QUEUE, len(jobs))
        found = []
        for job_id in jobs:
            claim = uuid7()
            ((arguments, attempts),) = await scope.fetch(CLAIM, job_id, claim)
            context = JobContext(shop, job_id, attempts, 3, uuid7() if job_id in lost else claim)
            found.append((context, json.loads(arguments)))
        return found


def started(several: list[Claimed], task: Task[...] = generate_content) -> Work:
    """All in one turn of the event loop."""
    return {one[1]["order"]["segment"]: asyncio.create_task(_attempt(task, *one), context=contextvars.Context()) for one in several}


async def _attempt(task: Task[...], context: JobContext, arguments: dict[str, Any]) -> dict[str, Any] | None:
    enter_job(context)
    return await task(**arguments)


async def ends(work: Work) -> dict[str, Any]:
    outcomes = await asyncio.gather(*work.values(), return_exceptions=True)
    return dict(zip(work, outcomes, strict=True))


async def counts(shop: UUID) -> tuple[int, int, int, int]:
    """Drafts, generations used and reserved, claims on answers."""
    async with tenant_scope(shop) as scope:
        now = await standing(GENERATIONS)
        claims = await scope.fetchval("select count(*) from generated_contents_cache where claim is not null")
        return await scope.fetchval("select count(*) from contents"), now.used, now.reserved, claims


async def state(shop: UUID, job_id: UUID) -> JobState:
    async with tenant_scope(shop):
        return (await find_job(job_id)).state


@pytest.mark.usefixtures("together_only")
async def test_each_job_ends_with_its_own_words(shop: UUID, vendors: Stage) -> None:
    jobs = await ordered(shop)
    results = await ends(await begun(shop, jobs))
    async with tenant_scope(shop) as scope:
        drafts = {str(one.id): one for one in await list_contents()}
        for segment, job_id in zip(SEGMENTS, jobs, strict=True):
            job = await find_job(job_id)
            assert (job.state, job.result) == (JobState.DONE, results[segment])
            mine = [drafts[one] for one in results[segment]["contents"]]
            assert [(one.segment, one.created.by) for one in mine] == [(segment, f"Bu {segment}")] * 2
        calls = await scope.fetch("select segment, job_id from ai_interactions where purpose = 'content'")
        assert await scope.fetchval("select count(*) from jobs where task = 'content.forget'") == 1
    assert {(row["segment"], row["job_id"]) for row in calls} == set(zip(SEGMENTS, jobs, strict=True))
    assert len(vendors.requests) == 4
    assert await counts(shop) == (8, 4, 0, 0)


@pytest.mark.usefixtures("together_only")
async def test_two_shops_do_not_meet(shop: UUID, other_tenant: UUID) -> None:
    await fill_shop(other_tenant)
    mine, theirs = await ordered(shop, "champions", "loyal"), await ordered(other_tenant, "promising", "at_risk")
    both = await claimed(shop, mine) + await claimed(other_tenant, theirs)
    for one in (await ends(started(both))).values():
        assert isinstance(one, dict)
    async with tenant_scope(shop):
        assert {one.segment for one in await list_contents()} == {"champions", "loyal"}
    async with tenant_scope(other_tenant):
        assert {one.segment for one in await list_contents()} == {"promising", "at_risk"}
    assert company._gathering == {}  # noqa: SLF001 - nobody may be left there for the next turn


async def test_nobody_waits_for_company(shop: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    """One alone, and one that was tried before, go their own way."""
    in_company = []

    async def noted(self: Together) -> None:
        in_company.append(self)

    monkeypatch.setattr(Together, "run", noted)
    (first, *others) = await ordered(shop, "champions", "loyal", "at_risk")
    assert isinstance((await ends(await begun(shop, [first])))["champions"], dict)
    async with tenant_scope(shop) as scope:
        await scope.execute("update jobs set attempts = 1 where id = any ($1)", others)
    for one in (await ends(await begun(shop, others))).values():
        assert isinstance(one, dict)
    assert in_company == []
    assert await counts(shop) == (6, 3, 0, 0)


@pytest.mark.usefixtures("together_only")
async def test_more_than_go_together_are_several_companies(shop: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(company, "MOST_TOGETHER", 2)
    many = []
    run = Together.run

    async def noted(self: Together) -> None:
        many.append(len(self.orders))
        await run(self)

    monkeypatch.setattr(Together, "run", noted)
    await ends(await begun(shop, await ordered(shop)))
    assert many == [2, 2]
    assert await counts(shop) == (8, 4, 0, 0)


async def test_whoever_is_stopped_is_stopped_alone(shop: UUID, vendors: Stage) -> None:
    asked, go = asyncio.Event(), asyncio.Event()

    async def slowly() -> object:
        asked.set()
        await go.wait()
        return answer([variant(1), variant(2)])

    vendors.steps["openai/small"] += [slowly] * 3
    work = await begun(shop, await ordered(shop, "champions", "loyal", "at_risk"))
    await asked.wait()
    work["loyal"].cancel()
    with pytest.raises(asyncio.CancelledError):
        await work["loyal"]  # while the others are still asked
    assert await counts(shop) == (0, 0, 2, 2)
    go.set()
    outcomes = await ends(work)
    assert [type(one) for one in outcomes.values()] == [dict, asyncio.CancelledError, dict]
    assert await counts(shop) == (4, 2, 0, 0)
    async with tenant_scope(shop) as scope:
        calls = await scope.fetch("select segment, outcome from ai_interactions where purpose = 'content'")
    assert {row["segment"]: row["outcome"] for row in calls}["loyal"] == "unanswered"


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
async def test_whoever_is_stopped_before_it_began_leaves_nothing(shop: UUID, turns: int) -> None:
    work = await begun(shop, await ordered(shop, "champions", "loyal", "at_risk"))
    for _ in range(turns):
        await asyncio.sleep(0)
    work["loyal"].cancel()
    outcomes = await ends(work)
    assert [type(one) for one in outcomes.values()] == [dict, asyncio.CancelledError, dict]
    drafts, used, reserved, claims = await counts(shop)
    assert (drafts, used, claims) == (4, 2, 0)
    assert reserved == (1 if turns == 0 else 0)  # one that never ran is given back with its job's end


async def test_what_is_being_kept_is_kept_and_done(shop: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stop that comes when the answer is on its way into the database comes too late."""
    keeping, go = asyncio.Event(), asyncio.Event()

    async def slowly(*given: Any) -> None:  # noqa: ANN401 - as it is
        keeping.set()
        await go.wait()
        await complete_each(*given)

    monkeypatch.setattr(company, "complete_each", slowly)
    jobs = await ordered(shop, "champions", "loyal")
    work = await begun(shop, jobs)
    await keeping.wait()
    work["loyal"].cancel()
    await asyncio.sleep(0)
    go.set()
    assert [type(one) for one in (await ends(work)).values()] == [dict, dict]
    assert [await state(shop, one) for one in jobs] == [JobState.DONE] * 2
    assert await counts(shop) == (4, 2, 0, 0)


async def test_one_that_another_attempt_has_spoils_no_other(shop: UUID) -> None:
    """And what is reserved and claimed for it stays that attempt's."""
    jobs = await ordered(shop, "champions", "loyal", "at_risk")
    outcomes = await ends(await begun(shop, jobs, lost=(jobs[1],)))
    assert [type(one) for one in outcomes.values()] == [dict, JobLost, dict]
    assert [await state(shop, one) for one in jobs] == [JobState.DONE, JobState.RUNNING, JobState.DONE]
    assert await counts(shop) == (4, 2, 1, 1)
    async with tenant_scope(shop) as scope:
        calls = await scope.fetchval("select count(*) from ai_interactions where purpose = 'content' and outcome = 'complete'")
        await scope.execute("update jobs set attempts = 0 where id = $1", jobs[1])
    assert calls == 3  # it was called, and is in the ledger
    assert isinstance((await ends(await begun(shop, [jobs[1]])))["loyal"], dict)
    assert await counts(shop) == (6, 3, 0, 0)


async def test_one_that_nobody_answers_to_is_tried_again_alone(shop: UUID, vendors: Stage) -> None:
    await settle_on(shop, chain=("openai",))
    vendors.steps["openai/small"].append(QuotaExhaustedError())
    outcomes = await ends(await begun(shop, await ordered(shop, "champions", "loyal")))
    kinds = {type(one) for one in outcomes.values()}
    assert kinds <= {NobodyAnsweredError, dict}
    assert NobodyAnsweredError in kinds
    used = sum(isinstance(one, dict) for one in outcomes.values())
    assert await counts(shop) == (2 * used, used, 0, 0)


async def test_what_nobody_foresaw_is_the_error_of_one_and_no_other_is_asked_again(
    shop: UUID, vendors: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    really, calls = FreeLimiter.acquire, itertools.count()

    async def broken_once(*given: Any, **more: Any) -> Any:  # noqa: ANN401 - as it is
        if next(calls) == 0:
            raise LookupError("the line to the database broke")
        return await really(*given, **more)

    monkeypatch.setattr(FreeLimiter, "acquire", broken_once)
    outcomes = await ends(await begun(shop, await ordered(shop, "champions", "loyal", "at_risk")))
    assert Counter(type(one) for one in outcomes.values()) == {dict: 2, LookupError: 1}
    assert len(vendors.requests) == 2
    assert await counts(shop) == (4, 2, 0, 0)


async def test_what_is_out_of_the_ordinary_goes_its_own_way(shop: UUID, vendors: Stage) -> None:
    """A budget: what each may cost is looked at one by one. An answer in the cache costs nothing, and gives its quota back."""
    jobs = await ordered(shop, "champions", "loyal")
    async with tenant_scope(shop):
        await set_budget(1_000_000)
    for one in (await ends(await begun(shop, jobs))).values():
        assert isinstance(one, dict)
    async with tenant_scope(shop):
        await set_budget(None)
        for job_id in jobs:
            await rerun_job(job_id)
    again = await ends(await begun(shop, jobs))
    assert [one["cached"] for one in again.values()] == [True, True]
    assert len(vendors.requests) == 2
    assert (await counts(shop))[1:] == (2, 0, 0)


async def test_where_they_cannot_go_together_each_goes_alone(
    shop: UUID, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(_: UUID, orders: Mapping[UUID, Order]) -> None:
        raise LookupError(*(one.segment for one in orders.values()))

    monkeypatch.setattr("batikrfm.content.together._begin", broken)
    with caplog.at_level(logging.WARNING):
        outcomes = await ends(await begun(shop, await ordered(shop, "champions", "loyal")))
    assert [type(one) for one in outcomes.values()] == [dict, dict]
    assert "LookupError" in caplog.text
    assert "champions" not in caplog.text  # an error's words may hold anything
    assert await counts(shop) == (4, 2, 0, 0)


async def test_a_quota_that_was_lowered_meanwhile_keeps_what_was_promised(shop: UUID) -> None:
    jobs = await ordered(shop)
    async with tenant_scope(shop):
        await set_quota(GENERATIONS, 1)
    for one in (await ends(await begun(shop, jobs))).values():
        assert isinstance(one, dict)
    assert await counts(shop) == (8, 4, 0, 0)


async def test_what_a_trigger_orders_is_in_company_and_put_off_where_there_is_no_room(shop: UUID) -> None:
    async with tenant_scope(shop):
        await set_quota(GENERATIONS, 1)
        tomorrow = (await standing(GENERATIONS)).renews_at
        until = (tomorrow + dt.timedelta(days=2)).isoformat()
        jobs = [
            await enqueue(generate_triggered, {"order": Order(segment).as_json(), "until": until}) for segment in ("champions", "loyal")
        ]
    outcomes = await ends(await begun(shop, jobs, task=generate_triggered))
    assert outcomes["loyal"] == {"put_off": tomorrow.isoformat()}
    assert len(outcomes["champions"]["contents"]) == 2
    assert [await state(shop, one) for one in jobs] == [JobState.DONE] * 2
    assert await counts(shop) == (2, 1, 0, 0)
