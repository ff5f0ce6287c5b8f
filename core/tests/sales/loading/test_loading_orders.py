from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from batikrfm.sales.errors import TooMuchMoney
from batikrfm.sales.loading import Loaded

if TYPE_CHECKING:
    from uuid import UUID

    from core.tests.sales.loading.conftest import Shop

SALE: dict[str, Any] = {"order_id": "1", "customer": "budi", "product": "kopi", "line_total": 10}
TWO_LINES = [SALE, SALE | {"product": "teh", "line_total": 5}]


async def test_the_first_import_brings_everything(shop: Shop) -> None:
    rows = [*TWO_LINES, SALE | {"order_id": "2", "customer": "ani", "day": 3}, {"order_id": "3", "line_total": 7}]
    assert await shop.load(rows) == Loaded(orders_new=3, orders_changed=0, orders_unchanged=0, customers_new=2)
    orders = await shop.fetch(
        "select o.key, o.net_e4, c.key as customer from orders o left join customers c on c.id = o.customer_id order by o.key"
    )
    assert orders == [
        {"key": "1", "net_e4": 150_000, "customer": "budi"},
        {"key": "2", "net_e4": 100_000, "customer": "ani"},
        {"key": "3", "net_e4": 70_000, "customer": None},
    ]
    items = await shop.fetch(
        "select o.key, i.product, i.amount_e4, i.line, i.source from order_items i join orders o on o.id = i.order_id order by i.id"
    )
    assert [tuple(item.values()) for item in items] == [
        ("1", "kopi", 100_000, 2, 1),
        ("1", "teh", 50_000, 3, 1),
        ("2", "kopi", 100_000, 4, 1),
        ("3", None, 70_000, 5, 1),
    ]
    totals = await shop.fetch("select c.key, t.purchases, t.net_e4 from customer_totals t join customers c on c.id = t.id order by c.key")
    assert [tuple(total.values()) for total in totals] == [("ani", 1, 100_000), ("budi", 1, 150_000)]


@pytest.mark.parametrize(
    "rows",
    [
        [*TWO_LINES, {"order_id": "2", "line_total": 5}],
        [{"customer": "budi", "line_total": 3}] * 3,
        [{"customer": "budi", "line_total": 3, "product": product} for product in ("kopi", "teh", "kopi")],
        [{"line_total": 3, "status": "cancelled"}],
    ],
)
async def test_the_same_file_again_changes_nothing(shop: Shop, rows: list[dict[str, Any]]) -> None:
    first = await shop.load(rows)
    before = await shop.everything()
    assert await shop.load(rows) == Loaded(0, 0, first.orders_new, 0)
    assert await shop.load(rows[::-1], rows) == Loaded(0, 0, first.orders_new, 0)
    assert await shop.everything() == before


@pytest.mark.parametrize(
    "other",
    [
        [SALE],
        [*TWO_LINES, SALE],
        [SALE, SALE | {"product": "teh", "line_total": 6}],
        [SALE, SALE | {"product": "susu", "line_total": 5}],
        [SALE, SALE | {"product": "teh", "line_total": 5, "status": "returned"}],
        [SALE, SALE | {"product": "teh", "line_total": 5, "quantity": 2}],
        [row | {"customer": "ani"} for row in TWO_LINES],
        [row | {"customer": None} for row in TWO_LINES],
        [row | {"day": 1} for row in TWO_LINES],
        [row | {"channel": "Shopee"} for row in TWO_LINES],
    ],
)
async def test_an_order_that_comes_again_replaces_its_earlier_version_whole(shop: Shop, other: list[dict[str, Any]]) -> None:
    await shop.load([*TWO_LINES, SALE | {"order_id": "stays"}])
    before = await shop.fetch("select id, key from orders order by key")
    loaded = await shop.load(other)
    assert (loaded.orders_new, loaded.orders_changed, loaded.orders_unchanged) == (0, 1, 0)
    assert await shop.fetch("select id, key from orders order by key") == before  # whoever refers to the order still finds it
    items = await shop.fetch(
        "select amount_e4, product from order_items i join orders o on o.id = i.order_id where o.key = '1' order by i.id"
    )
    expected = shop.orders(other).lines
    assert expected is not None
    assert [tuple(item.values()) for item in items] == expected.select("amount_e4", "product").rows()
    totals = await shop.fetch("select sum(net_e4) as net, sum(purchases) as purchases from customer_totals")
    told = shop.orders([*other, SALE | {"order_id": "stays"}]).totals()
    assert totals == [{"net": told["net_e4"].sum(), "purchases": told["purchases"].sum()}]


