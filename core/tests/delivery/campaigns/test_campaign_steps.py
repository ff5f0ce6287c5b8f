"""draft -> scheduled -> sending -> paused | finished | cancelled: what each step does, who may, and that the database holds to it, too."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
import pytest

from batikrfm.content.review import edit as edit_content
from batikrfm.content.review import find_content, reject
from batikrfm.content.review.errors import ContentUsedError
from batikrfm.db.engine import current_scope, savepoint
from batikrfm.db.keys import uuid7
from batikrfm.delivery import campaigns
from batikrfm.delivery.campaigns import WantedVariant
from batikrfm.delivery.campaigns.errors import (
    CampaignNotFoundError,
    CampaignPlanError,
    CampaignStateError,
    MayNotSendError,
    StaleCampaignError,
    TextsNotApprovedError,
)
from batikrfm.delivery.campaigns.tasks import begin_campaign
from batikrfm.delivery.model import CampaignState
from batikrfm.delivery.options import Cap, Options, QuietHours, WinnerRule
from batikrfm.jobs import list_jobs
from batikrfm.jobs.trying import run_queued
from batikrfm.plugins import Plugins
from batikrfm.sdk import Text
from batikrfm.tenancy import tenant_scope
from batikrfm.tenancy.permissions import Role
from reviewing import somebody, words

if TYPE_CHECKING:
    from core.tests.delivery.campaigns.conftest import Shop

INSERT = """
    insert into deliveries (tenant_id, id, campaign_id, customer_id, medium, state, variant, approved_hash, due_at)
    values (current_setting('app.tenant_id')::uuid, uuidv7(), $1, $2, 'email', 'queued', 0, $3, now())
