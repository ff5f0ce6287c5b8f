"""The job that writes copy: killed anywhere and run again, it leaves one set of drafts and one generation off the quota."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from batikrfm.content.errors import PrivacyGateError
from batikrfm.content.generating import generate
from batikrfm.content.model import Order
from batikrfm.content.tasks import forget_answers, generate_content
from batikrfm.db.keys import uuid7
from batikrfm.jobs import JobLost, enqueue, find_job
from batikrfm.jobs.context import JobContext, in_job
from batikrfm.tenancy import tenant_scope
from batikrfm.usage import GENERATIONS, standing
from content_stage import customer, fill_shop

if TYPE_CHECKING:
    from chain_stage import Stage

ORDER = Order("champions")
CLAIM = """
update jobs set state = 'running', due = false, claim = $2, lease_until = now() + interval '1 minute', attempts = attempts + 1 where id = $1
"""
QUEUE = """
insert into job_queues (tenant_id, id, running) values (current_setting('app.tenant_id')::uuid, uuidv7(), 1)
on conflict (tenant_id) do update set running = 1
"""
KILLED = ("settle_and_record", "fill", "keep", "complete")


async def ordered(tenant: UUID) -> UUID:
    async with tenant_scope(tenant):
        return await enqueue(generate_content, {"order": ORDER.as_json()})


async def attempt(tenant: UUID, job_id: UUID) -> dict[str, Any] | None:
    """One attempt of a worker."""
    claim = uuid7()
    async with tenant_scope(tenant) as scope:
        await scope.execute(CLAIM, job_id, claim)
        await scope.execute(QUEUE)
    with in_job(JobContext(tenant, job_id, 1, 3, claim)):
        return await generate_content(ORDER.as_json())


async def counts(tenant: UUID) -> tuple[int, int, int]:
    """Drafts, generations used, generations reserved."""
    async with tenant_scope(tenant) as scope:
        now = await standing(GENERATIONS)
        return await scope.fetchval("select count(*) from contents"), now.used, now.reserved


@pytest.mark.usefixtures("writing")
async def test_the_job_ends_with_its_drafts(shop: UUID) -> None:
    job_id = await ordered(shop)
    result = await attempt(shop, job_id)
    async with tenant_scope(shop) as scope:
        job = await find_job(job_id)
        assert job.result == result
        assert job.state.over
        drafts = [str(row["id"]) for row in await scope.fetch("select id from contents order by id")]
        later = await scope.fetchval("select count(*) from jobs where task = 'content.forget'")
    assert result is not None
    assert (result["contents"], result["origin"], result["provider"]) == (drafts, "provider", "openai")
    assert await counts(shop) == (2, 1, 0)
    assert later == 1


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("where", KILLED)
@pytest.mark.usefixtures("writing")
async def test_killed_in_the_last_scope_nothing_is_half_kept(
    shop: UUID, vendors: Stage, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    from batikrfm.content import generating, kept, tasks, written

    async def die(*_: object, **__: object) -> None:
        raise Killed

    async def gone(*_: object, **__: object) -> None:
        """A dead process gives nothing back."""

    home = {"fill": kept, "keep": written, "complete": tasks}.get(where, generating)
    job_id = await ordered(shop)
    with monkeypatch.context() as dying:
        dying.setattr(home, "keep_each" if where == "keep" else where, die)
        dying.setattr(generating, "give_up", gone)  # where a dead process would stop
        with pytest.raises(Killed):
            await attempt(shop, job_id)
    assert await counts(shop) == (0, 0, 1)  # its lease gives it back, or the job's next attempt has it
    await attempt(shop, job_id)
    assert await counts(shop) == (2, 1, 0)
    assert len(vendors.requests) == 2


@pytest.mark.usefixtures("writing")
async def test_an_attempt_whose_job_was_taken_keeps_nothing(shop: UUID) -> None:
    job_id = await ordered(shop)
    with in_job(JobContext(shop, job_id, 1, 3, uuid7())), pytest.raises(JobLost):
        await generate_content(ORDER.as_json())
    assert await counts(shop) == (0, 0, 1)
    await attempt(shop, job_id)
    assert await counts(shop) == (2, 1, 0)


@pytest.mark.usefixtures("writing")
async def test_forgetting_is_a_job(shop: UUID) -> None:
    await generate(shop, ORDER)
    async with tenant_scope(shop) as scope:
        await scope.execute("update generated_contents_cache set expires_at = now() - interval '1 second'")
    with in_job(JobContext(shop, uuid7(), 1)):
        assert await forget_answers() == {"forgotten": 1}


@pytest.mark.usefixtures("writing")
async def test_no_log_line_has_a_customer_or_a_prompt_in_it(tenant: UUID, vendors: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await fill_shop(tenant, customer("Siti Rahmawati", phone="+6281234567890", email="siti@contoh.id"), voice="Hangat dan jujur")
    caplog.clear()
    await generate(tenant, ORDER)
    vendors.always["openai"] = None
    with pytest.raises(PrivacyGateError) as refused:
        await generate(tenant, replace(ORDER, offer="Khusus Siti Rahmawati, 0812-3456-7890, siti@contoh.id"))
    logged = caplog.text + repr(refused.value) + repr(refused.value.values)
    for secret in ("Rahmawati", "81234567890", "3456", "siti@", "Hangat dan jujur", "Kelompok: Juara"):
        assert secret.lower() not in logged.lower()
