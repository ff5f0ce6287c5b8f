"""A declaration for more customers than somebody waits for: a job, some of them at a time, while people go on saying what they want."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextvars import Context
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from declarations import CLAIM, bring, by, people

from batikrfm.db.engine import current_scope
from batikrfm.delivery.consent import ConsentState, Means, Recipient, Said, consents_of, opt_out, standing_of, writing_down
from batikrfm.delivery.consent import declaring as declarations
from batikrfm.delivery.consent.declaring import carry_on, declare, find_declaration, withdraw
from batikrfm.delivery.consent.errors import DeclaredError
from batikrfm.delivery.consent.model import Declaration, Doing, Work
from batikrfm.delivery.consent.writing_down import step
from batikrfm.delivery.model import LeftOut, Medium, Purpose
from batikrfm.jobs import JobState, cancel_job, find_job
from batikrfm.jobs.trying import run_queued
from batikrfm.tenancy import tenant_scope

if TYPE_CHECKING:
    from core.tests.delivery.consent.conftest import Shop

CLICK = Said("tautan", "BatikRFM", Means.RECIPIENT)
HELD_UP = "select count(*) from pg_locks where not granted and pg_backend_pid() = any (pg_blocking_pids(pid))"
HISTORY = "select customer_id, count(*) as many from customer_consents where means = $1 group by 1"


@pytest.fixture(autouse=True)
def soon_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than three people are many; three have their turn at once."""
    monkeypatch.setattr(declarations, "MANY", 3)
    monkeypatch.setattr(writing_down, "AT_ONCE", 3)


async def declared(tenant: UUID, customers: Sequence[UUID]) -> Declaration:
    brought = await bring(tenant, *customers)
    async with tenant_scope(tenant):
        return await declare(brought, CLAIM, by(tenant))


async def standing(tenant: UUID, customers: Sequence[UUID]) -> list[LeftOut | None]:
    async with tenant_scope(tenant):
        found = await standing_of(customers, Medium.EMAIL, Purpose.MARKETING)
    return [found[one] for one in customers]


async def found(tenant: UUID, declaration: Declaration) -> Declaration:
    async with tenant_scope(tenant):
        return await find_declaration(declaration.id)


async def one_step(tenant: UUID, declaration: Declaration, doing: Doing = Doing.DECLARING) -> Work | None:
    async with tenant_scope(tenant):
        return await step(declaration.id, doing)


async def written(tenant: UUID, means: Means = Means.IMPORT) -> dict[UUID, int]:
    async with tenant_scope(tenant) as scope:
        return {row["customer_id"]: row["many"] for row in await scope.fetch(HISTORY, means)}


async def test_few_are_done_at_once_and_many_by_a_job_with_progress(tenant: UUID) -> None:
    few, many = await people(tenant, 3), await people(tenant, 8)
    assert (await declared(tenant, few)).work is None
    waiting = await declared(tenant, many)
    assert waiting.work is not None
    assert (waiting.customers, waiting.work.doing, waiting.work.done, waiting.work.people) == (0, Doing.DECLARING, 0, 8)
    (job,) = await run_queued(tenant)
    assert (job.id, job.state, job.result) == (waiting.work.job_id, JobState.DONE, {"declaration_id": str(waiting.id)})
    assert (job.done, job.total) == (6, 8)  # what was last said; the end says the rest
    done = await found(tenant, waiting)
    assert (done.work, done.customers, done.refused) == (None, 8, 0)
    assert await written(tenant) == dict.fromkeys([*few, *many], 1)
    assert await standing(tenant, [*few, *many]) == [None] * 11


async def test_nobody_may_be_written_to_before_they_are_written_down(tenant: UUID) -> None:
    """Consent comes first, also while a declaration is under way. Sabotage: have ``declare`` hold everybody's state at once; red."""
    customers = await people(tenant, 7)
    waiting = await declared(tenant, customers)
    for done in (0, 3, 6):
        assert await standing(tenant, customers) == [None] * done + [LeftOut.NO_CONSENT] * (7 - done)
        assert len(await written(tenant)) == (await found(tenant, waiting)).customers == done
        await one_step(tenant, waiting)
    assert await standing(tenant, customers) == [None] * 7


async def test_an_opt_out_in_between_always_wins(tenant: UUID) -> None:
    """Before their turn and after it, while declaring and while taking back. Sabotage: drop the last ``where`` of WRITE; red."""
    customers = await people(tenant, 7)
    waiting = await declared(tenant, customers)
    await one_step(tenant, waiting)
    early, late = customers[0], customers[6]
    async with tenant_scope(tenant):
        for one in (early, late):
            await opt_out(Recipient(Medium.EMAIL, one), CLICK)
    await run_queued(tenant)
    done = await found(tenant, waiting)
    assert (done.customers, done.refused) == (6, 1)
    assert await standing(tenant, customers) == [LeftOut.SUPPRESSED, *[None] * 5, LeftOut.SUPPRESSED]
    async with tenant_scope(tenant):
        assert [(await consents_of(one))[0].state for one in (early, late)] == [ConsentState.REFUSED] * 2