async def test_a_customer_whose_last_order_moved_away_has_no_totals_left(shop: Shop) -> None:
    await shop.load([SALE])
    await shop.load([SALE | {"customer": "ani"}])
    totals = await shop.fetch("select c.key from customer_totals t join customers c on c.id = t.id")
    assert totals == [{"key": "ani"}]


async def test_new_changed_and_same_orders_in_one_import(shop: Shop) -> None:
    await shop.load([SALE | {"order_id": str(n)} for n in range(4)])
    loaded = await shop.load(
        [SALE | {"order_id": "0"}, SALE | {"order_id": "1", "line_total": 11}, SALE | {"order_id": "9", "customer": "new"}]
    )
    assert loaded == Loaded(orders_new=1, orders_changed=1, orders_unchanged=1, customers_new=1)
    assert await shop.count("order_items") == await shop.count("orders") == 5


async def test_contacts_are_the_latest_known(shop: Shop) -> None:
    async def contacts() -> tuple[Any, ...]:
        return tuple((await shop.fetch("select name, phone, email from customers"))[0].values())

    await shop.load(
        [SALE | {"day": 5, "name": "Budi S", "phone": "+62811"}, SALE | {"order_id": "2", "day": 1, "name": "Budi", "email": "b@x.id"}]
    )
    assert await contacts() == ("Budi S", "+62811", "b@x.id")
    await shop.load([SALE | {"order_id": "3", "day": 3, "name": "Old", "phone": "+62800"}])
    assert await contacts() == ("Budi S", "+62811", "b@x.id")
    await shop.load([SALE | {"order_id": "4", "day": 9, "name": "Budi Santoso"}])
    assert await contacts() == ("Budi Santoso", "+62811", "b@x.id")


async def test_equal_purchases_without_ids_are_counted_not_merged(shop: Shop) -> None:
    line = {"customer": "budi", "line_total": 10}
    assert (await shop.load([line, line])).orders_new == 2
    assert await shop.load([line, line, line]) == Loaded(orders_new=1, orders_changed=0, orders_unchanged=2, customers_new=0)


async def test_keys_cannot_be_mistaken_for_each_other_nor_be_too_long_for_an_index(shop: Shop) -> None:
    made = {"customer": "b", "line_total": 10}
    await shop.load([made])
    forged = (await shop.fetch("select key from orders"))[0]["key"]
    long = "x" * 5_000
    rows = [
        SALE | {"order_id": forged},
        SALE | {"order_id": f"~{forged}"},
        SALE | {"order_id": long, "customer": long},
        SALE | {"order_id": f"{long}y"},
    ]
    assert (await shop.load(rows)).orders_new == 4
    assert (await shop.load(rows)).orders_unchanged == 4


async def test_nul_characters_do_not_stop_an_import(shop: Shop) -> None:
    rows = [SALE | {"order_id": "a\x00", "customer": "bu\x00di", "product": "\x00"}, SALE | {"order_id": "a", "name": "A\x00"}]
    assert (await shop.load(rows)).orders_new == 2
    assert (await shop.load(rows)).orders_unchanged == 2


async def test_another_tenants_orders_of_the_same_number_are_not_touched(shop: Shop, other_tenant: UUID) -> None:
    other = replace(shop, tenant_id=other_tenant)
    await other.load([SALE])
    before = await other.everything()
    assert await shop.load([SALE | {"line_total": 99}]) == Loaded(1, 0, 0, 1)
    assert await other.everything() == before


async def test_totals_beyond_what_can_be_counted_are_refused_and_nothing_is_kept(shop: Shop) -> None:
    most = [SALE | {"order_id": str(n), "line_total": 10**12} for n in range(800)]
    await shop.load(most)
    before = await shop.everything()
    with pytest.raises(TooMuchMoney):
        await shop.load([row | {"order_id": f"more {row['order_id']}"} for row in most])
    assert await shop.everything() == before
