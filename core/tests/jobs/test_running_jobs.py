from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from batikrfm.db.engine import NoScope
from batikrfm.jobs import (
    JobLost,
    JobNotFoundError,
    JobRunsError,
    JobState,
    cancel_job,
    complete,
    current_job,
    enqueue,
    enqueue_once,
    find_job,
    job,
    keep_result,
    list_jobs,
    open_jobs,
    progress,
    rerun_job,
)
from batikrfm.jobs.context import JobContext, in_job
from batikrfm.jobs.errors import NotInJob, TaskError
from batikrfm.jobs.registry import Result, Task
from batikrfm.jobs.trying import run_queued, wait_for_job
from batikrfm.sdk.errors import InputError
from batikrfm.sdk.text import Text
from batikrfm.tenancy import tenant_scope

pytestmark = pytest.mark.usefixtures("clean_queue")
Working = Callable[..., AbstractAsyncContextManager[None]]
SAID = Text(id="Tiga dari sepuluh", en="Three of ten")


class Unhappy(InputError):
    text = Text(id="Berkasnya kosong.", en="The file is empty.")


@job("test.echo")
async def echo(**said: object) -> Result:
    return said


@job("test.unhappy", max_attempts=5)
async def unhappy() -> None:
    raise Unhappy


@job("test.broken", max_attempts=3, retry_after=0.05)
async def broken() -> None:
    raise ValueError("Siti +628123456789")


@job("test.second_time", retry_after=0.01)
async def second_time() -> Result:
    if current_job().attempt == 1:
        raise OSError
    return {"attempt": current_job().attempt}


@job("test.endless")
async def endless() -> None:
    await progress(3, 10, SAID)
    await asyncio.Event().wait()


@job("test.polite")
async def polite() -> None:
    """Never waits for long, looks up at each progress."""
    n = 0
    while True:
        n += 1
        await asyncio.sleep(0.01)
        await progress(n)


@job("test.slow", timeout=0.05, max_attempts=1)
async def slow() -> None:
    await asyncio.sleep(60)


@job("test.no_json", max_attempts=1)
async def no_json() -> Result:
    return {"a": object()}


@job("test.nul")
async def nul() -> Result:
    await progress(1, 2, Text(id="a\0b", en="a\\u0000b"))
    return {"a": "x\0y", "b": "x\\u0000y"}


async def put(tenant: UUID, task: Task[...], arguments: dict[str, Any] | None = None) -> UUID:
    async with tenant_scope(tenant):
        return await enqueue(task, arguments)


async def test_a_job_runs_and_leaves_its_result(tenant: UUID, working: Working) -> None:
    job_id = await put(tenant, echo, {"a": [1, "dua", None]})
    async with working():
        done = await wait_for_job(tenant, job_id)
    assert (done.state, done.result, done.attempts, done.error) == (JobState.DONE, {"a": [1, "dua", None]}, 1, None)


async def test_a_worker_hears_of_a_job(tenant: UUID, working: Working) -> None:
    async with working():
        for n in range(3):
            assert (await wait_for_job(tenant, await put(tenant, echo, {"n": n}))).result == {"n": n}


async def test_what_the_input_has_wrong_is_said_and_not_tried_again(tenant: UUID, working: Working) -> None:
    job_id = await put(tenant, unhappy)
    async with working():
        failed = await wait_for_job(tenant, job_id)
    assert (failed.state, failed.error, failed.attempts) == (JobState.FAILED, Unhappy.text, 1)


async def test_other_errors_are_tried_again_and_then_the_job_is_dead(
    tenant: UUID, working: Working, caplog: pytest.LogCaptureFixture
) -> None:
    job_id = await put(tenant, broken)
    with caplog.at_level(logging.DEBUG):
        async with working():
            dead = await wait_for_job(tenant, job_id)
    assert (dead.state, dead.attempts, dead.max_attempts) == (JobState.DEAD, 3, 3)
    assert dead.error is not None
    assert "Siti" not in dead.error.en + caplog.text
    assert "ValueError" in caplog.text
    async with tenant_scope(tenant):
        assert [one.id for one in await list_jobs(state=JobState.DEAD)] == [job_id]


async def test_the_second_attempt_may_go_well(tenant: UUID, working: Working) -> None:
    job_id = await put(tenant, second_time)
    async with working():
        done = await wait_for_job(tenant, job_id)
    assert (done.state, done.result, done.attempts, done.error) == (JobState.DONE, {"attempt": 2}, 2, None)


async def test_a_dead_job_runs_again_with_all_its_attempts(tenant: UUID, working: Working) -> None:
    job_id = await put(tenant, broken)
    async with working():
        await wait_for_job(tenant, job_id)
        async with tenant_scope(tenant):
            await rerun_job(job_id)
            assert (await find_job(job_id)).error is None
        assert (await wait_for_job(tenant, job_id)).attempts == 3


