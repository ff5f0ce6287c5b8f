"""One job for the words of several segments: killed anywhere and run again, it leaves one set of drafts for each, paid for once.

Sabotages that turn these red: in ``tasks.generate_each`` keep the result outside of the scope that keeps the drafts; ask again for what the
result has; in ``_not_yet`` say nothing of a problem; in ``ordering`` look for no order that waits; in ``jobs.outcomes`` or
``jobs.steering`` give nothing back.
"""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from batikrfm.content import tasks
from batikrfm.content.cache import Keep
from batikrfm.content.chain import NobodyAnsweredError
from batikrfm.content.generating import generate
from batikrfm.content.model import Order
from batikrfm.content.ordering import Queued, Refused, Taken, order, order_many
from batikrfm.content.review import list_contents
from batikrfm.content.tasks import generate_each
from batikrfm.db.keys import uuid7
from batikrfm.jobs import Job, JobLost, JobState, cancel_job, enqueue, find_job, open_jobs, rerun_job
from batikrfm.jobs.context import JobContext, in_job
from batikrfm.jobs.outcomes import GivenUp, settle
from batikrfm.jobs.trying import run_queued
from batikrfm.sdk.extension import Principal
from batikrfm.sdk.plugin_errors import QuotaExhaustedError
from batikrfm.tenancy import tenant_scope
from batikrfm.usage import GENERATIONS, set_budget, set_quota, standing
from content_stage import settle_on

if TYPE_CHECKING:
    from chain_stage import Stage

pytestmark = pytest.mark.usefixtures("writing")
SEGMENTS = ("champions", "loyal", "promising", "at_risk")
BY = Principal("user", uuid7(), "Bu Sri", uuid7(), frozenset())
CLAIM = """
update jobs set state = 'running', due = false, claim = $2, lease_until = now() + interval '1 minute', attempts = attempts + 1 where id = $1
returning attempts, arguments
"""
QUEUE = """
insert into job_queues (tenant_id, id, running) values (current_setting('app.tenant_id')::uuid, uuidv7(), 1)
on conflict (tenant_id) do update set running = 1
"""


async def ordered(shop: UUID, *segments: str, fresh: bool = False) -> UUID:
    """The job of an order for these segments."""
    async with tenant_scope(shop):
        found = await order_many(segments or SEGMENTS, Order("", fresh=fresh), by=BY)
        (job_id,) = {one.job_id for one in found.values() if isinstance(one, Queued)}
        return job_id


async def attempt(shop: UUID, job_id: UUID) -> None:
    """One attempt of a worker."""
    claim = uuid7()
    async with tenant_scope(shop) as scope:
        ((number, arguments),) = await scope.fetch(CLAIM, job_id, claim)
        await scope.execute(QUEUE)
    with in_job(JobContext(shop, job_id, number, 3, claim)):
        await generate_each(**json.loads(arguments))


async def job_of(shop: UUID, job_id: UUID) -> Job:
    async with tenant_scope(shop):
        return await find_job(job_id)


async def counts(shop: UUID) -> tuple[int, int, int]:
    """Drafts, generations used, generations reserved."""
    async with tenant_scope(shop) as scope:
        now = await standing(GENERATIONS)
        return await scope.fetchval("select count(*) from contents"), now.used, now.reserved


