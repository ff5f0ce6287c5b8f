"""Kept totals against a full recomputation in SQL and against the totals that polars makes of the same orders."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from batikrfm.sales.keys import order_keys
from batikrfm.sales.orders import Orders
from batikrfm.sales.totals import TOTALS, customer_totals
from batikrfm.tenancy import create_tenant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.tests.sales.loading.conftest import Shop

RECOMPUTED = """
select o.customer_id as id, count(*) filter (where o.net_e4 > 0) as purchases, sum(o.net_e4)::bigint as net_e4,
    count(*) filter (where o.gross_e4 > 0) as sales, sum(o.gross_e4)::bigint as gross_e4,
    min(o.ordered_at) filter (where o.net_e4 > 0) as first_purchase_at, max(o.ordered_at) filter (where o.net_e4 > 0) as last_purchase_at,
    min(o.ordered_at) filter (where o.gross_e4 > 0) as first_sale_at, max(o.ordered_at) filter (where o.gross_e4 > 0) as last_sale_at
from orders o where o.customer_id is not null group by o.customer_id order by o.customer_id
"""
KEPT = """
select id, purchases, net_e4, sales, gross_e4, first_purchase_at, last_purchase_at, first_sale_at, last_sale_at
from customer_totals order by id
"""
NAMED = """
select c.key as customer, t.first_purchase_at, t.last_purchase_at, t.purchases, t.net_e4,
    t.first_sale_at, t.last_sale_at, t.sales, t.gross_e4
from customer_totals t join customers c on c.id = t.id order by c.key
"""
ITEMS_DISAGREE = """
select o.key from orders o left join order_items i on i.order_id = o.id
group by o.id, o.key, o.net_e4 having o.net_e4 is distinct from sum(i.net_e4)
"""

ORDERS = pl.Schema({"customer": pl.String(), "ordered_at": TOTALS["first_sale_at"], "net_e4": pl.Int64(), "gross_e4": pl.Int64()})

rows = st.lists(
    st.fixed_dictionaries(
        {
            "order_id": st.sampled_from(["1", "2", "3", "C1", None]),
            "customer": st.sampled_from(["ani", "budi", "cici", None]),
            "day": st.integers(0, 3),
            "status": st.sampled_from([None, "paid", "cancelled", "returned"]),
            "product": st.sampled_from(["kopi", "teh"]),
            "quantity": st.integers(1, 3),
            "line_total": st.integers(-20, 40),
            "returned_quantity": st.sampled_from([None, 1]),
        }
    ),
    max_size=8,
)


@given(imports=st.lists(rows, min_size=1, max_size=4))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
async def test_totals_are_a_full_recomputation_after_any_imports(database: object, shop: Shop, imports: list[list[dict[str, Any]]]) -> None:
    assert database
    fresh = replace(shop, tenant_id=(await create_tenant("Toko")).id)
    versions: dict[str, dict[str, Any]] = {}
    for sheet in imports:
        orders = fresh.orders(sheet)
        loaded = await fresh.load(sheet)
        known = sum(row["key"] in versions for row in keyed(orders))
        assert (loaded.orders_new, loaded.orders_changed + loaded.orders_unchanged) == (orders.orders.height - known, known)
        versions.update({row["key"]: row for row in keyed(orders)})
        assert await fresh.fetch(KEPT) == await fresh.fetch(RECOMPUTED)
        assert await fresh.fetch(NAMED) == in_memory(versions.values())
        assert await fresh.fetch(ITEMS_DISAGREE) == []


def keyed(orders: Orders) -> list[dict[str, Any]]:
    assert orders.lines is not None
    return orders.orders.with_columns(order_keys(orders.orders, orders.lines)).to_dicts()


def in_memory(versions: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The totals of the latest version of every order."""
    latest = [{name: row[name] for name in ORDERS} for row in versions]
    return customer_totals(pl.DataFrame(latest, schema=ORDERS)).sort("customer").to_dicts()
