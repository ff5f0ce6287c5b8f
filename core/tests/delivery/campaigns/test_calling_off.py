"""A campaign with very many messages that wait is cancelled: nothing more is sent from that moment, and a job cancels what waits."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from batikrfm.delivery import campaigns
from batikrfm.delivery.campaigns import calling_off, moving
from batikrfm.delivery.campaigns import tasks as campaign_tasks
from batikrfm.delivery.campaigns.calling_off import NOBODY, call_off
from batikrfm.delivery.campaigns.errors import CampaignStateError, MayNotSendError
from batikrfm.delivery.model import CampaignState
from batikrfm.jobs import JobState, cancel_job, list_jobs
from batikrfm.jobs.trying import run_queued
from batikrfm.plugins import Plugins
from batikrfm.tenancy import tenant_scope
from batikrfm.tenancy.permissions import Role
from reviewing import somebody

if TYPE_CHECKING:
    from core.tests.delivery.campaigns.conftest import Shop


@pytest.fixture
def soon_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than three messages are many; three are cancelled at once."""
    monkeypatch.setattr(moving, "MANY", 3)
    monkeypatch.setattr(calling_off, "AT_ONCE", 3)


async def waiting_jobs(task: str) -> list[UUID]:
    return [job.id for job in await list_jobs() if job.task == task and not job.state.over]


@pytest.mark.usefixtures("soon_many")
async def test_nothing_is_sent_from_the_moment_on_and_the_counts_are_right_at_each(tenant: UUID, shop: Shop, opened: Plugins) -> None:
    """``shop.deliveries`` compares the counts with the rows. Sabotage: leave out ``count`` in ``call_off``; red."""
    assert opened.extensions
    async with tenant_scope(tenant):
        await shop.people(8)
        campaign = await shop.begun()
        await shop.mark(campaign, "accepted", 1, accepted_at=dt.datetime.now(dt.UTC))
    async with tenant_scope(tenant):
        cancelled = await campaigns.cancel(campaign.id, by=shop.boss)
        assert cancelled.state is CampaignState.CANCELLED
        assert len(await waiting_jobs("delivery.cancel")) == 1
        assert (await campaigns.cancel(campaign.id, by=shop.boss)).state is CampaignState.CANCELLED
        assert len(await waiting_jobs("delivery.cancel")) == 1, "pressed twice is once"
    last: UUID | None = NOBODY
    for left in (4, 1, 0):
        assert last is not None
        async with tenant_scope(tenant):
            last = await call_off(campaign.id, last)
            states = [row["state"] for row in await shop.deliveries(campaign)]
        assert (states.count("queued"), states.count("cancelled")) == (left, 7 - left)
    jobs = {job.task: job for job in await run_queued(tenant)}  # killed after any of those steps it begins anew and finds the rest
    assert jobs["delivery.cancel"].state is JobState.DONE
    assert jobs["delivery.send"].result == {"finished": False, "halt": "not_sending"}
    async with tenant_scope(tenant):
        rows = await shop.deliveries(campaign)
        assert sorted(row["state"] for row in rows) == ["accepted", *["cancelled"] * 7]
        assert (await campaigns.results(campaign.id)).total.waiting == 0


@pytest.mark.usefixtures("soon_many", "opened")
async def test_the_job_cancels_all_of_them_and_whoever_stopped_it_can_ask_again(tenant: UUID, shop: Shop) -> None:
    async with tenant_scope(tenant):
        await shop.people(8)
        campaign = await shop.begun()
        await campaigns.cancel(campaign.id, by=shop.boss)
        (stopped,) = await waiting_jobs("delivery.cancel")
        await cancel_job(stopped)
        await campaigns.cancel(campaign.id, by=shop.boss)
        assert await waiting_jobs("delivery.cancel") != [stopped]
    await run_queued(tenant)
    async with tenant_scope(tenant):
        assert {row["state"] for row in await shop.deliveries(campaign)} == {"cancelled"}


async def test_a_campaign_that_is_not_cancelled_keeps_what_waits(tenant: UUID, shop: Shop) -> None:
    async with tenant_scope(tenant):
        await shop.people(2)
        campaign = await shop.begun()
        assert await call_off(campaign.id) is None
        assert {row["state"] for row in await shop.deliveries(campaign)} == {"queued"}


async def test_one_that_cannot_begin_pauses_and_its_owners_are_told(
    tenant: UUID, shop: Shop, opened: Plugins, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ``delivery.begin`` that died left its campaign scheduled for ever. Sabotage: raise without ``_stop``; red."""

    async def broken(_campaign_id: UUID) -> bool:
        raise RuntimeError

    assert opened.extensions
    async with tenant_scope(tenant):
        await shop.people(1)
        draft = await shop.draft()
        await campaigns.schedule(draft.id, draft.version, None, by=shop.boss)
    with monkeypatch.context() as patched:
        patched.setattr(campaign_tasks, "begin", broken)
        jobs = await run_queued(tenant, only_due=False)
    assert {job.state for job in jobs} <= {JobState.DEAD, JobState.DONE}
    async with tenant_scope(tenant):
        paused = await campaigns.find_campaign(draft.id)
        assert paused.state is CampaignState.PAUSED
        assert paused.reason is not None
        assert "kesalahan di pihak kami" in paused.reason.id
        assert [place for _, _, place in shop.ear.told] == [f"kampanye/{draft.id}"]
        assert (await campaigns.resume(draft.id, by=shop.boss)).state is CampaignState.SCHEDULED
        assert await campaigns.begin(draft.id) is True


async def test_one_whose_worker_died_is_looked_at_again_by_the_clock(tenant: UUID, shop: Shop) -> None:
    """An attempt that was killed says nothing: the next one sees to it that there is another job, before anything else can go wrong."""
    async with tenant_scope(tenant) as scope:
        await shop.people(1)
        draft = await shop.draft()
        await campaigns.schedule(draft.id, draft.version, None, by=shop.boss)
        await scope.execute("update jobs set attempts = 1 where task = 'delivery.begin'")  # as after a kill -9
        await scope.execute("update campaigns set starts_at = now() + interval '1 day' where id = $1", draft.id)  # so it does not begin now
    (job,) = await run_queued(tenant, only_due=True)
    assert (job.task, job.attempts, job.result) == ("delivery.begin", 2, {"campaign": str(draft.id), "begun": False})
    async with tenant_scope(tenant):
        assert len(await waiting_jobs("delivery.begin")) == 1


async def test_one_that_is_late_can_be_begun_again_by_a_person(tenant: UUID, shop: Shop) -> None:
    async with tenant_scope(tenant) as scope:
        await shop.people(1)
        draft = await shop.draft()
        scheduled = await campaigns.schedule(draft.id, draft.version, None, by=shop.boss)
        (lost,) = await waiting_jobs("delivery.begin")
        await cancel_job(lost)  # a job that was stopped, or that is dead
        now, shops = await moving.clock()
        assert not campaigns.is_late(scheduled, now, shops)
        assert campaigns.is_late(scheduled, now + dt.timedelta(hours=1), shops)
        assert await scope.fetchval("select count(*) from jobs where state = 'queued'") == 0
        with pytest.raises(MayNotSendError):
            await campaigns.begin_again(draft.id, by=somebody(tenant, Role.VIEWER))
        for _ in range(2):
            await campaigns.begin_again(draft.id, by=shop.boss)
        assert len(await waiting_jobs("delivery.begin")) == 1
        assert await campaigns.begin(draft.id) is True
        with pytest.raises(CampaignStateError):
            await campaigns.begin_again(draft.id, by=shop.boss)