async def test_the_result_says_of_each_segment_what_there_is(shop: UUID, vendors: Stage) -> None:
    job_id = await ordered(shop)
    assert await counts(shop) == (0, 0, 4)
    await attempt(shop, job_id)
    job = await job_of(shop, job_id)
    result = job.result or {}
    assert (job.state, set(result)) == (JobState.DONE, set(SEGMENTS))
    async with tenant_scope(shop) as scope:
        drafts = await list_contents()
        assert await scope.fetchval("select count(*) from jobs where task = 'content.forget'") == 1
    for segment, one in result.items():
        assert set(one["contents"]) == {str(draft.id) for draft in drafts if draft.segment == segment}
        assert (one["segment"], one["origin"], one["provider"], one["cached"]) == (segment, "provider", "openai", False)
    assert {draft.created.by for draft in drafts} == {"Bu Sri"}
    assert len(vendors.requests) == 4
    assert await counts(shop) == (8, 4, 0)


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("where", ["settle_and_record", "fill_each", "keep_each", "complete"])
async def test_killed_in_the_last_scope_nothing_is_half_kept(shop: UUID, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    from batikrfm.content import kept, together, written

    async def die(*_: object, **__: object) -> None:
        raise Killed

    async def gone(*_: object, **__: object) -> None:
        """A dead process gives nothing back."""

    home = {"settle_and_record": together, "fill_each": kept, "keep_each": written}.get(where, tasks)
    job_id = await ordered(shop)
    with monkeypatch.context() as dying:
        dying.setattr(home, where, die)
        dying.setattr(together, "give_up", gone)  # where a dead process would stop
        with pytest.raises(Killed):
            await attempt(shop, job_id)
    assert (await job_of(shop, job_id)).result is None
    assert await counts(shop) == (0, 0, 4)  # their leases give it back, or the job's next attempt has it
    await attempt(shop, job_id)
    assert await counts(shop) == (8, 4, 0)


async def test_killed_between_two_of_them_the_next_attempt_does_the_other(
    shop: UUID, vendors: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is kept for itself here, as answers of different speed are."""

    async def die_at_the_second(tenant: UUID, wanted: Order, *, key: UUID, keep: Keep) -> None:
        if (await counts(shop))[0]:
            raise Killed
        await generate(tenant, wanted, key=key, keep=keep)

    monkeypatch.setattr(tasks, "generate_together", _none_together)
    job_id = await ordered(shop, "champions", "loyal", fresh=True)
    with monkeypatch.context() as dying:
        dying.setattr(tasks, "asyncio", SimpleNamespace(gather=_in_turn))
        dying.setattr(tasks, "generate", die_at_the_second)
        with pytest.raises(Killed):
            await attempt(shop, job_id)
    first = (await job_of(shop, job_id)).result
    assert first is not None
    ((segment, written),) = first.items()
    assert await counts(shop) == (2, 1, 1)
    await attempt(shop, job_id)
    result = (await job_of(shop, job_id)).result
    assert result is not None
    assert (result[segment], set(result)) == (written, {"champions", "loyal"})
    assert len(vendors.requests) == 2
    assert await counts(shop) == (4, 2, 0)


async def _none_together(*_: object) -> dict[UUID, object]:
    return {}


async def _in_turn(*work: Any, return_exceptions: bool) -> list[Any]:  # noqa: ANN401 - as gather
    assert return_exceptions
    return [await one for one in work]


@pytest.mark.parametrize("how", ["all at once", "each for itself"])
async def test_an_attempt_whose_job_was_taken_keeps_nothing(shop: UUID, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    job_id = await ordered(shop)
    async with tenant_scope(shop):
        ((_, arguments),) = await open_jobs(generate_each)
    with monkeypatch.context() as apart, in_job(JobContext(shop, job_id, 1, 3, uuid7())):
        if how == "each for itself":
            apart.setattr(tasks, "generate_together", _none_together)
        with pytest.raises(JobLost):
            await generate_each(**arguments)
    assert await counts(shop) == (0, 0, 4)
    await attempt(shop, job_id)
    assert await counts(shop) == (8, 4, 0)


async def test_one_that_cannot_be_written_says_why_and_the_others_are_there(shop: UUID) -> None:
    job_id = await ordered(shop, "champions", "loyal")
    async with tenant_scope(shop) as scope:
        await scope.execute("update jobs set arguments = replace(arguments::text, 'loyal', 'nobody')::jsonb where id = $1", job_id)
    await attempt(shop, job_id)
    result = (await job_of(shop, job_id)).result
    assert result is not None
    assert len(result["champions"]["contents"]) == 2
    assert set(result["nobody"]["problem"]) == {"id", "en"}
    assert await counts(shop) == (2, 1, 0)


async def test_what_nobody_answers_to_is_tried_again_and_nothing_else_is(shop: UUID, vendors: Stage) -> None:
    await settle_on(shop, chain=("openai",))
    vendors.steps["openai/small"].append(QuotaExhaustedError())
    job_id = await ordered(shop, "champions", "loyal")
    with pytest.raises(NobodyAnsweredError):
        await attempt(shop, job_id)
    drafts, used, reserved = await counts(shop)
    assert (drafts, reserved) == (2 * used, 0)
    assert used < 2
    async with tenant_scope(shop):
        job = await find_job(job_id)
        assert not job.state.over
        assert set(job.result or {}) == {draft.segment for draft in await list_contents()}


async def test_a_shop_with_a_budget_has_its_words_too(shop: UUID) -> None:
    async with tenant_scope(shop):
        await set_budget(1_000_000)
    await attempt(shop, await ordered(shop))
    assert await counts(shop) == (8, 4, 0)


async def test_what_is_there_and_what_waits_is_not_ordered_again(shop: UUID) -> None:
    """Whoever asks meanwhile for one of them alone has a job of their own, and their words from the one answer."""
    await attempt(shop, await ordered(shop, "champions"))
    job_id = await ordered(shop, "loyal", "at_risk")
    async with tenant_scope(shop):
        found = await order_many(SEGMENTS, Order(""), by=BY)
        assert await order_many(["loyal"], Order("", offer="Gratis ongkir"), by=BY) != {"loyal": Queued(job_id)}
    assert isinstance(found["champions"], Taken)
    assert (found["loyal"], found["at_risk"]) == (Queued(job_id), Queued(job_id))
    new = found["promising"]
    assert isinstance(new, Queued)
    assert new.job_id != job_id
    async with tenant_scope(shop):
        alone = await order(Order("at_risk"), by=BY)
        assert isinstance(alone, Queued)
        assert (await order_many(["at_risk"], Order(""), by=BY)) == {"at_risk": Queued(job_id)}
    await attempt(shop, job_id)
    await attempt(shop, new.job_id)
    assert (await counts(shop))[:2] == (8, 4)


async def test_a_job_of_one_is_given_again_to_whoever_orders_several(shop: UUID) -> None:
    async with tenant_scope(shop):
        alone = await order(Order("loyal"), by=BY)
        assert isinstance(alone, Queued)
        found = await order_many(["loyal", "champions"], Order(""), by=BY)
    assert found["loyal"] == alone
    assert found["champions"] != alone
    assert (await counts(shop))[2] == 2


async def test_what_does_not_fit_is_refused_and_the_rest_is_ordered(shop: UUID) -> None:
    async with tenant_scope(shop):
        await set_quota(GENERATIONS, 3)
        found = await order_many(None, Order(""), by=BY)
    kinds = [type(one) for one in found.values()]
    assert kinds == [Queued] * 3 + [Refused] * (len(kinds) - 3)
    assert len({one.job_id for one in found.values() if isinstance(one, Queued)}) == 1
    assert await counts(shop) == (0, 0, 3)


async def test_more_than_go_together_are_written_all_the_same(shop: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "MOST_TOGETHER", 3)
    job_id = await ordered(shop)
    await attempt(shop, job_id)
    assert await counts(shop) == (8, 4, 0)


async def test_an_order_by_nobody_is_the_programs_own(shop: UUID) -> None:
    async with tenant_scope(shop):
        job_id = await enqueue(generate_each, {"orders": {str(uuid7()): Order("champions").as_json()}})
    await attempt(shop, job_id)
    async with tenant_scope(shop):
        assert {draft.created.kind for draft in await list_contents()} == {"system"}


@pytest.mark.parametrize("how", ["one", "several"])
async def test_cancelled_while_it_waits_its_quota_is_free_at_once(shop: UUID, how: str) -> None:
    if how == "one":
        async with tenant_scope(shop):
            queued = await order(Order("loyal"), by=BY)
        assert isinstance(queued, Queued)
        job_id, many = queued.job_id, 1
    else:
        job_id, many = await ordered(shop), 4
    assert await counts(shop) == (0, 0, many)
    async with tenant_scope(shop):
        await cancel_job(job_id)
    assert await counts(shop) == (0, 0, 0)
    async with tenant_scope(shop):
        await cancel_job(job_id)  # it is over: nothing more to give back
        await rerun_job(job_id)
    await run_queued(shop, only_due=True)
    assert (await job_of(shop, job_id)).state == JobState.DONE
    assert await counts(shop) == (2 * many, many, 0)


async def test_stopped_in_the_middle_what_is_not_written_is_free_at_once(shop: UUID) -> None:
    job_id, claim = await ordered(shop), uuid7()
    async with tenant_scope(shop) as scope:
        await scope.fetch(CLAIM, job_id, claim)
        await scope.execute(QUEUE)
    stopped = GivenUp("cancelled", None)
    assert not await settle(JobContext(shop, job_id, 1, 3, uuid7()), stopped)  # another attempt has it
    assert await counts(shop) == (0, 0, 4)
    assert await settle(JobContext(shop, job_id, 1, 3, claim), stopped)
    assert await counts(shop) == (0, 0, 0)
