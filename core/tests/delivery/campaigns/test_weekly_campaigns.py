"""The weekly batch ends in prepared campaigns that one press approves."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from batikrfm.builtin.outbox.channels import OutboxEmail
from batikrfm.content.chain import open_providers
from batikrfm.content.review import State, find_content, reject
from batikrfm.content.review.errors import MayNotApproveError
from batikrfm.content.weekly import tasks as weekly_tasks
from batikrfm.content.weekly.following import FOLLOWERS
from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery import campaigns
from batikrfm.delivery.campaigns.errors import CampaignPlanError, CampaignStateError, TextsBlockedError
from batikrfm.delivery.model import CampaignState, Medium
from batikrfm.jobs import JobState, enqueue
from batikrfm.jobs.trying import run_queued
from batikrfm.plugins import Plugins, load_plugins
from batikrfm.plugins.registry import Plugin, Registered
from batikrfm.sdk import Text
from batikrfm.tenancy import tenant_scope
from batikrfm.tenancy.permissions import PERMISSIONS_OF, Permission, Role
from reviewing import BLOCKING, somebody

if TYPE_CHECKING:
    from core.tests.delivery.campaigns.conftest import Shop

BATCH = "insert into weekly_batches (tenant_id, id, week) values (current_setting('app.tenant_id')::uuid, $1, $2)"
ITEM = """
    insert into weekly_items (tenant_id, id, batch_id, segment, state, due, revenue_e4, contents, written_at)
    values (current_setting('app.tenant_id')::uuid, uuidv7(), $1, $2, 'written', $3, $4, $5, now())
"""
MONDAY = dt.date(2026, 11, 23)


class Mail(OutboxEmail):
    """A channel that would send."""

    key = "mail"
    name = Text(id="Surat", en="Mail")


async def words_of_a_week(shop: Shop, *segments: str, **more: Any) -> tuple[UUID, dict[str, list[UUID]]]:  # noqa: ANN401 - of generated
    """A batch with two drafts for each segment, which nobody has read."""
    batch = uuid7()
    await current_scope().execute(BATCH, batch, MONDAY)
    return batch, {segment: await written(shop, batch, segment, number, **more) for number, segment in enumerate(segments)}


async def written(shop: Shop, batch: UUID, segment: str, number: int = 0, **more: Any) -> list[UUID]:  # noqa: ANN401 - of generated
    texts = await shop.texts(2, approved=False, segment=segment, **more)
    await current_scope().execute(ITEM, batch, segment, MONDAY, 1_000_000 - number, texts)
    return texts


async def test_each_medium_gets_a_draft_with_every_segment_and_its_texts(tenant: UUID, shop: Shop, opened: Plugins) -> None:
    assert opened.extensions
    async with tenant_scope(tenant):
        batch, texts = await words_of_a_week(shop, "champions", "lost")
        prepared = [await campaigns.find_campaign(one) for one in await campaigns.prepare_week(batch)]
        assert {(one.medium, one.channel, one.name) for one in prepared} == {
            (Medium.EMAIL, "outbox_email", "Pekan 23-11-2026: e-mail"),
            (Medium.WHATSAPP, "outbox_whatsapp", "Pekan 23-11-2026: WhatsApp"),
        }
        for one in prepared:
            assert (one.state, one.weekly_batch_id, one.segments) == (CampaignState.DRAFT, batch, ("champions", "lost"))
            assert one.created.kind == "system"
            said = [(variant.segment, variant.content_id, variant.share) for variant in one.variants]
            assert said == [(segment, text, 50) for segment, both in texts.items() for text in both]


async def test_a_shop_with_a_real_channel_gets_campaigns_for_its_media_alone(tenant: UUID, shop: Shop, tmp_path: Path) -> None:
    """Beside a channel that sends, one that only keeps what would be sent is nobody's."""
    plugin = Plugin("mail", "acme-mail", "1", "mail", objects=(Registered("channels", "mail", Mail, "mail"),), builtin=True)
    plugins = Plugins((*load_plugins(only={"builtin"}).all, plugin))
    async with open_providers(plugins, tmp_path, {}), tenant_scope(tenant):
        batch, _ = await words_of_a_week(shop, "champions")
        (prepared,) = await campaigns.prepare_week(batch)
        assert (await campaigns.find_campaign(prepared)).channel == "mail"


async def test_a_week_is_prepared_once_and_keeps_in_step_with_its_words(tenant: UUID, shop: Shop, opened: Plugins) -> None:
    assert opened.extensions
    async with tenant_scope(tenant):
        batch, texts = await words_of_a_week(shop, "champions")
        first = await campaigns.prepare_week(batch)
        assert await campaigns.prepare_week(batch) == first
        assert [one.version for one in await campaigns.list_campaigns()] == [1, 1]
        texts["lost"] = await written(shop, batch, "lost", 1)
        assert await campaigns.prepare_week(batch) == first
        email, whatsapp = [await campaigns.find_campaign(one) for one in first]
        assert email.segments == whatsapp.segments == ("champions", "lost")
        assert (email.version, email.edited) == (2, None)
        mine = replace(campaigns.plan_of(email), segments=("lost",), variants=campaigns.plan_of(email).variants[2:])
        await campaigns.edit(email.id, 2, mine, by=shop.boss)
        texts["at_risk"] = await written(shop, batch, "at_risk", 2)
        await campaigns.prepare_week(batch)
        email, whatsapp = [await campaigns.find_campaign(one) for one in first]
        assert email.segments == ("lost",), "what a person changed is theirs"
        assert whatsapp.segments == ("champions", "lost", "at_risk")
        await campaigns.cancel(whatsapp.id, by=shop.boss)
        assert await campaigns.prepare_week(batch) == first, "who cancelled it gets no other one"