"""


async def tasks(_shop: Shop) -> list[str]:
    """What waits to be done."""
    return sorted(job.task for job in await list_jobs() if not job.state.over)


async def test_from_a_draft_to_its_end(tenant: UUID, shop: Shop) -> None:
    async with tenant_scope(tenant):
        await shop.people(3)
        draft = await shop.draft()
        assert (draft.state, draft.version, draft.approved, draft.created.by) == (CampaignState.DRAFT, 1, None, "Bu Sri")
        scheduled = await campaigns.schedule(draft.id, 1, None, by=shop.boss)
        assert (scheduled.state, scheduled.frozen_at) == (CampaignState.SCHEDULED, None)
        assert scheduled.approved is not None
        assert (scheduled.approved.by, scheduled.approved.id) == ("Bu Sri", shop.boss.id), "who pressed send is kept"
        assert await tasks(shop) == ["delivery.begin"]
        assert await campaigns.begin(draft.id)
        assert await tasks(shop) == ["delivery.begin", "delivery.measure", "delivery.send"]
        sending = await campaigns.find_campaign(draft.id)
        assert sending.state is CampaignState.SENDING
        assert sending.frozen_at is not None
        assert await campaigns.finish_if_done(draft.id) is False
        await shop.mark(sending, "accepted", accepted_at=dt.datetime.now(dt.UTC))
        assert await campaigns.finish_if_done(draft.id) is True
        finished = await campaigns.find_campaign(draft.id)
        assert (finished.state, finished.over) == (CampaignState.FINISHED, True)
        assert finished.finished_at is not None
        assert await campaigns.finish_if_done(draft.id) is True


async def test_a_worker_begins_what_is_scheduled(tenant: UUID, shop: Shop, opened: Plugins) -> None:
    assert opened.extensions
    async with tenant_scope(tenant):
        await shop.people(2)
        draft = await shop.draft()
        await campaigns.schedule(draft.id, 1, None, by=shop.boss)
    assert begin_campaign.name == "delivery.begin"
    done = [job for job in await run_queued(tenant, only_due=True) if job.task == "delivery.begin"]
    assert [job.result for job in done] == [{"campaign": str(draft.id), "begun": True}]
    async with tenant_scope(tenant):
        assert await campaigns.begin(draft.id) is False, "again is harmless"
        assert len(await shop.deliveries(draft)) == 2


async def test_two_workers_begin_it_once(tenant: UUID, shop: Shop) -> None:
    async with tenant_scope(tenant):
        await shop.people(20)
        draft = await shop.draft()
        await campaigns.schedule(draft.id, 1, None, by=shop.boss)

    async def begun() -> bool:
        async with tenant_scope(tenant):
            return await campaigns.begin(draft.id)

    assert sorted(await asyncio.gather(*(begun() for _ in range(4)))) == [False, False, False, True]
    async with tenant_scope(tenant):
        assert len(await shop.deliveries(draft)) == 20


async def test_a_campaign_for_nobody_is_finished_at_once(tenant: UUID, shop: Shop) -> None:
    async with tenant_scope(tenant):
        await shop.people(3, consent=False)
        assert (await shop.begun()).state is CampaignState.FINISHED


async def test_scheduled_for_later_it_waits_and_can_be_taken_back(tenant: UUID, shop: Shop) -> None:
    async with tenant_scope(tenant):
        draft = await shop.draft()
        later = dt.datetime.now(dt.UTC) + dt.timedelta(days=3)
        scheduled = await campaigns.schedule(draft.id, 1, later, by=shop.boss)
        assert scheduled.starts_at == later
        assert await campaigns.begin(draft.id) is False
        back = await campaigns.unschedule(draft.id, by=shop.boss)
        assert (back.state, back.approved, back.starts_at) == (CampaignState.DRAFT, None, None)
        assert await campaigns.begin(draft.id) is False, "the job that waits finds nothing to do"
        await campaigns.schedule(draft.id, 1, None, by=shop.boss)


@pytest.mark.parametrize("at", [dt.timedelta(hours=-1), dt.timedelta(days=400)])
async def test_a_time_that_is_gone_or_far_away_is_refused(tenant: UUID, shop: Shop, at: dt.timedelta) -> None:
    async with tenant_scope(tenant):
        draft = await shop.draft()
        with pytest.raises(CampaignPlanError, match="The time to send"):
            await campaigns.schedule(draft.id, 1, dt.datetime.now(dt.UTC) + at, by=shop.boss)


async def test_only_those_who_may_send_can(tenant: UUID, shop: Shop) -> None:
    viewer = somebody(tenant, Role.VIEWER)
    async with tenant_scope(tenant):
        await shop.people(1)
        draft = await shop.draft()
        campaign = await shop.begun()
        for tried in (
            campaigns.schedule(draft.id, 1, None, by=viewer),
            campaigns.unschedule(draft.id, by=viewer),
            campaigns.pause(campaign.id, by=viewer),
            campaigns.resume(campaign.id, by=viewer),
            campaigns.cancel(campaign.id, by=viewer),
            campaigns.resend_failed(campaign.id, by=viewer),
            campaigns.approve_and_start([draft.id], by=viewer),
        ):
            with pytest.raises(MayNotSendError):
                await tried


async def test_what_nobody_approved_is_not_sent(tenant: UUID, shop: Shop) -> None:
    async with tenant_scope(tenant):
        (text,) = await shop.texts(approved=False)
        draft = await shop.draft(text)
        with pytest.raises(TextsNotApprovedError):
            await campaigns.schedule(draft.id, 1, None, by=shop.boss)


async def test_a_text_that_loses_its_approval_meanwhile_pauses_the_campaign_and_the_owners_hear_of_it(
    tenant: UUID, shop: Shop, opened: Plugins
) -> None:
    assert opened.extensions
    async with tenant_scope(tenant):
        await shop.people(1)
        fine, changed = await shop.texts(2)
        draft = await shop.draft(WantedVariant(fine, share=50), WantedVariant(changed, share=50))
        await campaigns.schedule(draft.id, 1, None, by=shop.boss)
        await reject(changed, 1, "Salah harga", by=shop.boss)
        assert await campaigns.begin(draft.id) is False
        paused = await campaigns.find_campaign(draft.id)
        assert paused.state is CampaignState.PAUSED
        assert paused.reason is not None
        assert "belum disetujui" in paused.reason.id
        assert [(subject.id, place) for subject, _, place in shop.ear.told] == [("Kampanye “Kain baru” dijeda", f"kampanye/{draft.id}")]
        assert await shop.deliveries(draft) == []
        assert (await find_content(fine)).used_at is None, "the others are not used up by that"
        await campaigns.unschedule(draft.id, by=shop.boss)


async def test_starting_uses_the_texts_up(tenant: UUID, shop: Shop) -> None:
    async with tenant_scope(tenant):
        await shop.people(1)
        (text,) = await shop.texts()
        campaign = await shop.begun(text)
        content = await find_content(text)
        assert content.used_at is not None
        assert campaign.variants[0].approved_hash == content.hash
        with pytest.raises(ContentUsedError):
            await edit_content(text, 1, words(7), by=shop.boss)
        again = await shop.begun(text)
        assert again.variants[0].approved_hash == content.hash, "what was used may be used again"


async def test_nothing_unapproved_can_be_sent_by_the_database(tenant: UUID, shop: Shop) -> None:
    """As the app's own role, past all of our code: neither a hash of nobody's, nor a text that only looks approved, nor an early start."""
    async with tenant_scope(tenant):
        scope = current_scope()
        (customer,) = await shop.people(1)
        (text,) = await shop.texts(approved=False)
        draft = await shop.draft(text)
        content = await find_content(text)
        frozen = "update campaigns set state = 'sending', approved = '{\"kind\": \"user\"}', frozen_at = now() where id = $1"
        for statement, values, error in (
            (INSERT, (draft.id, customer, content.hash), asyncpg.ForeignKeyViolationError),
            (
                "update campaign_variants set approved_hash = $2 where campaign_id = $1",
                (draft.id, content.hash),
                asyncpg.ForeignKeyViolationError,
            ),
            (INSERT, (draft.id, customer, None), asyncpg.CheckViolationError),
            (frozen, (draft.id,), asyncpg.CheckViolationError),
        ):
            with pytest.raises(error):
                async with savepoint():
                    await scope.execute(statement, *values)


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("update campaigns set state = 'draft' where id = $1", "campaigns_steps"),
        ("update campaigns set state = 'paused' where id = $1", "campaigns_reasoned"),
        ("update campaigns set segments = '{}' where id = $1", "campaigns_frozen_stay"),
        ("update campaigns set options = '{\"hold_out\": 50}' where id = $1", "campaigns_frozen_stay"),
        ("update campaigns set frozen_at = now() + interval '1 second' where id = $1", "campaigns_frozen_stay"),
        ("update campaigns set channel = 'smtp' where id = $1", "campaigns_frozen_stay"),
        ("update campaigns set name = 'Lain' where id = $1", "campaigns_only_drafts_change"),
        ('update campaigns set approved = \'{"kind": "user", "by": "Mallory"}\' where id = $1', "campaigns_sent_by_stays"),
        ("update campaigns set approved = null where id = $1", "campaigns_"),
        ("delete from campaigns where id = $1", "campaigns_frozen_stay"),
        ("update campaign_variants set share = 50 where campaign_id = $1", "campaigns_frozen_stay"),
        ("update campaign_variants set segment = 'lost' where campaign_id = $1", "campaigns_frozen_stay"),
        ("delete from campaign_variants where campaign_id = $1", "campaigns_frozen_stay"),
    ],
)
async def test_the_database_keeps_what_was_frozen_and_who_sent_it(tenant: UUID, shop: Shop, statement: str, rule: str) -> None:
    async with tenant_scope(tenant):
        await shop.people(1)
        campaign = await shop.begun()
        with pytest.raises(asyncpg.CheckViolationError, match=rule):
            async with savepoint():
                await current_scope().execute(statement, campaign.id)


STEPS = {
    ("draft", "scheduled"),
    ("draft", "cancelled"),
    ("scheduled", "draft"),
    ("scheduled", "sending"),
    ("scheduled", "paused"),
    ("scheduled", "cancelled"),
    ("sending", "paused"),
    ("sending", "finished"),
    ("sending", "cancelled"),
    ("paused", "sending"),
    ("paused", "cancelled"),
    ("finished", "sending"),
}
BY_HAND = """
    update campaigns set state = $2, frozen_at = case when $2 in ('sending', 'finished') then coalesce(frozen_at, now()) else frozen_at end,
        approved = coalesce(approved, '{"kind": "user"}'), reason = '{"id": "x", "en": "x"}'
    where id = $1
