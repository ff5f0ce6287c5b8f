from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from batikrfm.sales.lines import Outcome
from batikrfm.sales.orders import Orders, orders_of

if TYPE_CHECKING:
    from collections.abc import Callable

SALE: dict[str, Any] = {"order_id": "1", "customer": "budi", "product": "kopi", "line_total": 10}


def contents(orders: Orders) -> tuple[list[Any], list[Any]]:
    return (
        orders.orders.drop("family", "row").sort("order_id", "customer", "ordered_at", "net_e4").rows(),
        orders.totals().sort("customer").rows(),
    )


@pytest.fixture
def same_both_ways(sheet_of: Callable[..., Any]) -> Callable[..., Orders]:
    """The orders of the sheets, which the order of sheets must not change."""

    def build(*sheets: list[dict[str, Any]], families: str = "") -> Orders:
        made = [sheet_of(rows, family=families[index : index + 1] or "shop") for index, rows in enumerate(sheets)]
        forward, backward = orders_of(made, keep_lines=True), orders_of(made[::-1], keep_lines=True)
        assert contents(forward) == contents(backward)
        assert forward.rows_by_outcome == backward.rows_by_outcome
        return forward

    return build


def net(orders: Orders) -> int:
    return orders.revenue().total_e4 // 10_000


def test_the_same_sheet_twice_counts_once_and_its_rows_twice(same_both_ways: Callable[..., Orders]) -> None:
    rows = [SALE, SALE, SALE | {"order_id": "2"}]
    orders = same_both_ways(rows, rows)
    assert net(orders) == 30
    assert orders.rows == orders.rows_by_outcome[Outcome.IMPORTED] == 6


def test_overlapping_exports_count_the_overlap_once(same_both_ways: Callable[..., Orders]) -> None:
    days = [SALE | {"order_id": str(day), "day": day} for day in range(6)]
    assert net(same_both_ways(days[:4], days[2:])) == 60


def test_an_order_split_over_two_sheets_is_whole(same_both_ways: Callable[..., Orders]) -> None:
    orders = same_both_ways([SALE], [SALE | {"product": "teh"}])
    assert net(orders) == 20
    assert orders.purchases() == 1


def test_a_line_twice_in_one_sheet_and_once_in_another_is_there_twice(same_both_ways: Callable[..., Orders]) -> None:
    assert net(same_both_ways([SALE, SALE], [SALE])) == 20


def test_an_order_total_counts_once_however_the_order_is_split(same_both_ways: Callable[..., Orders]) -> None:
    total = {"order_id": "1", "customer": "budi", "order_total": 100}
    assert net(same_both_ways([total | {"product": "a"}], [total | {"product": "b"}])) == 100


@pytest.mark.parametrize(
    ("first", "then", "worth"), [("unpaid", "paid", 10), ("paid", "cancelled", 0), ("paid", "returned", 0), (None, "paid", 10)]
)
def test_an_order_in_two_exports_has_the_furthest_status(
    same_both_ways: Callable[..., Orders], first: str | None, then: str, worth: int
) -> None:
    orders = same_both_ways([SALE | {"status": first}], [SALE | {"status": then}])
    assert net(orders) == worth
    assert orders.purchases() == (worth > 0)


def test_contacts_that_are_masked_in_a_later_export_do_not_double_the_line(same_both_ways: Callable[..., Orders]) -> None:
    orders = same_both_ways([SALE | {"name": "Budi", "phone": "+62811"}], [SALE | {"customer": None}])
    assert net(orders) == 10
    assert orders.totals()["customer"].to_list() == ["budi"]


def test_lines_without_ids_are_told_apart_by_their_count_in_a_sheet(same_both_ways: Callable[..., Orders]) -> None:
    line = {"customer": "budi", "line_total": 10}
    assert same_both_ways([line, line], [line, line, line], [line | {"day": 1}]).purchases() == 4


def test_an_order_in_two_layouts_is_taken_from_the_one_that_tells_more(same_both_ways: Callable[..., Orders]) -> None:
    lines = [SALE, SALE | {"product": "teh", "line_total": 5}]
    summary = [{"order_id": "1", "customer": "budi", "order_total": 15}, {"order_id": "2", "customer": "budi", "order_total": 7}]
    orders = same_both_ways(lines, summary, families="ab")
    assert net(orders) == 22
    assert orders.rows == 4
    assert orders.lines is not None
    assert orders.lines["net_e4"].sum() == 220_000


def test_each_layout_says_for_itself_what_its_columns_mean(same_both_ways: Callable[..., Orders]) -> None:
    totals = [{"order_id": "t1", "customer": "ani", "order_total": 10, "product": p} for p in "ab"]
    credit = [SALE | {"order_id": "C1", "line_total": 3}, SALE | {"order_id": "D2", "line_total": 3}]
    digits = [SALE | {"order_id": str(n)} for n in range(9)]
    assert net(same_both_ways(totals, credit, digits, families="abc")) == 10 + 6 + 90


def test_equal_lines_of_different_fate_are_matched_whatever_the_order_of_rows(same_both_ways: Callable[..., Orders]) -> None:
    paid, cancelled = SALE | {"status": "paid"}, SALE | {"status": "cancelled"}
    assert net(same_both_ways([paid, cancelled], [cancelled, paid])) == 10