async def test_what_is_queued_or_running_does_not_run_again(tenant: UUID, working: Working) -> None:
    job_id = await put(tenant, endless)
    async with tenant_scope(tenant):
        with pytest.raises(JobRunsError):
            await rerun_job(job_id)
    async with working():
        await wait_for_job(tenant, job_id, JobState.RUNNING)
        async with tenant_scope(tenant):
            with pytest.raises(JobRunsError):
                await rerun_job(job_id)
            await cancel_job(job_id)
        await wait_for_job(tenant, job_id)


async def test_cancelling_what_waits_is_at_once(tenant: UUID) -> None:
    job_id = await put(tenant, echo)
    async with tenant_scope(tenant):
        await cancel_job(job_id)
        cancelled = await find_job(job_id)
    assert cancelled.state == JobState.CANCELLED
    assert await run_queued(tenant) == []


@pytest.mark.parametrize("task", [endless, polite], ids=["waiting", "working"])
async def test_cancelling_what_runs(tenant: UUID, working: Working, task: Task[...]) -> None:
    job_id = await put(tenant, task)
    async with working(lease=600):  # so it is not a heartbeat that it hears it from
        await wait_for_job(tenant, job_id, JobState.RUNNING)
        async with tenant_scope(tenant):
            await cancel_job(job_id)
        assert (await wait_for_job(tenant, job_id)).state == JobState.CANCELLED


async def test_cancelling_what_is_over_changes_nothing(tenant: UUID) -> None:
    job_id = await put(tenant, echo)
    await run_queued(tenant)
    async with tenant_scope(tenant):
        await cancel_job(job_id)
        assert (await find_job(job_id)).state == JobState.DONE


async def test_progress_can_be_seen(tenant: UUID, working: Working) -> None:
    job_id = await put(tenant, endless)
    async with working():
        seen = await wait_for_job(tenant, job_id, JobState.RUNNING)
        for _ in range(1_000):
            if seen.message is None:
                await asyncio.sleep(0.01)
                seen = await wait_for_job(tenant, job_id, JobState.RUNNING)
        assert (seen.done, seen.total, seen.message) == (3, 10, SAID)
        async with tenant_scope(tenant):
            await cancel_job(job_id)
        await wait_for_job(tenant, job_id)


async def test_progress_inside_a_scope_is_not_undone_with_it(tenant: UUID) -> None:
    @job("test.undone", max_attempts=1)
    async def undone() -> None:
        async with tenant_scope(current_job().tenant_id) as scope:
            await scope.execute("update tenants set name = 'half'")
            await progress(1, 2)
            raise OSError

    job_id = await put(tenant, undone)
    (dead,) = await run_queued(tenant)
    assert (dead.id, dead.state, dead.done, dead.total) == (job_id, JobState.DEAD, 1, 2)


async def test_an_attempt_that_takes_too_long_is_stopped(tenant: UUID) -> None:
    await put(tenant, slow)
    (dead,) = await run_queued(tenant)
    assert dead.state == JobState.DEAD
    assert dead.error is not None
    assert "too long" in dead.error.en


async def test_a_result_that_is_no_json_is_an_error_of_the_job(tenant: UUID) -> None:
    await put(tenant, no_json)
    (dead,) = await run_queued(tenant)
    assert dead.state == JobState.DEAD


async def test_a_character_that_postgresql_does_not_take_is_left_out(tenant: UUID) -> None:
    await put(tenant, nul)
    (done,) = await run_queued(tenant)
    assert done.result == {"a": "xy", "b": "x\\u0000y"}
    assert done.message == Text(id="ab", en="a\\u0000b")


async def test_a_job_can_end_together_with_its_work(tenant: UUID, working: Working) -> None:
    @job("test.together")
    async def together() -> None:
        async with tenant_scope(current_job().tenant_id) as scope:
            await scope.execute("update tenants set name = name || '!'")
            await complete({"together": True})

    job_id = await put(tenant, together)
    async with working():
        done = await wait_for_job(tenant, job_id)
    assert (done.state, done.result) == (JobState.DONE, {"together": True})
    async with tenant_scope(tenant) as scope:
        assert (await scope.fetchval("select name from tenants")).endswith("!")


async def test_work_that_is_not_kept_is_not_done(tenant: UUID) -> None:
    @job("test.not_kept", retry_after=0)
    async def not_kept() -> None:
        async with tenant_scope(current_job().tenant_id):
            await complete()
            if current_job().attempt == 1:
                raise OSError  # nothing of the scope is kept, nor that the job is done

    await put(tenant, not_kept)
    jobs = await run_queued(tenant)
    assert [(one.state, one.attempts) for one in jobs] == [(JobState.DONE, 2)]