async def test_the_job_of_the_week_prepares_them(tenant: UUID, shop: Shop, opened: Plugins) -> None:
    assert opened.extensions
    assert campaigns.prepare_week in FOLLOWERS
    async with tenant_scope(tenant):
        batch, _ = await words_of_a_week(shop, "champions")
        await enqueue(weekly_tasks.write_rest, {"batch_id": str(batch)})
    (job,) = [one for one in await run_queued(tenant, only_due=True) if one.task == "content.weekly_rest"]
    assert job.state is JobState.DONE, job.error
    async with tenant_scope(tenant):
        assert len(await campaigns.list_campaigns(campaigns.CampaignWish(weekly_batch_id=batch))) == 2


async def test_one_press_approves_and_starts(tenant: UUID, shop: Shop, opened: Plugins) -> None:
    assert opened.extensions
    async with tenant_scope(tenant):
        await shop.people(2)
        batch, texts = await words_of_a_week(shop, "champions")
        prepared = await campaigns.prepare_week(batch)
        outcomes = await campaigns.approve_and_start(prepared, by=shop.boss)
        assert [outcome.problem for outcome in outcomes] == [None, None]
        assert [outcome.campaign.state for outcome in outcomes if outcome.campaign] == [CampaignState.SCHEDULED] * 2
        for text in texts["champions"]:
            approved = (await find_content(text)).approved
            assert approved is not None
            assert approved.by == "Bu Sri"
        assert await campaigns.approve_and_start(prepared, by=shop.boss) == outcomes, "pressed twice, started once"
        for one in prepared:
            assert await campaigns.begin(one)
        assert {(await find_content(text)).state for text in texts["champions"]} == {State.USED}


async def test_what_has_a_finding_is_not_approved_in_one_go(tenant: UUID, shop: Shop, opened: Plugins) -> None:
    """That campaign waits, none of its texts is approved, and the others go."""
    assert opened.extensions
    async with tenant_scope(tenant):
        fine = await shop.draft()
        batch, texts = await words_of_a_week(shop, "champions")
        await written(shop, batch, "lost", 1, findings=(BLOCKING,))
        prepared = await campaigns.prepare_week(batch)
        held_up, goes = await campaigns.approve_and_start([prepared[0], fine.id], by=shop.boss)
        assert isinstance(held_up.problem, TextsBlockedError)
        assert goes.campaign is not None
        assert {(await find_content(text)).state for text in texts["champions"]} == {State.DRAFT}
        assert (await campaigns.find_campaign(prepared[0])).state is CampaignState.DRAFT


async def test_what_somebody_rejected_is_left_out(tenant: UUID, shop: Shop, opened: Plugins) -> None:
    assert opened.extensions
    async with tenant_scope(tenant):
        batch, texts = await words_of_a_week(shop, "champions", "lost")
        prepared, _ = await campaigns.prepare_week(batch)
        await reject(texts["champions"][0], 1, "Terlalu panjang", by=shop.boss)
        for text in texts["lost"]:
            await reject(text, 1, "Jangan bulan ini", by=shop.boss)
        (outcome,) = await campaigns.approve_and_start([prepared], by=shop.boss)
        assert outcome.campaign is not None
        assert outcome.campaign.segments == ("champions",)
        assert [(one.content_id, one.share) for one in outcome.campaign.variants] == [(texts["champions"][1], 100)]
        everything = await shop.draft(*texts["lost"][:1])
        (nothing,) = await campaigns.approve_and_start([everything.id], by=shop.boss)
        assert isinstance(nothing.problem, CampaignPlanError)


async def test_who_may_send_but_not_approve_approves_nothing(tenant: UUID, shop: Shop, opened: Plugins) -> None:
    assert opened.extensions
    allowed = PERMISSIONS_OF[Role.EDITOR] - {Permission.CONTENTS_APPROVE}
    sender = replace(somebody(tenant), permissions=frozenset(allowed))
    async with tenant_scope(tenant):
        batch, texts = await words_of_a_week(shop, "champions")
        (outcome, _) = await campaigns.approve_and_start(await campaigns.prepare_week(batch), by=sender)
        assert isinstance(outcome.problem, MayNotApproveError)
        assert (await find_content(texts["champions"][0])).state is State.DRAFT
        cancelled = await shop.draft()
        await campaigns.cancel(cancelled.id, by=shop.boss)
        (outcome,) = await campaigns.approve_and_start([cancelled.id], by=shop.boss)
        assert isinstance(outcome.problem, CampaignStateError)
