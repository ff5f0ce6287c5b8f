"""A/B of the content variants with automatic winner; "Resend to failed" only touches what failed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.db.engine import current_scope
from batikrfm.delivery import campaigns
from batikrfm.delivery.audience import Choice
from batikrfm.delivery.campaigns import Campaign, Tally, Verdict, WantedVariant
from batikrfm.delivery.campaigns.deciding import judge
from batikrfm.delivery.campaigns.errors import CampaignStateError
from batikrfm.delivery.counting import Place, count
from batikrfm.delivery.model import CampaignState, Failure
from batikrfm.delivery.options import Metric, Options, WinnerRule
from batikrfm.jobs import list_jobs
from batikrfm.tenancy import tenant_scope

if TYPE_CHECKING:
    from core.tests.delivery.campaigns.conftest import Shop

TIME_HAS_COME = "update campaigns set decides_at = now() where id = $1"
ORDER = """
    with made as (
        insert into imports (tenant_id, id, files, rows, imported, cancelled, refund, without_customer, rejected)
        values (current_setting('app.tenant_id')::uuid, uuidv7(), '{}', 0, 0, 0, 0, 0, 0) returning id
    )
    insert into orders (tenant_id, id, import_id, customer_id, ordered_at, net_e4, gross_e4, key)
    select current_setting('app.tenant_id')::uuid, uuidv7(), made.id, $1, $2, 10000, 10000, uuidv7()::text from made