async def test_a_result_is_kept_in_parts_with_the_work_that_each_is_of(tenant: UUID, working: Working) -> None:
    """Also where an attempt breaks off: the next one finds what there is, and adds to it."""

    @job("test.in_parts", retry_after=0.01)
    async def in_parts() -> None:
        mine = current_job()
        async with tenant_scope(mine.tenant_id):
            before = (await find_job(mine.job_id)).result
            await keep_result({"first": mine.attempt, f"attempt {mine.attempt}": before})
        with contextlib.suppress(LookupError):
            async with tenant_scope(mine.tenant_id):
                await keep_result({"undone": True})
                raise LookupError
        if mine.attempt == 1:
            raise OSError
        async with tenant_scope(mine.tenant_id):
            await complete()

    job_id = await put(tenant, in_parts)
    async with working():
        done = await wait_for_job(tenant, job_id)
    assert done.state == JobState.DONE
    assert done.result == {"first": 2, "attempt 1": None, "attempt 2": {"first": 1, "attempt 1": None}}


async def test_nothing_is_kept_of_a_job_that_another_attempt_has(tenant: UUID) -> None:
    job_id = await put(tenant, echo, {"a": 1})
    with in_job(JobContext(tenant, job_id, 1)), pytest.raises(JobLost):
        async with tenant_scope(tenant):
            await keep_result({"a": 1})
    async with tenant_scope(tenant):
        assert (await find_job(job_id)).result is None


async def test_jobs_that_are_not_over_are_found_with_what_they_were_called_with(tenant: UUID, other_tenant: UUID) -> None:
    waits, *_ = [await put(tenant, echo, {"n": 1}), await put(tenant, slow), await put(other_tenant, echo, {"n": 2})]
    over = await put(tenant, echo, {"n": 3})
    async with tenant_scope(tenant):
        await cancel_job(over)
        assert await open_jobs(echo, unhappy) == [(waits, {"n": 1})]


async def test_no_job_without_its_transaction(tenant: UUID) -> None:
    async def undone() -> None:
        async with tenant_scope(tenant):
            await enqueue(echo)
            raise OSError("undo")

    with pytest.raises(OSError, match="undo"):
        await undone()
    async with tenant_scope(tenant):
        assert await list_jobs() == []


async def test_a_job_that_should_be_there_is_there_once(tenant: UUID) -> None:
    at = datetime.now(UTC) + timedelta(days=1)
    for _ in range(2):
        async with tenant_scope(tenant):
            await enqueue_once(echo, dedup_key="echo", run_at=at)
    async with tenant_scope(tenant):
        (one,) = await list_jobs()
        assert (one.task, one.state, one.run_at) == ("test.echo", JobState.QUEUED, at)
        await cancel_job(one.id)
        await enqueue_once(echo, dedup_key="echo", run_at=at)
        assert len(await open_jobs(echo)) == 1


async def test_enqueuing_needs_a_tenant() -> None:
    with pytest.raises(NoScope):
        await enqueue(echo)


async def test_arguments_are_json(tenant: UUID) -> None:
    async with tenant_scope(tenant):
        with pytest.raises(TaskError, match="JSON"):
            await enqueue(echo, {"file": object()})


async def test_another_tenants_job_is_not_found(tenant: UUID, other_tenant: UUID) -> None:
    job_id = await put(tenant, echo)
    async with tenant_scope(other_tenant):
        assert await list_jobs() == []
        for function in (find_job, cancel_job, rerun_job):
            with pytest.raises(JobNotFoundError):
                await function(job_id)
    async with tenant_scope(tenant):
        assert (await find_job(job_id)).state == JobState.QUEUED


async def test_pages_of_jobs(tenant: UUID) -> None:
    made = [await put(tenant, echo) for _ in range(5)]
    async with tenant_scope(tenant):
        first = await list_jobs(2)
        rest = await list_jobs(10, after=first[-1].id, state=JobState.QUEUED)
    assert {one.id for one in first + rest} == set(made)
    assert [one.id for one in first + rest] == sorted(made, reverse=True)


async def test_of_two_with_one_key_there_is_one(tenant: UUID, other_tenant: UUID) -> None:
    async with tenant_scope(tenant):
        first = await enqueue(echo, {"n": 1}, dedup_key="weekly")
        assert await enqueue(echo, {"n": 2}, dedup_key="weekly") == first
        assert await enqueue(echo, {"n": 3}, dedup_key="daily") != first
    async with tenant_scope(other_tenant):
        assert await enqueue(echo, {"n": 4}, dedup_key="weekly") != first
    await run_queued(tenant)
    async with tenant_scope(tenant):
        second = await enqueue(echo, {"n": 5}, dedup_key="weekly")
        assert second != first
        with pytest.raises(JobRunsError):
            await rerun_job(first)


async def test_racing_to_enqueue_one_key(tenant: UUID) -> None:
    async def one() -> UUID:
        async with tenant_scope(tenant):
            return await enqueue(echo, dedup_key="race")

    made = await asyncio.gather(*(one() for _ in range(20)))
    assert len(set(made)) == 1


async def test_what_belongs_into_a_job_says_so_elsewhere() -> None:
    with pytest.raises(NotInJob):
        current_job()
    with pytest.raises(NotInJob):
        await progress(1)


def test_a_name_is_one_tasks() -> None:
    async def other() -> None: ...

    with pytest.raises(TaskError, match=r"test\.echo"):
        job("test.echo")(other)
