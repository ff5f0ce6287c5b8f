"""Segmenting a tenant in the database: stored whole, moves recorded, nobody else's customers touched."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from collections.abc import Awaitable, Callable
from decimal import Decimal
from uuid import UUID

import polars as pl
import pytest

from batikrfm.builtin.rfm.strategies import Rfm5, Rfm11, RfmStrategy
from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.sales.totals import customer_totals
from batikrfm.sdk.plugin_errors import CrashedError
from batikrfm.sdk.segmentation import Segmentation
from batikrfm.segmentation import Returns, Scored, score
from batikrfm.segmentation.asking import Question
from batikrfm.segmentation.days import start_of, today
from batikrfm.segmentation.errors import NoRunsError, StrategySettingsError
from batikrfm.segmentation.history import Flow, latest_run, moves_matrix, moves_of_customer, moves_of_run, past_runs
from batikrfm.segmentation.reporting import analysis_of, day_after_last_sale, with_keys
from batikrfm.segmentation.running import run_segmentation
from batikrfm.tenancy import tenant_scope

Order = tuple[str | None, str, int, int]  # customer, time in UTC, net and gross in the currency's unit
Seed = Callable[[UUID, list[Order]], Awaitable[None]]

AS_OF = dt.date(2026, 1, 10)
SHOP: list[Order] = [
    ("budi", "2026-01-08T10:00", 900_000, 900_000),
    ("budi", "2025-12-01T10:00", 700_000, 700_000),
    ("budi", "2025-11-01T10:00", -50_000, 0),
    ("sari", "2025-10-01T10:00", 100_000, 100_000),
    ("dewi", "2025-06-01T10:00", -20_000, 150_000),
    (None, "2026-01-02T10:00", 30_000, 30_000),
]


def frame(orders: list[Order]) -> pl.DataFrame:
    rows = [(who, dt.datetime.fromisoformat(at).replace(tzinfo=dt.UTC), net * 10_000, gross * 10_000) for who, at, net, gross in orders]
    schema = pl.Schema({"customer": pl.String(), "ordered_at": pl.Datetime("us", "UTC"), "net_e4": pl.Int64(), "gross_e4": pl.Int64()})
    return pl.DataFrame(rows, schema=schema, orient="row")


@pytest.fixture
def seed() -> Seed:
    """Orders, customers and kept totals of a tenant, as importing leaves them."""

    async def fill(tenant: UUID, orders: list[Order]) -> None:
        rows = frame(orders)
        async with tenant_scope(tenant) as scope:
            import_id = uuid7()
            await scope.execute(
                "insert into imports (tenant_id, id, files, rows, imported, cancelled, refund, without_customer, rejected) "
                "values ($1, $2, '{}', 0, 0, 0, 0, 0, 0)",
                tenant,
                import_id,
            )
            known = {row["key"]: row["id"] for row in await scope.fetch("select id, key from customers")}
            for name in rows["customer"].drop_nulls().unique().sort():
                if name not in known:
                    known[name] = uuid7()
                    await scope.execute(
                        "insert into customers (tenant_id, id, contact_at, key) values ($1, $2, now(), $3)", tenant, known[name], name
                    )
            add_order = (
                "insert into orders (tenant_id, id, import_id, customer_id, ordered_at, net_e4, gross_e4, key) "
                "values ($1, $2::uuid, $3, $4, $5, $6, $7, $2::uuid::text)"
            )
            for name, *values in rows.iter_rows():
                await scope.execute(add_order, tenant, uuid7(), import_id, known.get(name), *values)
            await keep_totals(tenant)

    async def keep_totals(tenant: UUID) -> None:
        scope = current_scope()
        found = await scope.fetch("select customer_id::text as customer, ordered_at, net_e4, gross_e4 from orders")
        everything = pl.DataFrame([tuple(row) for row in found], schema=frame([]).schema, orient="row")
        await scope.execute("delete from customer_totals")
        for row in customer_totals(everything).iter_rows(named=True):
            names = ", ".join(name for name in row if name != "customer")
            values = ", ".join(f"${i}" for i in range(3, len(row) + 2))
            await scope.execute(
                f"insert into customer_totals (tenant_id, id, {names}) values ($1, $2, {values})",
                tenant, UUID(row["customer"]), *(value for name, value in row.items() if name != "customer"),
            )  # fmt: skip

    return fill


def ask(strategy: RfmStrategy | None = None, **changes: object) -> Question:
    return Question(**{"strategy": strategy or Rfm5(), "as_of": AS_OF, **changes})  # type: ignore[arg-type]  # tests name real fields


def customers(scored: Scored) -> dict[str, tuple[object, ...]]:
    return {row[0]: row[1:] for row in scored.segmentation.customers.select(sorted(scored.segmentation.customers.columns)).iter_rows()}


async def assigned(tenant: UUID) -> dict[str, tuple[object, ...]]:
    async with tenant_scope(tenant) as scope:
        rows = await scope.fetch(
            "select key, (select as_of from segmentation_runs order by id desc limit 1) - last_day as recency_days, "
            "frequency, monetary_e4, r, f, m, segment from segment_assignments join customers using (id)"
        )
    return {row["key"]: tuple(row)[1:] for row in rows}


async def test_the_run_the_results_and_the_assignments_are_stored(tenant: UUID, seed: Seed) -> None:
    await seed(tenant, SHOP)
    run = await run_segmentation(tenant, ask())
    assert await assigned(tenant) == {
        "budi": (2, 2, 1_550_000_0000, 5, 2, 3, "loyal"),
        "sari": (101, 1, 100_000_0000, 2, 1, 1, "lost"),
    }
    async with tenant_scope(tenant):
        stored = await latest_run()
    assert (stored.id, stored.created_at) == (run.stored.id, run.stored.created_at)
    assert (stored.strategy, stored.as_of, stored.returns, stored.since_days) == ("rfm5", AS_OF, "net", None)
    assert (stored.mode, stored.timezone, stored.currency) == ("rules", "Asia/Jakarta", "IDR")
    assert (stored.customers, stored.revenue) == (2, Decimal(1_650_000))
    assert stored.reason == run.scored.segmentation.reason
    assert stored.notices == run.scored.segmentation.notices != ()
    assert stored.cut_points == {name: list(cuts) for name, cuts in run.scored.segmentation.cut_points.items()}
    assert stored.settings["recency_days"] == [30, 60, 90, 180]
    for result, summary in zip(stored.results, run.scored.segments, strict=True):
        assert (result.segment, result.customers, result.revenue) == (summary.segment.key, summary.customers, summary.revenue)
        assert result.median_recency_days == summary.median_recency_days
        assert result.median_frequency == summary.median_frequency
        assert result.median_monetary == summary.median_monetary


def busy_shop(seed: int, size: int) -> list[Order]:
    chance = random.Random(seed)  # noqa: S311 - made-up shops
    start = dt.datetime(2024, 1, 1)  # noqa: DTZ001 - the seed fixture says UTC
    orders: list[Order] = []
    for _ in range(size):
        who = None if chance.random() < 0.05 else f"c{chance.randrange(size // 3)}"
        at = (start + dt.timedelta(minutes=chance.randrange(730 * 1440))).isoformat()
        amount = chance.randrange(1, 500) * 1000
        orders.append((who, at, *chance.choice([(amount, amount), (amount, amount), (amount, amount + 500), (-amount, 0), (0, amount)])))
    return orders


@pytest.mark.parametrize("strategy", [Rfm5(), Rfm11()], ids=lambda s: s.key)
@pytest.mark.parametrize("mode", ["quantile", "rules"])
@pytest.mark.parametrize(
    ("returns", "since_days", "as_of"),
    [("net", None, AS_OF), ("ignore", None, AS_OF), ("net", 200, dt.date(2025, 10, 1)), ("ignore", None, dt.date(2025, 3, 1))],
)
async def test_the_numbers_are_those_of_polars_in_memory(
    tenant: UUID, seed: Seed, strategy: RfmStrategy, mode: str, returns: Returns, since_days: int | None, as_of: dt.date
) -> None:
    shop = busy_shop(5, 300)
    await seed(tenant, shop)
    question = ask(strategy, returns=returns, since_days=since_days, as_of=as_of, settings={"mode": mode})
    run = await run_segmentation(tenant, question)
    first = start_of(as_of - dt.timedelta(days=since_days or 10_000), "Asia/Jakarta")
    in_window = frame(shop).filter(
        pl.col("ordered_at").is_between(first, start_of(as_of + dt.timedelta(days=1), "Asia/Jakarta"), closed="left")
    )
    expected = score(customer_totals(in_window), strategy, as_of=as_of, timezone="Asia/Jakarta", returns=returns, settings={"mode": mode})
    assert expected.segmentation.customers.height > 20
    assert run.scored.segments == expected.segments
    assert run.scored.segmentation.cut_points == expected.segmentation.cut_points
    assert customers(await with_keys(tenant, run.scored)) == customers(expected)
    columns = ["recency_days", "frequency", "monetary", "r", "f", "m", "segment"]
    assert await assigned(tenant) == {row[0]: row[1:] for row in expected.segmentation.customers.select("customer", *columns).iter_rows()}


async def test_running_twice_moves_nobody_and_the_first_run_has_nothing_to_compare_with(tenant: UUID, seed: Seed) -> None:
    await seed(tenant, SHOP)
    first = await run_segmentation(tenant, ask())
    second = await run_segmentation(tenant, ask())
    assert (first.stored.compared_with, first.stored.moved) == (None, 0)
    assert (second.stored.compared_with, second.stored.moved) == (first.stored.id, 0)
    async with tenant_scope(tenant):
        assert await moves_matrix(second.stored.id) == []
        assert [run.id for run in await past_runs()] == [second.stored.id, first.stored.id]


async def test_who_moved_is_recorded_with_those_who_are_new_and_those_who_left(tenant: UUID, seed: Seed) -> None:
    await seed(tenant, SHOP)
    await run_segmentation(tenant, ask())
    await seed(
        tenant,
        [("sari", "2026-01-09T10:00", 100_000, 100_000), ("joko", "2026-01-09T11:00", 80_000, 80_000), ("budi", "2026-01-09T12:00", 1, 1)],
    )
    async with tenant_scope(tenant) as scope:
        await scope.execute(
            "update customer_totals set purchases = 0, last_purchase_at = null where id = (select id from customers where key = 'budi')"
        )
    run = await run_segmentation(tenant, ask())
    assert run.stored.moved == 3
    async with tenant_scope(tenant) as scope:
        assert {(m.key, m.from_segment, m.to_segment) for m in await moves_of_run(run.stored.id)} == {
            ("budi", "loyal", None), ("joko", None, "promising"), ("sari", "lost", "loyal"),
        }  # fmt: skip
        flows = await moves_matrix(run.stored.id)
        assert sorted(flows, key=str) == sorted([Flow("lost", "loyal", 1), Flow("loyal", None, 1), Flow(None, "promising", 1)], key=str)
        sari = await scope.fetchval("select id from customers where key = 'sari'")
        assert [(step.as_of, step.from_segment, step.to_segment) for step in await moves_of_customer(sari)] == [(AS_OF, "lost", "loyal")]
    assert set(await assigned(tenant)) == {"sari", "joko"}


async def test_another_strategy_is_not_compared_with(tenant: UUID, seed: Seed) -> None:
    await seed(tenant, SHOP)
    await run_segmentation(tenant, ask())
    run = await run_segmentation(tenant, ask(Rfm11()))
    assert (run.stored.compared_with, run.stored.moved) == (None, 0)
    assert {row[-1] for row in (await assigned(tenant)).values()} <= {segment.key for segment in Rfm11.segments}


async def test_today_is_the_day_of_a_live_run(tenant: UUID, seed: Seed) -> None:
    day = today("Asia/Jakarta")
    await seed(tenant, [("budi", f"{day - dt.timedelta(days=3)}T05:00", 1000, 1000)])
    run = await run_segmentation(tenant, ask(as_of=None))
    assert run.scored.as_of in {day, today("Asia/Jakarta")}
    assert run.scored.segmentation.customers["recency_days"].to_list() in ([3], [4])


async def test_orders_dated_after_the_day_do_not_count_in_a_live_run_either(tenant: UUID, seed: Seed) -> None:
    day = today("Asia/Jakarta")
    await seed(tenant, [("budi", f"{day - dt.timedelta(days=3)}T05:00", 1000, 1000), ("budi", f"{day + dt.timedelta(days=9)}T05:00", 1, 1)])
    run = await run_segmentation(tenant, ask(as_of=None))
    assert run.scored.segmentation.customers.select("frequency", "monetary").rows() == [(1, 1000_0000)]


async def test_a_shop_without_customers_is_answered_too(tenant: UUID) -> None:
    run = await run_segmentation(tenant, ask())
    assert [segment.customers for segment in run.scored.segments] == [0, 0, 0, 0, 0]
    again = await run_segmentation(tenant, ask())
    assert again.stored.moved == 0


async def test_runs_of_one_tenant_take_turns(tenant: UUID, seed: Seed) -> None:
    await seed(tenant, SHOP)
    runs = await asyncio.gather(*(run_segmentation(tenant, ask()) for _ in range(4)))
    chain = {run.stored.id: run.stored.compared_with for run in runs}
    assert len(chain) == 4
    assert sorted(str(before) for before in chain.values()) == sorted(["None", *(str(run) for run in sorted(chain)[:3])])
    assert sum(run.stored.moved for run in runs) == 0


async def test_tenants_do_not_see_each_others_runs_or_customers(tenant: UUID, other_tenant: UUID, seed: Seed) -> None:
    await seed(tenant, SHOP)
    await seed(other_tenant, [("budi", "2020-01-01T10:00", 5, 5)])
    await asyncio.gather(run_segmentation(tenant, ask()), run_segmentation(other_tenant, ask()))
    assert len(await assigned(tenant)) == 2
    assert await assigned(other_tenant) == {"budi": (2201, 1, 5_0000, 1, 1, 3, "lost")}
    await run_segmentation(other_tenant, ask(Rfm11()))
    assert len(await assigned(tenant)) == 2
    async with tenant_scope(tenant):
        assert len(await past_runs()) == 1


async def test_settings_that_the_strategy_refuses_store_nothing(tenant: UUID, seed: Seed) -> None:
    await seed(tenant, SHOP)
    with pytest.raises(StrategySettingsError):
        await run_segmentation(tenant, ask(settings={"mode": "magic"}))
    async with tenant_scope(tenant):
        with pytest.raises(NoRunsError):
            await latest_run()


class Crashing(Rfm5):
    def segment(self, customers: pl.DataFrame, config: object) -> Segmentation:
        raise RuntimeError(customers.height, config)


async def test_a_strategy_that_crashes_leaves_the_last_run_as_it_was(tenant: UUID, seed: Seed) -> None:
    await seed(tenant, SHOP)
    await run_segmentation(tenant, ask())
    before = await assigned(tenant)
    with pytest.raises(CrashedError):
        await run_segmentation(tenant, ask(Crashing()))
    assert await assigned(tenant) == before
    async with tenant_scope(tenant):
        assert len(await past_runs()) == 1


async def test_a_customer_who_is_forgotten_takes_their_segment_and_moves_along(tenant: UUID, seed: Seed) -> None:
    await seed(tenant, SHOP)
    await run_segmentation(tenant, ask())
    await seed(tenant, [("sari", "2026-01-09T10:00", 100_000, 100_000)])
    await run_segmentation(tenant, ask())
    async with tenant_scope(tenant) as scope:
        await scope.execute("delete from customers where key = 'sari'")
        assert await scope.fetchval("select count(*) from segment_moves") == 0
    assert set(await assigned(tenant)) == {"budi"}


@pytest.mark.parametrize("returns", ["net", "ignore"])
async def test_a_run_is_shown_with_all_the_money_of_its_window(tenant: UUID, seed: Seed, returns: Returns) -> None:
    await seed(tenant, SHOP)
    question = ask(returns=returns)
    run = await run_segmentation(tenant, question)
    analysis = await analysis_of(tenant, run.scored, question)
    orders, revenue = {"net": (4, 1_660_000), "ignore": (5, 1_880_000)}[returns]
    assert (analysis.orders, analysis.revenue_e4, analysis.revenue_without_customer_e4) == (orders, revenue * 10_000, 30_000_0000)
    assert analysis.revenue_without_purchase == (-20_000 if returns == "net" else 0)
    assert analysis.rows_by_outcome == {"imported": 0, "cancelled": 0, "refund": 0, "without_customer": 0, "rejected": 0}


async def test_the_day_after_the_last_sale_is_that_of_a_purchase(tenant: UUID, seed: Seed) -> None:
    assert await day_after_last_sale(tenant, ask()) is None
    await seed(tenant, [*SHOP, ("budi", "2026-01-09T10:00", -1000, 0)])
    assert await day_after_last_sale(tenant, ask()) == dt.date(2026, 1, 9)