"""
WAY: dict[str, tuple[str, ...]] = {
    "draft": (),
    "scheduled": ("scheduled",),
    "sending": ("scheduled", "sending"),
    "paused": ("scheduled", "sending", "paused"),
    "finished": ("scheduled", "sending", "finished"),
    "cancelled": ("cancelled",),
}


@pytest.mark.parametrize("state", CampaignState)
async def test_the_database_takes_these_steps_and_no_others(tenant: UUID, shop: Shop, state: CampaignState) -> None:
    """From a campaign whose audience is frozen there is no way back to a draft."""
    async with tenant_scope(tenant):
        (text,) = await shop.texts()
        for target in CampaignState:
            draft = await shop.draft(text)
            await current_scope().execute(
                "update campaign_variants v set approved_hash = c.approved_hash from contents c where c.id = v.content_id"
            )
            for step in WAY[state]:
                await current_scope().execute(BY_HAND, draft.id, step)
            try:
                async with savepoint():
                    await current_scope().execute(BY_HAND, draft.id, target)
                taken = True
            except asyncpg.CheckViolationError:
                taken = False
            assert taken == (state is target or (state, target) in STEPS), f"{state} -> {target}"


async def test_paused_and_resumed_mid_run_leaves_nothing_half_done(tenant: UUID, shop: Shop, opened: Plugins) -> None:
    assert opened.extensions
    async with tenant_scope(tenant):
        await shop.people(4)
        campaign = await shop.begun()
        await shop.mark(campaign, "accepted", 1, accepted_at=dt.datetime.now(dt.UTC))
        paused = await campaigns.pause(campaign.id, by=shop.boss)
        assert paused.reason is not None
        assert paused.reason.id == "Dijeda oleh Bu Sri."
        assert (await campaigns.pause(campaign.id, Text(id="lagi", en="again"), by=None)).reason == paused.reason
        assert not shop.ear.told
        states = [row["state"] for row in await shop.deliveries(campaign)]
        assert (states.count("queued"), states.count("accepted")) == (3, 1), "who waits, waits"
        resumed = await campaigns.resume(campaign.id, by=shop.boss)
        assert (resumed.state, resumed.reason) == (CampaignState.SENDING, None)
        assert (await tasks(shop)).count("delivery.send") == 2, "it goes on at once, whatever the first job does"
        await shop.mark(campaign, "accepted", accepted_at=dt.datetime.now(dt.UTC))
        await campaigns.pause(campaign.id, by=shop.boss)
        assert (await campaigns.resume(campaign.id, by=shop.boss)).state is CampaignState.FINISHED, "there was nobody left"


async def test_paused_before_it_began_it_is_scheduled_again(tenant: UUID, shop: Shop) -> None:
    async with tenant_scope(tenant):
        draft = await shop.draft()
        await campaigns.schedule(draft.id, 1, None, by=shop.boss)
        await campaigns.pause(draft.id, by=shop.boss)
        assert await campaigns.begin(draft.id) is False
        assert (await campaigns.resume(draft.id, by=shop.boss)).state is CampaignState.SCHEDULED
        assert await campaigns.begin(draft.id) is True


async def test_what_pauses_by_itself_says_why_and_tells_the_owners(tenant: UUID, shop: Shop, opened: Plugins) -> None:
    assert opened.extensions
    async with tenant_scope(tenant):
        await shop.people(1)
        campaign = await shop.begun()
        reason = Text(id="Vendor tidak menjawab.", en="The vendor does not answer.")
        assert (await campaigns.pause(campaign.id, reason, by=None)).reason == reason
        ((_, said, _),) = shop.ear.told
        assert said.en.startswith("The vendor does not answer. ")


async def test_cancelled_mid_run_leaves_nothing_half_done(tenant: UUID, shop: Shop) -> None:
    """Who waits gets nothing, with the counts of it; what is in hand comes to its end by itself."""
    async with tenant_scope(tenant):
        await shop.people(5)
        campaign = await shop.begun()
        await shop.mark(campaign, "accepted", 1, accepted_at=dt.datetime.now(dt.UTC))
        await shop.mark(campaign, "sending", 1)
        cancelled = await campaigns.cancel(campaign.id, by=shop.boss)
        assert (cancelled.state, cancelled.over) == (CampaignState.CANCELLED, True)
        rows = await shop.deliveries(campaign)
        assert sorted(row["state"] for row in rows) == ["accepted", "cancelled", "cancelled", "cancelled", "sending"]
        assert {row["reason"] for row in rows if row["state"] == "cancelled"} == {"campaign"}
        assert await campaigns.cancel(campaign.id, by=shop.boss) == cancelled
        with pytest.raises(CampaignStateError, match="is cancelled"):
            await campaigns.resume(campaign.id, by=shop.boss)
        assert (await campaigns.results(campaign.id)).total.cancelled == 3


async def test_what_is_over_stays_so(tenant: UUID, shop: Shop) -> None:
    async with tenant_scope(tenant):
        finished = await shop.begun()
        for tried in (campaigns.cancel, campaigns.resume, campaigns.unschedule, campaigns.pause):
            with pytest.raises(CampaignStateError, match="is finished"):
                await tried(finished.id, by=shop.boss)
        with pytest.raises(CampaignStateError):
            await campaigns.edit(finished.id, 1, campaigns.plan_of(finished), by=shop.boss)


async def test_an_edit_of_what_somebody_else_changed_is_refused(tenant: UUID, shop: Shop) -> None:
    async with tenant_scope(tenant):
        draft = await shop.draft()
        plan = replace(campaigns.plan_of(draft), name="Kain  baru\nlagi ")
        edited = await campaigns.edit(draft.id, 1, plan, by=shop.boss)
        assert (edited.name, edited.version) == ("Kain baru lagi", 2)
        assert edited.edited is not None
        with pytest.raises(StaleCampaignError):
            await campaigns.edit(draft.id, 1, plan, by=shop.boss)
        with pytest.raises(StaleCampaignError):
            await campaigns.schedule(draft.id, 1, None, by=shop.boss)


async def test_a_copy_is_a_draft_of_the_same_plan(tenant: UUID, shop: Shop) -> None:
    async with tenant_scope(tenant):
        await shop.people(1)
        campaign = await shop.begun(options=Options(spread=30, cap=Cap(1, 2), quiet=QuietHours(0, 60), winner=WinnerRule()))
        copy = await campaigns.duplicate(campaign.id, by=shop.boss)
        assert (copy.state, copy.name, copy.weekly_batch_id) == (CampaignState.DRAFT, "Salinan Kain baru", None)
        assert campaigns.plan_of(copy) == replace(campaigns.plan_of(campaign), name=copy.name)
        assert copy.variants[0].approved_hash is None


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"name": " \n"}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"options": Options(hold_out=51)}, "hold-out"),
        ({"options": Options(spread=-1)}, "spread"),
        ({"options": Options(cap=Cap(0, 7))}, "cap"),
        ({"options": Options(quiet=QuietHours(60, 60))}, "quiet"),
        ({"options": Options(quiet=QuietHours(0, 1440))}, "quiet"),
        ({"options": Options(winner=WinnerRule(least=0))}, "winner"),
        ({"variants": (WantedVariant(UUID(int=1)),)}, "texts"),
        ({"variants": (WantedVariant(UUID(int=1), share=60),)}, "winner"),
        ({"variants": (WantedVariant(UUID(int=1), share=60), WantedVariant(UUID(int=2), share=60))}, "texts"),
        ({"variants": (WantedVariant(UUID(int=1), "lost"),)}, "texts"),
        ({"channel": ""}, "channel"),
    ],
)
async def test_a_plan_that_cannot_be_says_what_is_wrong(tenant: UUID, shop: Shop, changed: dict[str, Any], what: str) -> None:
    async with tenant_scope(tenant):
        plan = campaigns.plan_of(await shop.draft())
        with pytest.raises(CampaignPlanError, match=what):
            await campaigns.create(replace(plan, **changed), by=shop.boss)


async def test_every_segment_needs_a_text_before_it_is_sent(tenant: UUID, shop: Shop) -> None:
    async with tenant_scope(tenant):
        (text,) = await shop.texts()
        draft = await shop.draft(WantedVariant(text, "champions"), segments=("champions", "lost"))
        with pytest.raises(CampaignPlanError, match="the segment lost has no text"):
            await campaigns.schedule(draft.id, 1, None, by=shop.boss)
        empty = await campaigns.edit(draft.id, 1, replace(campaigns.plan_of(draft), variants=()), by=shop.boss)
        with pytest.raises(CampaignPlanError, match="choose at least one"):
            await campaigns.schedule(draft.id, empty.version, None, by=shop.boss)


async def test_another_shop_has_no_such_campaign(tenant: UUID, other_tenant: UUID, shop: Shop) -> None:
    async with tenant_scope(tenant):
        draft = await shop.draft()
    async with tenant_scope(other_tenant):
        assert await campaigns.list_campaigns() == []
        for asked in (draft.id, uuid7()):
            with pytest.raises(CampaignNotFoundError):
                await campaigns.find_campaign(asked)


async def test_campaigns_are_listed_the_newest_first(tenant: UUID, shop: Shop) -> None:
    async with tenant_scope(tenant):
        made = [(await shop.draft()).id for _ in range(3)]
        assert [one.id for one in await campaigns.list_campaigns()] == made[::-1]
        assert [one.id for one in await campaigns.list_campaigns(after=made[2], limit=1)] == [made[1]]
        assert await campaigns.list_campaigns(campaigns.CampaignWish(CampaignState.SENDING)) == []
