"""What a campaign sold: within a window, by last touch, compared with the hold-out, and plainly said when it cannot be said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import pytest

from batikrfm.db.keys import uuid7
from batikrfm.delivery.attribution import Earned, Verdict, earned_by, measure_soon, orders_of
from batikrfm.delivery.attribution.measuring import measure, measure_all
from batikrfm.delivery.attribution.reading import compare
from batikrfm.delivery.attribution.tasks import measure_campaigns
from batikrfm.delivery.attribution.words import WORDS
from batikrfm.delivery.campaigns.errors import CampaignNotFoundError
from batikrfm.delivery.tracking import Tracking, change_tracking
from batikrfm.jobs.trying import run_queued
from batikrfm.tenancy import tenant_scope
from posted import SENT_AT, Letter, Posted

HOUR: Final = dt.timedelta(hours=1)
ORDER: Final = """
insert into orders (tenant_id, id, import_id, customer_id, ordered_at, net_e4, gross_e4, key) values ($1, $2, $2, $3, $4, $5, $5, $6)
"""


async def buy(posted: Posted, letter: Letter, after: dt.timedelta, rupiah: int = 100_000) -> UUID:
    order_id = uuid7()
    await posted.put(ORDER, posted.tenant, order_id, letter.customer_id, SENT_AT + after, rupiah * 10_000, order_id.hex)
    return order_id


async def earned(posted: Posted, campaign_id: UUID) -> Earned:
    async with tenant_scope(posted.tenant):
        await measure(campaign_id)
    async with tenant_scope(posted.tenant):
        found = await earned_by(campaign_id)
    assert found is not None
    return found


async def test_orders_within_a_window_after_delivery_and_no_others(posted: Posted) -> None:
    campaign = await posted.campaign()
    letters = [await posted.letter(campaign) for _ in range(5)]
    times = [-HOUR, HOUR, dt.timedelta(days=7), dt.timedelta(days=7, seconds=1), dt.timedelta(0)]
    bought = [await buy(posted, letter, after) for letter, after in zip(letters, times, strict=True)]
    sold = (await earned(posted, campaign)).total.sold
    assert (sold.reached, sold.buyers, sold.orders, sold.revenue_e4) == (5, 2, 2, 2_000_000_000)
    async with tenant_scope(posted.tenant):
        assert {order.id for order in await orders_of(campaign)} == {bought[1], bought[2]}
        first, *_ = await orders_of(campaign, limit=1)
        assert [order.id for order in await orders_of(campaign, after=first.id)] == [bought[2]]
        await change_tracking(Tracking(window_days=1))
    again = await earned(posted, campaign)
    assert (again.window_days, again.total.sold.orders) == (1, 1)


async def test_what_was_not_delivered_sold_nothing(posted: Posted) -> None:
    campaign = await posted.campaign()
    for state, reason in (("failed", "bounced"), ("queued", None), ("left_out", "refused"), ("held_out", None)):
        await buy(posted, await posted.letter(campaign, state=state, reason=reason), HOUR)
    assert (await earned(posted, campaign)).total.sold.orders == 0


async def test_last_touch_an_order_counts_for_one_campaign_only(posted: Posted) -> None:
    first, second, third = [await posted.campaign() for _ in range(3)]
    customer = await posted.customer()
    early = await posted.letter(first, customer)
    await posted.letter(second, customer, at=SENT_AT + 2 * HOUR)
    await posted.letter(third, customer, at=SENT_AT + 9 * HOUR)
    await buy(posted, early, HOUR)
    await buy(posted, early, 3 * HOUR, 50_000)
    assert [(await earned(posted, one)).total.sold.revenue_e4 for one in (first, second, third)] == [10**9, 5 * 10**8, 0]


async def test_two_messages_at_the_same_moment_share_nothing(posted: Posted) -> None:
    one, two = await posted.campaign(), await posted.campaign()
    customer = await posted.customer()
    letter = await posted.letter(one, customer)
    await posted.letter(two, customer)
    await buy(posted, letter, HOUR)
    assert [(await earned(posted, each)).total.sold.orders for each in (one, two)] == [0, 1]


async def test_revenue_per_campaign_and_per_segment(posted: Posted) -> None:
    campaign = await posted.campaign()
    for segment, rupiah in (("loyal", 70_000), ("loyal", 30_000), ("at_risk", 5_000), (None, 1_000)):
        await buy(posted, await posted.letter(campaign, segment=segment), HOUR, rupiah)
    found = await earned(posted, campaign)
    assert found.total.sold.revenue_e4 == 106_000 * 10_000
    assert {segment: part.sold.revenue_e4 // 10_000 for segment, part in found.segments.items()} == {"loyal": 100_000, "at_risk": 5_000}
    again = await earned(posted, campaign)
    assert (again.total, again.segments) == (found.total, found.segments)


async def test_compared_with_the_hold_out_over_the_same_days_whatever_became_of_the_message(posted: Posted) -> None:
    campaign = await posted.campaign()
    for number in range(8):
        letter = await posted.letter(campaign, state="failed" if number == 0 else "delivered", reason="bounced" if number == 0 else None)
        if number < 4:
            await buy(posted, letter, HOUR, 200_000)
    for number in range(4):
        letter = await posted.letter(campaign, state="held_out", vendor_id=None)
        if number == 0:
            await buy(posted, letter, 2 * HOUR, 100_000)
    await buy(posted, await posted.letter(campaign, state="left_out", reason="refused"), HOUR)
    comparison = (await earned(posted, campaign)).total.comparison
    assert (comparison.treated, comparison.treated_buyers, comparison.held, comparison.held_buyers) == (8, 4, 4, 1)
    assert comparison.conversion is not None
    assert comparison.revenue is not None
    assert comparison.conversion.value == pytest.approx(0.25)
    assert comparison.revenue.value == pytest.approx(100_000 - 25_000)
    assert comparison.revenue.low < 75_000 < comparison.revenue.high
    assert comparison.verdict is Verdict.TOO_FEW


def sums(treated: int, treated_buyers: int, held: int, held_buyers: int) -> Mapping[str, Any]:
    row: dict[str, Any] = {"treated": treated, "treated_buyers": treated_buyers, "held": held, "held_buyers": held_buyers}
    for group in ("treated", "held"):
        row |= {f"{group}_e4": row[f"{group}_buyers"] * 10_000, f"{group}_squares": float(row[f"{group}_buyers"])}
    return row


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (sums(1_000, 120, 0, 0), Verdict.NO_HOLD_OUT),
        (sums(0, 0, 100, 3), Verdict.NO_HOLD_OUT),
        (sums(900, 90, 49, 0), Verdict.TOO_FEW),
        (sums(900, 8, 100, 1), Verdict.TOO_FEW),
        (sums(900, 90, 100, 9), Verdict.UNCLEAR),
        (sums(900, 180, 100, 5), Verdict.MORE),
        (sums(900, 45, 100, 20), Verdict.LESS),
    ],
)
def test_said_plainly_when_the_numbers_are_too_small_to_say(row: Mapping[str, Any], verdict: Verdict) -> None:
    found = compare(row)
    assert found.verdict is verdict
    assert found.words == WORDS[verdict]
    assert found.words.id != found.words.en


async def test_a_job_measures_after_an_import_and_comes_back_while_a_window_is_open(posted: Posted) -> None:
    now = dt.datetime.now(dt.UTC)
    campaign = await posted.campaign(now)
    letter = await posted.letter(campaign, at=now - HOUR)
    await buy(posted, letter, now - SENT_AT)
    async with tenant_scope(posted.tenant):
        await measure_soon(everything=True)
        await measure_soon(everything=True)
    ran = await run_queued(posted.tenant, only_due=True)
    assert [(job.task, job.result) for job in ran] == [(measure_campaigns.name, {"measured": 1})]
    async with tenant_scope(posted.tenant) as scope:
        found = await earned_by(campaign)
        due = await scope.fetch("select run_at from jobs where state = 'queued' and task = $1", measure_campaigns.name)
    assert found is not None
    assert (found.open, found.total.sold.orders) == (True, 1)
    assert [row["run_at"].date() for row in due] == [now.date() + dt.timedelta(days=1)]


async def test_campaigns_that_are_over_are_measured_again_only_when_orders_came(posted: Posted) -> None:
    campaign = await posted.campaign(dt.datetime.now(dt.UTC) - dt.timedelta(days=30))
    await posted.letter(campaign, at=dt.datetime.now(dt.UTC) - dt.timedelta(days=30))
    await posted.put("update campaigns set state = 'finished' where tenant_id = $1 and id = $2", posted.tenant, campaign)
    assert [await measure_all(posted.tenant, everything=everything) for everything in (False, False, True)] == [1, 0, 1]


async def test_a_campaign_of_another_shop_is_not_found_and_one_that_was_not_measured_says_nothing(
    posted: Posted, other_tenant: UUID
) -> None:
    campaign = await posted.campaign()
    async with tenant_scope(posted.tenant):
        assert await earned_by(campaign) is None
        assert await orders_of(campaign) == []
    for ask in (earned_by, orders_of):
        with pytest.raises(CampaignNotFoundError):
            async with tenant_scope(other_tenant):
                await ask(campaign)