@pytest.mark.parametrize("doing", Doing)
async def test_an_opt_out_in_the_middle_of_a_step_wins(tenant: UUID, doing: Doing) -> None:
    """It has the row when the step comes to it: the step waits, and leaves it at what was said.

    Sabotage: drop ``for update of s`` of TAKE_BACK, or the last ``where`` of WRITE; red.
    """
    customers = await people(tenant, 4)
    waiting = await declared(tenant, customers)
    if doing is Doing.WITHDRAWING:
        await run_queued(tenant)
        async with tenant_scope(tenant):
            waiting = await withdraw(waiting.id, by(tenant))
    async with tenant_scope(tenant):
        await opt_out(Recipient(Medium.EMAIL, customers[1]), CLICK)
        stepping = asyncio.create_task(one_step(tenant, waiting, doing), context=Context())  # scopes do not nest
        await until_somebody_waits()
    await stepping
    await run_queued(tenant)
    others = None if doing is Doing.DECLARING else LeftOut.NO_CONSENT
    assert await standing(tenant, customers) == [others, LeftOut.SUPPRESSED, others, others]
    async with tenant_scope(tenant):
        assert (await consents_of(customers[1]))[0].state is ConsentState.REFUSED


async def until_somebody_waits() -> None:
    """Until a lock of this very transaction holds somebody up."""
    async with asyncio.timeout(20):
        while not await current_scope().fetchval(HELD_UP):  # noqa: ASYNC110 - what is waited for is in the database
            await asyncio.sleep(0.01)


async def test_many_are_taken_back_by_a_job_and_what_waits_for_them_is_left_out(tenant: UUID, shop: Shop) -> None:
    customers = [*await people(tenant, 6), await shop.customer()]
    message = await shop.message(customers[6])
    waiting = await declared(tenant, customers)
    await run_queued(tenant)
    async with tenant_scope(tenant):
        gone = await withdraw(waiting.id, by(tenant))
    assert gone.withdrawn is not None
    assert gone.work is not None
    assert (gone.work.doing, gone.work.done, gone.work.people) == (Doing.WITHDRAWING, 0, 7)
    await run_queued(tenant)
    assert await standing(tenant, customers) == [LeftOut.NO_CONSENT] * 7
    assert await written(tenant, Means.WITHDRAWN) == dict.fromkeys(customers, 1)
    assert await shop.state_of(message) == ("left_out", LeftOut.NO_CONSENT)
    assert (await found(tenant, waiting)).work is None


async def test_what_is_still_being_written_can_be_taken_back(tenant: UUID) -> None:
    """The first job ends, and only those who had their turn are taken back."""
    customers = await people(tenant, 8)
    waiting = await declared(tenant, customers)
    await one_step(tenant, waiting)
    async with tenant_scope(tenant):
        gone = await withdraw(waiting.id, by(tenant))
    assert (gone.customers, gone.work) == (3, None)  # so few that they were taken back at once
    (job,) = await run_queued(tenant)
    assert job.state is JobState.DONE
    assert await standing(tenant, customers) == [LeftOut.NO_CONSENT] * 8
    assert len(await written(tenant)) == 3
    assert (await found(tenant, waiting)).work is None


async def test_one_that_was_stopped_keeps_what_it_did_and_is_carried_on(tenant: UUID) -> None:
    customers = await people(tenant, 8)
    waiting = await declared(tenant, customers)
    assert waiting.work is not None
    assert waiting.work.job_id is not None
    await one_step(tenant, waiting)
    async with tenant_scope(tenant):
        await cancel_job(waiting.work.job_id)
    assert await run_queued(tenant) == []
    stopped = await found(tenant, waiting)
    assert stopped.work is not None
    assert (stopped.customers, stopped.work.done, stopped.work.people) == (3, 3, 8)
    async with tenant_scope(tenant):
        with pytest.raises(DeclaredError):
            await declare(waiting.import_id, CLAIM, by(tenant))
        again = await carry_on(waiting.id)
        assert await carry_on(waiting.id) == again  # pressed twice
        assert again.work is not None
        assert again.work.job_id is not None
        assert (await find_job(again.work.job_id)).state is JobState.QUEUED
    assert len(await run_queued(tenant)) == 1
    done = await found(tenant, waiting)
    assert (done.work, done.customers) == (None, 8)
    assert await written(tenant) == dict.fromkeys(customers, 1)
    async with tenant_scope(tenant):
        assert await carry_on(waiting.id) == done


async def test_two_workers_of_one_declaration_write_everybody_once(tenant: UUID) -> None:
    """A worker whose job was taken from it still works when the next one begins. Sabotage: drop ``for update of d`` of HOLD; red."""
    customers = await people(tenant, 20)
    waiting = await declared(tenant, customers)

    async def work() -> None:
        while await one_step(tenant, waiting):
            pass

    await asyncio.gather(work(), work(), work())
    done = await found(tenant, waiting)
    assert (done.work, done.customers, done.refused) == (None, 20, 0)
    assert await written(tenant) == dict.fromkeys(customers, 1)


async def test_a_new_declaration_while_the_old_one_is_taken_back_holds(tenant: UUID) -> None:
    customers = await people(tenant, 8)
    old = await declared(tenant, customers)
    await run_queued(tenant)
    async with tenant_scope(tenant):
        await withdraw(old.id, by(tenant))
        new = await declare(old.import_id, CLAIM, by(tenant))
    for _ in range(4):
        await one_step(tenant, new)
        await one_step(tenant, old, Doing.WITHDRAWING)
    await run_queued(tenant)
    assert await standing(tenant, customers) == [None] * 8
    assert (await found(tenant, new)).customers == 8


async def test_another_shops_declaration_is_nobodys_to_work_on(tenant: UUID, other_tenant: UUID) -> None:
    waiting: Any = await declared(tenant, await people(tenant, 5))
    assert await one_step(other_tenant, waiting) is None
    assert (await found(tenant, waiting)).customers == 0
