"""The overview counts what the orders say, and each of its numbers leads to rows that add up to it."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from batikrfm.builtin.rfm.strategies import Rfm5
from batikrfm.segmentation.asking import Question
from batikrfm.segmentation.errors import BadTraceError, CustomerNotFoundError, NoRunsError
from batikrfm.segmentation.facts import read_facts
from batikrfm.segmentation.figures import PERIODS, count_figures, keep_figures, latest_import
from batikrfm.segmentation.history import latest_run, moves_of_run
from batikrfm.segmentation.overview import Figure, overview
from batikrfm.segmentation.overview_queries import FIGURES
from batikrfm.segmentation.preferences import Preferences
from batikrfm.segmentation.profile import OrderEntry, customer_profile, timeline
from batikrfm.segmentation.running import run_segmentation
from batikrfm.segmentation.tracing import Trace, TracedCustomer, TracedOrder, traced_customers, traced_orders
from batikrfm.segmentation.whatif import what_if
from batikrfm.tenancy import tenant_scope

if TYPE_CHECKING:
    from core.tests.segmentation.conftest import Sale as MadeSale
    from core.tests.segmentation.conftest import Stock

    from batikrfm.sales.returns import Returns

AS_OF = dt.date(2026, 1, 10)
ZONE = ZoneInfo("Asia/Jakarta")
ASKED: tuple[tuple[Returns, int | None], ...] = (("net", None), ("ignore", None), ("net", 100), ("ignore", 30))


@dataclass(frozen=True)
class Shop:
    """A shop with two runs, and the sales that it has."""

    tenant: UUID
    sales: list[MadeSale]
    returns: Returns
    since_days: int | None

    def money(self, sale: MadeSale) -> int:
        return sale.amount if self.returns == "net" else max(sale.amount, 0)

    def between(self, since: dt.date, until: dt.date) -> list[MadeSale]:
        return [sale for sale in self.sales if since <= day(sale) <= until]

    def first(self, who: str) -> dt.datetime:
        return min(when(sale) for sale in self.sales if sale.who == who and self.money(sale) > 0)


def when(sale: MadeSale) -> dt.datetime:
    return dt.datetime.fromisoformat(sale.at).replace(tzinfo=dt.UTC)


def day(sale: MadeSale) -> dt.date:
    return when(sale).astimezone(ZONE).date()


def made(kind: type[MadeSale], dice: random.Random) -> list[MadeSale]:
    """Sales at all hours, also on the bounds of days where the shop is (17:00 UTC), after the as-of day, and some to nobody."""
    sales = []
    for number in range(70):
        for _ in range(dice.choice((1, 1, 2, 4, 9))):
            at = dt.datetime(2026, 1, 11, 17) - dt.timedelta(days=dice.choice((0, 1, 5, 8, 20, 31, 45, 62, 100, 200, 500)))  # noqa: DTZ001 - made UTC by stock
            at -= dt.timedelta(seconds=dice.choice((0, 1, 3_600, 43_000)))
            amount = dice.choice((50_000, 120_000, 900_000)) * dice.choice((1, 1, 1, -1))
            sales.append(kind(f"k{number}" if number % 10 else None, at.isoformat(), amount, product=dice.choice(("Kain", "Topi"))))
    return sales


@pytest.fixture(params=ASKED, ids=str)
async def shop(request: pytest.FixtureRequest, tenant: UUID, stock: Stock, sale: type[MadeSale]) -> Shop:
    returns, since_days = request.param
    sales = made(sale, random.Random(3))  # noqa: S311 - no secret
    await stock(tenant, sales)
    question = Question(Rfm5(), as_of=AS_OF - dt.timedelta(days=40), returns=returns, since_days=since_days)
    await run_segmentation(tenant, question)
    await run_segmentation(tenant, replace(question, as_of=AS_OF))
    return Shop(tenant, sales, returns, since_days)


async def orders_of(trace: Trace, limit: int = 7) -> list[TracedOrder]:
    rows: list[TracedOrder] = []
    after = None
    while True:
        page = await traced_orders(trace, after, limit)
        rows += page.rows
        if (after := page.next) is None:
            assert len(rows) == len({row.id for row in rows})
            return rows


async def customers_of(trace: Trace, limit: int = 7) -> list[TracedCustomer]:
    rows: list[TracedCustomer] = []
    after = None
    while True:
        page = await traced_customers(trace, after, limit)
        rows += page.rows
        if (after := page.next) is None:
            assert len(rows) == len({row.id for row in rows})
            return rows


async def test_the_figures_are_what_the_orders_say(shop: Shop) -> None:
    async with tenant_scope(shop.tenant):
        for days in PERIODS:
            seen = await overview(days)
            for before in (False, True):
                period = seen.before if before else seen.period
                assert (period.until - period.since).days == days - 1
                sales = shop.between(period.since, period.until)
                bought = [sale for sale in sales if shop.money(sale) > 0]
                who = {sale.who for sale in bought if sale.who}
                new = {one for one in who if period.since <= shop.first(one).astimezone(ZONE).date()}
                again = {one for one in who if shop.first(one) < max(when(sale) for sale in bought if sale.who == one)}
                rate = (Decimal(len(again)) / len(who)).quantize(Decimal("0.000001")) if who else None
                expected = (*map(Decimal, (len(who), sum(map(shop.money, sales)), len(bought), len(new))), rate)
                figures = (seen.customers, seen.revenue, seen.purchases, seen.new_customers, seen.repeat_rate)
                assert tuple(figure.before if before else figure.value for figure in figures) == expected
            assert seen.period.until == AS_OF
            assert seen.before.until == seen.period.since - dt.timedelta(days=1)


def sides(figure: Figure) -> tuple[tuple[Decimal | None, Trace], ...]:
    return (figure.value, figure.trace), (figure.before, figure.trace_before)


async def test_each_figure_leads_to_its_rows(shop: Shop) -> None:
    async with tenant_scope(shop.tenant):
        seen = await overview(30)
        for value, trace in sides(seen.revenue):
            assert sum(order.money for order in await orders_of(trace)) == value
        for value, trace in sides(seen.purchases):
            assert len(await orders_of(trace)) == value
        for figure in (seen.customers, seen.new_customers):
            for value, trace in sides(figure):
                found = await customers_of(trace)
                assert len(found) == value
                assert {order.customer_id for order in await orders_of(trace)} == {customer.id for customer in found}
                for customer in found[:5]:
                    behind = await orders_of(customer.trace)
                    assert sum(order.money for order in behind) == customer.money
                    assert sum(order.money > 0 for order in behind) == customer.purchases
        for buyers, whole, (value, trace) in zip(
            (seen.customers.value, seen.customers.before), ("now", "before"), sides(seen.repeat_rate), strict=True
        ):
            found = await customers_of(trace)
            assert value == (Decimal(len(found)) / buyers).quantize(Decimal("0.000001")) if buyers else value is None, whole


async def test_segments_cells_and_flows_lead_to_their_rows(shop: Shop) -> None:
    async with tenant_scope(shop.tenant):
        seen = await overview(30)
        assert sum(segment.customers for segment in seen.segments) == seen.run.customers == sum(cell.customers for cell in seen.cells)
        assert sum(cell.revenue for cell in seen.cells) == seen.run.revenue
        assert len(seen.cells) == 25
        assert seen.compared_with == AS_OF - dt.timedelta(days=40)
        parts = [(segment.trace, segment.customers, segment.revenue) for segment in seen.segments]
        parts += [(cell.trace, cell.customers, cell.revenue) for cell in seen.cells if cell.customers]
        for trace, customers, revenue in parts:
            found = await customers_of(trace)
            assert len(found) == customers
            assert sum(customer.money for customer in found) == revenue
            assert sum(order.money for order in await orders_of(trace, 50)) == revenue
        moves = await moves_of_run(seen.run.id)
        assert sum(one.flow.customers for one in seen.flows) == len(moves) > 0
        for one in seen.flows:
            expected = {
                move.customer_id for move in moves if (move.from_segment, move.to_segment) == (one.flow.from_segment, one.flow.to_segment)
            }
            found = await customers_of(one.trace)
            assert {customer.id for customer in found} == expected
            assert len(found) == one.flow.customers
        in_all = len({sale.who for sale in shop.sales if sale.who})
        assert seen.customers_in_all == in_all


async def test_traces_survive_a_url(shop: Shop) -> None:
    async with tenant_scope(shop.tenant):
        seen = await overview(90)
    traces = [seen.revenue.trace, seen.purchases.trace, seen.repeat_rate.trace_before, seen.cells[3].trace, seen.flows[0].trace]
    for trace in traces:
        assert Trace.from_query({**trace.to_query(), "page": "2"}) == trace


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"of": "everything"},
        {"of": "orders", "since": "yesterday"},
        {"of": "orders", "r": "6"},
        {"of": "orders", "fm": "99999999999"},
        {"of": "orders", "customer_id": "x"},
        {"of": "orders", "segment": "a\x00b"},
        {"of": "orders", "segment": "x" * 500},
        {"of": "customers", "buyers": "' or 1=1"},
    ],
)
def test_a_trace_that_cannot_be(query: dict[str, str]) -> None:
    with pytest.raises(BadTraceError):
        Trace.from_query(query)


async def test_the_history_of_scores_is_what_the_runs_made_of_the_orders(shop: Shop) -> None:
    async with tenant_scope(shop.tenant) as scope:
        run = await latest_run()
        rows = await scope.fetch("select id, r, f, m, frequency, monetary_e4, segment, last_day from segment_assignments")
        moved = {move.customer_id: move for move in await moves_of_run(run.id)}
        assert len(rows) > 20
        for row in rows:
            profile = await customer_profile(row["id"])
            before, now = profile.history
            assert now.run_id == run.id
            assert (now.r, now.f, now.m, now.frequency, now.segment) == (row["r"], row["f"], row["m"], row["frequency"], row["segment"])
            assert now.monetary == Decimal(row["monetary_e4"]) / 10_000
            assert now.recency_days == (AS_OF - row["last_day"]).days
            assert profile.standing is not None
            assert (profile.standing.r, profile.standing.recency_days) == (now.r, now.recency_days)
            assert before.segment == (moved[row["id"]].from_segment if row["id"] in moved else now.segment)
            assert (before.r is None) == (before.segment is None)


async def test_a_timeline_has_every_order_once_with_its_items(shop: Shop) -> None:
    async with tenant_scope(shop.tenant) as scope:
        who = await scope.fetchval("select id from customers where key = 'k1'")
        found: list[OrderEntry] = []
        after = None
        while True:
            page = await timeline(who, after, 2)
            found += page.orders
            if (after := page.next) is None:
                break
        profile = await customer_profile(who)
    mine = sorted(when(sale) for sale in shop.sales if sale.who == "k1")
    assert sorted(order.ordered_at for order in found) == mine
    assert [order.ordered_at for order in found] == sorted((order.ordered_at for order in found), reverse=True)
    assert sum(order.money for order in found) == profile.totals.money
    assert all(sum(item.net for item in order.items) == order.money for order in found)
    assert {item.file for order in found for item in order.items} == {"sales.csv"}


async def test_what_if_nothing_changes_nobody_moves_and_nothing_is_stored(shop: Shop) -> None:
    same = Preferences(returns=shop.returns, since_days=shop.since_days)
    async with tenant_scope(shop.tenant) as scope:
        before = await scope.fetch("select id, segment from segment_assignments order by id")
        answer = await what_if(same)
        assert (answer.moving, answer.samples) == (0, ())
        assert all(segment.now == segment.then for segment in answer.segments)
        other = await what_if(replace(same, strategy="rfm11"))
        assert other.moving == sum(flow.customers for flow in other.flows if flow.from_segment != flow.to_segment)
        assert sum(segment.then or 0 for segment in other.segments) == sum(segment.now or 0 for segment in other.segments)
        assert len(other.samples) == min(20, other.moving) > 0
        assert await scope.fetch("select id, segment from segment_assignments order by id") == before
        assert await scope.fetchval("select count(*) from segmentation_runs") == 2


async def test_figures_are_counted_once_and_again_after_an_import(shop: Shop, stock: Stock, sale: type[MadeSale]) -> None:
    async with tenant_scope(shop.tenant) as scope:
        first = await keep_figures(30)
        assert await keep_figures(30) == first
        assert await scope.fetchval("select count(*) from period_figures") == 2
    await stock(shop.tenant, [sale("k1", "2026-01-09T10:00", 77_000)])
    async with tenant_scope(shop.tenant):
        later = await keep_figures(30)
    assert later[0].revenue == first[0].revenue + 77_000


async def test_all_periods_at_once_say_what_each_says_alone(shop: Shop) -> None:
    read = f"select days, earlier, {', '.join(FIGURES)}, products::text from period_figures order by days, earlier"
    async with tenant_scope(shop.tenant) as scope:
        run = await latest_run()
        for days in PERIODS:
            await keep_figures(days, run)
        alone = await scope.fetch(read)
        await scope.execute("delete from period_figures")
        await count_figures(run, await latest_import())
        await count_figures(run, await latest_import())  # what is there stays as it is
        assert await scope.fetch(read) == alone
    assert len(alone) == 2 * len(PERIODS)


async def test_facts_are_counted_once_and_again_after_an_import(shop: Shop, stock: Stock, sale: type[MadeSale]) -> None:
    async with tenant_scope(shop.tenant) as scope:
        run = await latest_run()
        first = await read_facts(run)
        await scope.execute("update segment_assignments set monetary_e4 = monetary_e4 + 10000")
        assert await read_facts(run) == first, "kept, and not counted on each look"
        assert await scope.fetchval("select count(*) from run_facts") == 1
    await stock(shop.tenant, [sale("k1", "2026-01-09T10:00", 77_000)])
    async with tenant_scope(shop.tenant) as scope:
        later = await read_facts(run)
        assert later.first_money == first.first_money + 1
        assert await scope.fetchval("select count(*) from run_facts") == 2


async def test_nothing_to_see_before_the_first_run_or_of_anybody_else(shop: Shop, other_tenant: UUID) -> None:
    async with tenant_scope(shop.tenant) as scope:
        who = await scope.fetchval("select id from customers limit 1")
        trace = (await overview()).revenue.trace
    async with tenant_scope(other_tenant):
        with pytest.raises(NoRunsError):
            await overview()
        with pytest.raises(CustomerNotFoundError):
            await customer_profile(who)
        with pytest.raises(CustomerNotFoundError):
            await timeline(who)
        assert (await traced_orders(trace)).rows == ()
        assert (await what_if(Preferences())).moving == 0
