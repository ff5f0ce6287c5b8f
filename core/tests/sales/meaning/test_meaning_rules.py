from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from batikrfm.sales.errors import TooMuchMoney
from batikrfm.sales.lines import Outcome
from batikrfm.sales.orders import Orders, orders_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from core.tests.sales.conftest import SheetOf


@pytest.fixture
def understood(sheet_of: Callable[..., Any]) -> Callable[..., Orders]:
    def build(*sheets: Sequence[Mapping[str, Any]]) -> Orders:
        return orders_of([sheet_of(rows) for rows in sheets])

    return build


def money(orders: Orders) -> dict[str | None, tuple[float, float]]:
    """Net and gross of each order, in units."""
    return {row["order_id"]: (row["net_e4"] / 10_000, row["gross_e4"] / 10_000) for row in orders.orders.iter_rows(named=True)}


def outcomes(orders: Orders) -> dict[str, int]:
    return {str(outcome): count for outcome, count in orders.rows_by_outcome.items() if count}


SALE: dict[str, Any] = {"order_id": "1", "customer": "budi", "product": "kopi"}


@pytest.mark.parametrize(
    ("line", "worth"),
    [
        ({"line_total": 30, "unit_price": 99, "quantity": 99}, 30),
        ({"unit_price": 10.5, "quantity": 3}, 31.5),
        ({"unit_price": 10.5}, 10.5),
        ({"unit_price": 0.0001, "quantity": 0.5}, 0.0001),  # half a ten-thousandth is rounded away from zero
        ({"unit_price": 10, "quantity": 3, "discount": 5}, 25),
        ({"unit_price": 10, "quantity": 3, "discount": -5}, 25),
        ({"unit_price": 10, "quantity": -3, "discount": 5}, -25),
        ({"unit_price": 999_999_999, "quantity": 900}, 899_999_999_100),  # the product of ten-thousandths needs 128 bits
    ],
)
def test_a_line_is_worth_its_total_or_price_times_quantity_less_discount(
    understood: Callable[..., Orders], line: dict[str, Any], worth: float
) -> None:
    orders = understood([SALE | line])
    assert money(orders)["1"][0] == worth


def test_an_order_total_on_each_line_counts_once(understood: Callable[..., Orders]) -> None:
    orders = understood([SALE | {"order_total": 100, "product": p} for p in "abc"] + [SALE | {"order_id": "2", "order_total": 100}])
    assert money(orders) == {"1": (100, 100), "2": (100, 100)}
    assert outcomes(orders) == {"imported": 4}


def test_an_order_total_only_on_the_first_line_counts_once(understood: Callable[..., Orders]) -> None:
    orders = understood([SALE | {"order_total": 100}, SALE | {"product": "teh"}, SALE | {"product": "roti"}])
    assert money(orders) == {"1": (100, 100)}


def test_order_totals_that_differ_within_orders_are_line_totals(understood: Callable[..., Orders]) -> None:
    several = [SALE | {"order_id": str(n), "order_total": total} for n in range(4) for total in (10, 15)]
    orders = understood([*several, SALE | {"order_id": "same", "order_total": 20}, SALE | {"order_id": "same", "order_total": 20}])
    assert money(orders)["0"] == (25, 25)
    assert money(orders)["same"] == (40, 40)


def test_one_odd_order_does_not_turn_a_column_of_order_totals_into_line_totals(understood: Callable[..., Orders]) -> None:
    usual = [SALE | {"order_id": str(n), "order_total": 10, "product": p} for n in range(20) for p in "ab"]
    orders = understood([*usual, SALE | {"order_id": "odd", "order_total": 10}, SALE | {"order_id": "odd", "order_total": 15}])
    assert money(orders)["0"] == (10, 10)
    assert money(orders)["odd"] == (25, 25)


def test_the_order_total_goes_to_a_line_that_was_paid(understood: Callable[..., Orders]) -> None:
    lines = [SALE | {"order_total": 100, "status": status, "product": p} for status, p in (("cancelled", "a"), ("paid", "b"))]
    assert money(understood(lines)) == money(understood(lines[::-1])) == {"1": (100, 100)}


