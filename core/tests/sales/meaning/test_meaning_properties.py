"""Random sales against a plain Python reading of the rules, and what must not change them."""

from __future__ import annotations

from collections import Counter, defaultdict
from random import Random
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from batikrfm.sales.orders import Orders, orders_of

if TYPE_CHECKING:
    from collections.abc import Callable

Row = dict[str, Any]

amounts = st.integers(-30, 60).map(lambda cents: cents / 4)
optional_status = st.sampled_from([None, "paid", "paid", "cancelled", "unpaid", "returned"])


def rows_of(order_ids: list[str | None]) -> st.SearchStrategy[list[Row]]:
    return st.lists(
        st.fixed_dictionaries(
            {
                "order_id": st.sampled_from(order_ids),
                "day": st.integers(0, 2),
                "status": optional_status,
                "product": st.sampled_from(["kopi", "teh", None]),
                "customer": st.sampled_from(["ani", "budi", None]),
                "quantity": st.integers(-2, 4),
                "unit_price": amounts,
                "line_total": st.none() | amounts,
                "discount": st.sampled_from([None, 0, 1]),
                "returned_quantity": st.sampled_from([None, 0, 1, 3]),
            }
        ),
        max_size=14,
    )


any_rows = st.one_of(rows_of(["1", "2", "3", "4", "C1", "C2"]), rows_of(["a", "C1", "b"]), rows_of([None]), rows_of(["1", "2", None]))
id_rows = st.one_of(rows_of(["1", "2", "3", "4", "C1", "C2"]), rows_of(["a", "C1", "b"]))


def e4(amount: float | None) -> int | None:
    return None if amount is None else round(amount * 10_000)


def worth(row: Row) -> int:
    """In ten-thousandths; the amounts here are quarters and whole quantities, so nothing is rounded."""
    if row["line_total"] is not None:
        return int(row["line_total"] * 10_000)
    gross = int(row["unit_price"] * row["quantity"] * 10_000)
    sign = (gross > 0) - (gross < 0)
    return gross - sign * (e4(row["discount"]) or 0)


def half_away(number: int, by: int) -> int:
    return (abs(number) * 2 + by) // (2 * by) * (1 if number >= 0 else -1)


def bought(row: Row) -> tuple[Any, ...]:
    """What makes a line the same line in two exports."""
    return tuple(value for name, value in sorted(row.items()) if name not in {"status", "customer", "returned_quantity"})


def plainly(rows: list[Row]) -> tuple[Counter[str], dict[Any, list[int]], dict[str, list[int]]]:
    """Rows by outcome, [net, gross] of each order, [purchases, net, sales, gross] of each customer."""
    ids = {row["order_id"] for row in rows if row["order_id"] is not None}
    mostly_digits = sum(i.isdigit() for i in ids) * 2 > len(ids)
    orders: dict[Any, list[Row]] = defaultdict(list)
    for number, row in enumerate(rows):
        orders[row["order_id"] if row["order_id"] is not None else number].append(row)
    outcomes: Counter[str] = Counter()
    money: dict[Any, list[int]] = {}
    customers: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for key, lines in orders.items():
        known = {line["status"] for line in lines} - {None}
        credit_note = mostly_digits and isinstance(key, str) and key[0] == "C"
        customer = min((line["customer"] for line in lines if line["customer"]), default=None)
        net = gross = 0
        for line in lines:
            amount, quantity, back = worth(line), line["quantity"], line["returned_quantity"] or 0
            status = line["status"] or (next(iter(known)) if len(known) == 1 and isinstance(key, str) else None)
            if credit_note or status in {"cancelled", "unpaid"}:
                outcome = "cancelled"
            elif amount < 0 or quantity < 0 or status == "returned" or back >= quantity > 0:
                outcome = "refund"
            else:
                outcome = "imported" if customer else "without_customer"
                kept = half_away(amount * (quantity - back), quantity) if 0 < back < quantity else amount
                net, gross = net + kept, gross + (amount if quantity else 0)
            if outcome in {"cancelled", "refund"}:
                net += min(amount, 0)
            outcomes[outcome] += 1
        money[key if isinstance(key, str) else None, key] = [net, gross]
        if customer:
            total = customers[customer]
            customers[customer] = [total[0] + (net > 0), total[1] + net, total[2] + (gross > 0), total[3] + gross]
    return outcomes, money, dict(customers)


def seen(orders: Orders) -> tuple[Any, ...]:
    """Everything but the number of rows."""
    return (
        sorted(orders.orders.drop("family", "row").rows(), key=repr),
        sorted(orders.totals().rows(), key=repr),
        orders.revenue(),
        orders.revenue("ignore"),
        orders.purchases(),
        orders.last_sale_at(),
    )


@given(rows=any_rows)
@settings(max_examples=200, deadline=None)
def test_the_rules_read_plainly_give_the_same(sheet_of: Callable[..., Any], rows: list[Row]) -> None:
    orders = orders_of([sheet_of(rows)])
    outcomes, money, customers = plainly(rows)
    assert {str(key): count for key, count in orders.rows_by_outcome.items() if count} == outcomes
    got = Counter((row["order_id"], row["net_e4"], row["gross_e4"]) for row in orders.orders.iter_rows(named=True))
    assert got == Counter((order_id, *amounts) for (order_id, _), amounts in money.items())
    totals = {r["customer"]: [r["purchases"], r["net_e4"], r["sales"], r["gross_e4"]] for r in orders.totals().iter_rows(named=True)}
    assert totals == customers


@given(rows=any_rows, random=st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_rows_add_up_and_so_does_money_in_any_order_of_rows(sheet_of: Callable[..., Any], rows: list[Row], random: Random) -> None:
    orders = orders_of([sheet_of(rows)])
    assert orders.rows == len(rows)
    assert orders.totals()["net_e4"].sum() == orders.revenue().with_customer_e4
    assert orders.totals()["gross_e4"].sum() == orders.revenue("ignore").with_customer_e4
    assert orders.orders["net_e4"].sum() == orders.revenue().total_e4
    shuffled = random.sample(rows, len(rows))
    other = orders_of([sheet_of(shuffled)])
    assert seen(other) == seen(orders)
    assert other.rows_by_outcome == orders.rows_by_outcome


@given(rows=id_rows, random=st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_a_file_in_parts_is_the_file(sheet_of: Callable[..., Any], rows: list[Row], random: Random) -> None:
    # A line that another sheet tells with another status is the same line, so only lines that differ in what was bought may be parted.
    part_of = {bought(row): random.randrange(3) for row in rows}
    parts = [[row for row in rows if part_of[bought(row)] == part] for part in range(3)]
    random.shuffle(parts)
    whole, split = orders_of([sheet_of(rows)]), orders_of([sheet_of(part, file=str(number)) for number, part in enumerate(parts)])
    assert seen(split) == seen(whole)
    assert split.rows_by_outcome == whole.rows_by_outcome


@given(rows=any_rows, times=st.integers(2, 3))
@settings(max_examples=60, deadline=None)
def test_repeating_a_whole_file_changes_nothing(sheet_of: Callable[..., Any], rows: list[Row], times: int) -> None:
    once, often = orders_of([sheet_of(rows)]), orders_of([sheet_of(rows)] * times)
    assert seen(often) == seen(once)
    assert often.rows_by_outcome == {outcome: count * times for outcome, count in once.rows_by_outcome.items()}