"""


async def trying(shop: Shop, metric: Metric = Metric.CLICKED, *, people: int = 300, least: int = 20) -> Campaign:
    """A campaign with two texts, a fifth of the people each, that were handed in a moment ago; the rest waits."""
    await shop.people(people)
    first, second = await shop.texts(2)
    options = Options(quiet=None, hold_out=0, winner=WinnerRule(metric, 4, least))
    campaign = await shop.begun(WantedVariant(first, share=20), WantedVariant(second, share=20), options=options)
    await shop.mark(campaign, "accepted", accepted_at=dt.datetime.now(dt.UTC))
    return campaign


async def decided(campaign: Campaign) -> Any:  # noqa: ANN401 - the one decision
    await current_scope().execute(TIME_HAS_COME, campaign.id)
    (decision,) = await campaigns.decide(campaign.id)
    return decision


async def clicked(campaign: Campaign, variant: int, many: int) -> None:
    await count(campaign.id, [(Place("clicked", None, variant, "champions"), many)])


async def test_the_test_part_goes_first_and_the_rest_waits(tenant: UUID, shop: Shop) -> None:
    async with tenant_scope(tenant):
        campaign = await trying(shop)
        rows = await shop.deliveries(campaign)
        waiting = [row for row in rows if row["state"] == "queued"]
        assert {row["due_at"] for row in waiting} == {None}
        assert abs(len(waiting) - 180) < 40
        assert campaign.decides_at is not None
        assert campaign.frozen_at is not None
        assert campaign.decides_at - campaign.frozen_at == dt.timedelta(hours=4)
        assert [job.run_at for job in await list_jobs() if job.task == "delivery.decide"] == [campaign.decides_at]
        assert await campaigns.decide(campaign.id) == (), "it is not the time yet"
        assert await campaigns.finish_if_done(campaign.id) is False, "who waits is not done"


@pytest.mark.parametrize("better", [0, 1])
async def test_the_rest_gets_the_winners_text(tenant: UUID, shop: Shop, better: int) -> None:
    async with tenant_scope(tenant):
        campaign = await trying(shop)
        await clicked(campaign, better, 15)
        await clicked(campaign, 1 - better, 5)
        waited = {row["customer_id"] for row in await shop.deliveries(campaign) if row["state"] == "queued"}
        decision = await decided(campaign)
        assert (decision.number, decision.verdict) == (better, Verdict.WON)
        rows = [row for row in await shop.deliveries(campaign) if row["state"] == "queued"]
        assert {row["customer_id"] for row in rows} == waited
        assert {row["variant"] for row in rows} == {better}
        assert {row["approved_hash"] for row in rows} == {campaign.variants[better].approved_hash}
        assert all(row["due_at"] is not None for row in rows)
        now = await campaigns.find_campaign(campaign.id)
        assert now.decisions == (decision,)
        assert [variant.won_at is not None for variant in now.variants] == [better == 0, better == 1]
        assert await campaigns.decide(campaign.id) == (), "once"


async def test_too_few_are_said_to_be_too_few_and_a_tie_a_tie(tenant: UUID, shop: Shop) -> None:
    """Then the first text goes, and nobody claims that it won."""
    async with tenant_scope(tenant):
        few = await trying(shop, least=1_000)
        await clicked(few, 1, 10)
        assert ((await decided(few)).number, (await campaigns.find_campaign(few.id)).decisions[0].verdict) == (0, Verdict.TOO_FEW)
        assert all(variant.won_at is None for variant in (await campaigns.find_campaign(few.id)).variants)


async def test_what_was_read_or_ordered_can_decide(tenant: UUID, shop: Shop) -> None:
    async with tenant_scope(tenant):
        campaign = await trying(shop, Metric.ORDERED)
        got = [row["customer_id"] for row in await shop.deliveries(campaign) if row["variant"] == 1 and row["state"] == "accepted"]
        other = [row["customer_id"] for row in await shop.deliveries(campaign) if row["variant"] == 0 and row["state"] == "accepted"]
        await current_scope().execute(ORDER, got[0], dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1))
        await current_scope().execute(ORDER, other[0], dt.datetime.now(dt.UTC) - dt.timedelta(days=1))
        assert (await decided(campaign)).number == 1, "an order before the message is nobody's doing"
        read = await trying(shop, Metric.READ, people=0)
        assert read.state is CampaignState.SENDING
        await count(read.id, [(Place("opened", None, 1, "champions"), 9)])
        decision = await decided(read)
        assert (decision.number, decision.verdict) == (1, Verdict.WON)


async def test_a_paused_campaign_decides_when_it_goes_on(tenant: UUID, shop: Shop) -> None:
    async with tenant_scope(tenant):
        campaign = await trying(shop)
        await campaigns.pause(campaign.id, by=shop.boss)
        await current_scope().execute(TIME_HAS_COME, campaign.id)
        assert await campaigns.decide(campaign.id) == ()
        await campaigns.resume(campaign.id, by=shop.boss)
        assert len([job for job in await list_jobs() if job.task == "delivery.decide"]) == 2
        assert len(await campaigns.decide(campaign.id)) == 1


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=2, max_size=5), st.integers(1, 100))
def test_the_winner_is_the_one_with_the_highest_share_and_never_by_accident(pairs: list[tuple[int, int]], least: int) -> None:
    group = [Choice(number, None, 10, "hash") for number in range(len(pairs))]
    tallies = {number: Tally(number, max(pair), min(pair)) for number, pair in enumerate(pairs)}
    decision = judge(group, tallies, WinnerRule(Metric.CLICKED, 1, least))
    shares = [tally.did / tally.reached if tally.reached else 0 for tally in tallies.values()]
    if any(tally.reached < least for tally in tallies.values()):
        assert (decision.verdict, decision.number) == (Verdict.TOO_FEW, 0)
    elif shares.count(max(shares)) > 1:
        assert (decision.verdict, decision.number) == (Verdict.TIE, 0)
    else:
        assert (decision.verdict, decision.number) == (Verdict.WON, shares.index(max(shares)))
    assert [tally.number for tally in decision.tallies] == [choice.number for choice in group]


async def test_resend_to_failed_only_touches_what_failed_for_a_reason_that_may_pass(tenant: UUID, shop: Shop) -> None:
    async with tenant_scope(tenant):
        await shop.people(len(Failure) + 3)
        campaign = await shop.begun()
        for failure in Failure:
            await shop.mark(campaign, "failed", 1, reason=failure, accepted_at=dt.datetime.now(dt.UTC))
        await shop.mark(campaign, "delivered", 1, accepted_at=dt.datetime.now(dt.UTC))
        await shop.mark(campaign, "unknown", 1)
        before = {row["id"]: (row["state"], row["reason"]) for row in await shop.deliveries(campaign)}
        assert await campaigns.resend_failed(campaign.id, by=shop.boss) == 3
        after = {row["id"]: row for row in await shop.deliveries(campaign)}
        again = {before[one][1] for one, row in after.items() if row["resent"]}
        assert again == {Failure.SOFT_BOUNCED, Failure.GIVEN_UP, Failure.OTHER}
        for one, row in after.items():
            if row["resent"]:
                assert (row["state"], row["attempts"], row["reason"], row["accepted_at"]) == ("queued", 0, None, None)
            else:
                assert (row["state"], row["reason"]) == before[one]
        assert await campaigns.resend_failed(campaign.id, by=shop.boss) == 0


async def test_a_finished_campaign_is_sent_again_to_those_it_did_not_reach(tenant: UUID, shop: Shop) -> None:
    async with tenant_scope(tenant):
        await shop.people(1)
        campaign = await shop.begun()
        await shop.mark(campaign, "failed", reason="given_up")
        assert await campaigns.finish_if_done(campaign.id)
        assert await campaigns.resend_failed(campaign.id, by=shop.boss) == 1
        again = await campaigns.find_campaign(campaign.id)
        assert (again.state, again.finished_at) == (CampaignState.SENDING, None)
        await campaigns.cancel(campaign.id, by=shop.boss)
        with pytest.raises(CampaignStateError):
            await campaigns.resend_failed(campaign.id, by=shop.boss)


async def test_results_are_a_funnel_by_segment_and_text_with_reasons(tenant: UUID, shop: Shop) -> None:
    async with tenant_scope(tenant):
        await shop.people(6)
        await shop.people(2, "at_risk", consent=False)
        campaign = await shop.begun(segments=("champions", "at_risk"))
        now = dt.datetime.now(dt.UTC)
        await shop.mark(campaign, "read", 1, accepted_at=now)
        await shop.mark(campaign, "delivered", 2, accepted_at=now)
        await shop.mark(campaign, "accepted", 1, accepted_at=now)
        await shop.mark(campaign, "failed", 1, reason="bounced", accepted_at=now)
        await count(campaign.id, [(Place("opened", None, 0, "champions"), 2), (Place("clicked", None, 0, "champions"), 1)])
        found = await campaigns.results(campaign.id)
        total = found.total
        assert (total.people, total.sent, total.delivered, total.read, total.clicked, total.waiting) == (8, 4, 3, 2, 1, 1)
        assert (total.failed, total.left_out) == ({Failure.BOUNCED: 1}, {"no_consent": 2})
        assert list(found.segments) == ["champions", "at_risk"]
        assert found.segments["at_risk"].left_out == {"no_consent": 2}
        assert found.variants[0].sent == 4