@pytest.mark.parametrize("status", ["cancelled", "unpaid"])
def test_a_cancelled_or_unpaid_sale_never_was(understood: Callable[..., Orders], status: str) -> None:
    orders = understood([SALE | {"line_total": 10, "status": status}])
    assert outcomes(orders) == {"cancelled": 1}
    assert money(orders) == {"1": (0, 0)}
    assert orders.purchases() == orders.purchases("ignore") == 0


def test_a_negative_line_counts_as_it_is_even_when_cancelled(understood: Callable[..., Orders]) -> None:
    void = [SALE | {"line_total": 10, "status": "paid"}, SALE | {"line_total": -10, "status": "cancelled"}]
    orders = understood(void)
    assert outcomes(orders) == {"cancelled": 1, "imported": 1}
    assert money(orders) == {"1": (0, 10)}
    assert orders.purchases() == 0


def test_a_refund_lowers_the_money_and_is_no_purchase(understood: Callable[..., Orders]) -> None:
    orders = understood([SALE | {"line_total": 10}, SALE | {"order_id": "2", "line_total": -4, "day": 9}])
    total = orders.totals().row(0, named=True)
    assert outcomes(orders) == {"imported": 1, "refund": 1}
    assert (total["purchases"], total["net_e4"], total["sales"], total["gross_e4"]) == (1, 60_000, 1, 100_000)
    assert total["last_purchase_at"] == total["last_sale_at"] == dt.datetime(2026, 1, 1, 5, tzinfo=dt.UTC)


def test_a_negative_quantity_is_a_refund_whatever_its_total_says(understood: Callable[..., Orders]) -> None:
    orders = understood([SALE | {"line_total": 10, "quantity": -1}])
    assert outcomes(orders) == {"refund": 1}
    assert money(orders) == {"1": (0, 0)}


@pytest.mark.parametrize("came_back", [{"status": "returned"}, {"quantity": 2, "returned_quantity": 2}])
def test_goods_that_came_back_never_were_sold(understood: Callable[..., Orders], came_back: dict[str, Any]) -> None:
    orders = understood([SALE | {"line_total": 10} | came_back])
    assert outcomes(orders) == {"refund": 1}
    assert money(orders) == {"1": (0, 0)}


def test_a_partial_return_takes_off_its_share(understood: Callable[..., Orders]) -> None:
    orders = understood([SALE | {"line_total": 10, "quantity": 3, "returned_quantity": 1}])
    assert outcomes(orders) == {"imported": 1}
    assert money(orders) == {"1": (6.6667, 10)}


def test_invoices_with_c_are_credit_notes_where_the_others_are_digits(understood: Callable[..., Orders]) -> None:
    digits = [SALE | {"order_id": str(n), "line_total": 10} for n in range(3)]
    orders = understood([*digits, SALE | {"order_id": "C9", "line_total": -10}, SALE | {"order_id": "c8", "line_total": 7}])
    assert outcomes(orders) == {"imported": 3, "cancelled": 2}
    assert money(orders)["C9"] == (-10, 0)
    assert money(orders)["c8"] == (0, 0)


def test_where_ids_are_not_digits_c_is_a_letter_like_any_other(understood: Callable[..., Orders]) -> None:
    orders = understood([SALE | {"order_id": order, "line_total": 10} for order in ("C1", "C2", "3")])
    assert outcomes(orders) == {"imported": 3}


def test_lines_without_a_customer_take_that_of_their_order(understood: Callable[..., Orders]) -> None:
    orders = understood([SALE | {"line_total": 10}, SALE | {"line_total": 5, "customer": None}])
    assert outcomes(orders) == {"imported": 2}
    assert orders.totals()["net_e4"].to_list() == [150_000]


