"""In the demonstration one goes from the week's words to a finished campaign with a funnel and what it sold; played, and said to be."""

from __future__ import annotations

from pathlib import Path

import pytest

from batikrfm.cli.demo_contents import write_demo_contents
from batikrfm.cli.demo_delivery import owner, prepare_campaigns
from batikrfm.cli.demo_fates import fate_of, orders_anyway
from batikrfm.cli.demo_playing import answer, order
from batikrfm.cli.demo_shop import open_demo_shop
from batikrfm.cli.services import TASKS
from batikrfm.content.chain import open_providers
from batikrfm.delivery.attribution import Verdict, earned_by
from batikrfm.delivery.attribution.measuring import measure_all
from batikrfm.delivery.campaigns import CampaignWish, approve_and_start, find_campaign, list_campaigns, results
from batikrfm.delivery.channels import open_channels
from batikrfm.delivery.events import ReplyWish, list_replies
from batikrfm.delivery.model import CampaignState, LeftOut, Medium
from batikrfm.jobs.running import import_tasks
from batikrfm.jobs.trying import run_queued
from batikrfm.plugins import load_plugins
from batikrfm.segmentation.customers import stream_customers
from batikrfm.tenancy import tenant_scope

pytestmark = pytest.mark.usefixtures("demo_database")


@pytest.mark.timeout(300)
async def test_the_weeks_words_become_a_finished_campaign_with_a_funnel_and_what_it_sold(tmp_path: Path) -> None:
    import_tasks(TASKS)
    shop = await open_demo_shop(customers=1_500)
    await write_demo_contents(shop, tmp_path)
    assert await prepare_campaigns(shop, tmp_path) == 2
    assert await prepare_campaigns(shop, tmp_path) == 0
    plugins = load_plugins(only={"builtin"})
    async with open_providers(plugins, tmp_path), open_channels(plugins, tmp_path):
        async with tenant_scope(shop.id):
            drafts = await list_campaigns(CampaignWish(state=CampaignState.DRAFT))
            outcomes = await approve_and_start([one.id for one in drafts], by=owner(shop.id))
        assert [one.problem for one in outcomes] == [None, None]
        await run_queued(shop.id, only_due=True)
        people = {row.id: row async for rows in stream_customers(shop.id) for row in rows}
        for draft in drafts:
            async with tenant_scope(shop.id):
                campaign = await find_campaign(draft.id)
            assert campaign.state is CampaignState.FINISHED
            await answer(shop, campaign, people)
            assert await answer(shop, campaign, people) == 0
            assert await order(shop, campaign, people) > 0
    await measure_all(shop.id, everything=True)
    whatsapp = next(one for one in drafts if one.medium is Medium.WHATSAPP)
    async with tenant_scope(shop.id):
        total = (await results(whatsapp.id)).total
        earned = await earned_by(whatsapp.id)
        replies = await list_replies(ReplyWish())
    assert total.left_out[LeftOut.REFUSED] > 0
    assert total.held_out > 0
    assert total.sent == total.delivered > total.read > total.clicked > 0
    assert replies
    assert earned is not None
    assert earned.total.sold.buyers > 0
    assert earned.total.comparison.verdict is not Verdict.NO_HOLD_OUT


def test_what_a_customer_does_is_the_same_each_time_and_some_of_everything() -> None:
    fates = [fate_of(f"pelanggan-{number}", "Minggu ini") for number in range(4_000)]
    assert fates == [fate_of(f"pelanggan-{number}", "Minggu ini") for number in range(4_000)]
    assert fates != [fate_of(f"pelanggan-{number}", "Minggu depan") for number in range(4_000)]
    for name in ("bounced", "read", "clicked", "reply", "unsubscribed", "orders"):
        assert any(getattr(fate, name) for fate in fates), name
    assert not any(fate.clicked and not fate.read for fate in fates)
    anyway = sum(orders_anyway(f"pelanggan-{number}", "Minggu ini") for number in range(4_000))
    assert anyway < sum(fate.orders for fate in fates)