def test_lines_without_a_status_take_that_of_their_order(understood: Callable[..., Orders]) -> None:
    orders = understood(
        [SALE | {"line_total": 10, "status": "cancelled"}, SALE | {"line_total": 5}, SALE | {"order_id": "2", "line_total": 3}]
    )
    assert outcomes(orders) == {"cancelled": 2, "imported": 1}
    assert money(orders) == {"1": (0, 0), "2": (3, 3)}


def test_sales_without_a_customer_are_revenue_without_a_customer(understood: Callable[..., Orders]) -> None:
    orders = understood([SALE | {"line_total": 10}, {"order_id": "2", "line_total": 5}, {"order_id": "3", "line_total": -1}])
    assert outcomes(orders) == {"imported": 1, "without_customer": 1, "refund": 1}
    revenue = orders.revenue()
    assert (revenue.with_customer_e4, revenue.without_customer_e4, revenue.total_e4) == (100_000, 40_000, 140_000)
    assert orders.revenue("ignore").total_e4 == 150_000
    assert orders.purchases() == 2


def test_free_lines_are_rows_but_no_purchases(understood: Callable[..., Orders]) -> None:
    free = [SALE | {"unit_price": 0, "quantity": 3}, SALE | {"order_id": "2", "line_total": 5, "quantity": 0}]
    orders = understood(free)
    assert outcomes(orders) == {"imported": 2}
    assert orders.purchases("ignore") == 0


def test_without_order_ids_each_line_is_a_purchase_also_equal_ones(understood: Callable[..., Orders]) -> None:
    orders = understood([{"customer": "budi", "line_total": 10}] * 3)
    assert orders.totals()["purchases"].to_list() == [3]


def test_the_window_holds_orders_from_its_first_instant_on(understood: Callable[..., Orders]) -> None:
    orders = understood([SALE | {"order_id": str(day), "line_total": 10, "day": day} for day in range(5)])
    first = dt.datetime(2026, 1, 1, 5, tzinfo=dt.UTC)
    since, until = first + dt.timedelta(days=1), first + dt.timedelta(days=3)
    assert orders.totals(since=since, until=until)["purchases"].to_list() == [2]
    assert orders.purchases(since=since, until=until) == 2
    assert orders.revenue(since=since, until=until).total_e4 == 200_000


def test_a_product_of_price_and_quantity_that_nothing_costs_is_rejected(understood: Callable[..., Orders]) -> None:
    orders = understood([SALE | {"unit_price": 10**9, "quantity": 10**6}, SALE | {"line_total": 10}])
    assert outcomes(orders) == {"rejected": 1, "imported": 1}
    assert orders.rejected.row(0, named=True) == {
        "file": "sales.csv",
        "sheet": None,
        "line": 2,
        "reason": "amount_absurd",
        "values": "unit_price: 1000000000.0000; quantity: 1000000.0000",
    }


def test_sums_that_could_overflow_are_refused(understood: Callable[..., Orders]) -> None:
    most = [SALE | {"order_id": str(n), "line_total": 10**12} for n in range(1000)]
    assert understood(most[:899]).revenue().total_e4 == 899 * 10**16
    with pytest.raises(TooMuchMoney):
        understood(most)


def test_no_sheets_are_no_orders() -> None:
    orders = orders_of([])
    assert orders.rows == orders.purchases() == orders.revenue().total_e4 == 0
    assert set(orders.rows_by_outcome) == set(Outcome)
    assert orders.totals().is_empty()
    assert orders.last_sale_at() is None


def test_many_customers_with_one_order_each_are_all_there(sheet_of: SheetOf) -> None:
    sheet = sheet_of([SALE | {"line_total": 10}])
    many = pl.concat([sheet.lines] * 300_000).with_columns(pl.int_range(pl.len()).cast(pl.String).alias("order_id"))
    orders = orders_of([replace(sheet, lines=many.with_columns(pl.col("order_id").alias("customer")))])
    totals = orders.totals()
    assert totals.height == orders.purchases() == 300_000
    assert totals["purchases"].unique().to_list() == [1]
