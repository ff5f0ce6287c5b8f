from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batikrfm.sales.values.distinct import Distinct
from batikrfm.sales.values.number_columns import NumberColumn
from batikrfm.sales.values.numbers import Evidence, NumberStyle, evidence, examined

DOTS, COMMAS = NumberStyle.DOTS, NumberStyle.COMMAS


def read(*cells: str | None, style: NumberStyle | None = None, quantity: bool = False) -> list[object]:
    """Each cell as ten-thousandths, or as the name of its problem; in the style that the column itself tells unless given."""
    column = NumberColumn(pl.Series(cells, dtype=pl.String), quantity=quantity)
    found = column.read(style or column.evidence.style)
    return [problem or e4 for e4, problem in found.iter_rows()]


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("82500", "82500"),
        ("155000.0", "155000"),
        ("1.234.567", "1234567"),
        ("1.234.567,89", "1234567.89"),
        ("1,234,567", "1234567"),
        ("1,234,567.8912", "1234567.8912"),
        ("Rp 1.250.000", "1250000"),
        ("Rp45000", "45000"),
        ("Rp. 45.000,-", "45000"),
        ("Rp -1.008.000", "-1008000"),
        ("-Rp 1.008.000", "-1008000"),
        ("IDR 1.008.000", "1008000"),
        ("1.008.000 IDR", "1008000"),
        ("(1.008.000)", "-1008000"),
        ("(Rp 1.008.000)", "-1008000"),
        ("1.008.000-", "-1008000"),
        ("\u22121.008.000", "-1008000"),
        ("12,5", "12.5"),
        ("0,001", "0.001"),
        ("0.001", "0.001"),
        (".5", "0.5"),
        ("1234,567", "1234.567"),
        ("1'234'567.50", "1234567.5"),
        ("1 234 567,50", "1234567.5"),
        ("1.5E+05", "150000"),
        ("1.99995", "2.0000"),
        ("0.00005", "0.0001"),
        ("+5", "5"),
        ("000123", "123"),
    ],
)
def test_every_way_to_write_an_amount(text: str, units: str) -> None:
    telling = text if read(text) != ["undecided"] else None
    style = None if telling else DOTS
    assert read(text, style=style) == [int(Decimal(units) * 10_000)]


@pytest.mark.parametrize("text", ["", "-", "--", "Non Tunai", "null", "N/A", "n/a", "NaN", None, "Rp -", "Rp", "\u2014"])
def test_nothing_is_missing_and_no_mistake(text: str | None) -> None:
    assert read(text) == [None]


@pytest.mark.parametrize(
    "text", ["abc", "1.23.45", "1.234.5", "12,34,567", "5 ribu", "1.2,3.4", "--5", "5%", "2025-01-01", "=1+1", "1..2", ",", "."]
)
def test_what_is_no_number_is_said_to_be_none(text: str) -> None:
    assert read(text, style=DOTS) == ["not_understood"]


def test_three_digits_behind_the_only_separator_wait_for_the_column() -> None:
    assert read("1,234") == ["undecided"]
    assert read("1,234", "1,234,567") == [12_340_000, 12_345_670_000]
    assert read("1,234", "12,5") == [12_340, 125_000]
    assert read("1.234", "1.234,5") == [12_340_000, 12_345_000]
    assert read("1.234", "0.5") == [12_340, 5_000]


def test_the_other_style_of_a_clear_majority_is_a_mistake_of_its_rows() -> None:
    assert read(*["1.234.567"] * 98, "1,234,567", "1.234")[-2:] == ["style", 12_340_000]


def test_a_mixed_column_is_decided_by_nobody() -> None:
    assert read("1.234.567", "1,234,567", "1.234", "5") == ["undecided", "undecided", "undecided", 50_000]


def test_a_million_million_is_the_most() -> None:
    most = 10**12
    assert read(str(most)) == [most * 10_000]
    assert read(str(most + 1), "1" + "0" * 18, "9" * 400, "1E+18") == ["absurd"] * 4
    assert read("-1" + "0" * 18) == ["absurd"]


def test_quantities_may_carry_their_unit_but_a_weight_of_grams_is_none() -> None:
    assert read("2 pcs", "1,5 m", "3x", "-2", "1.5", quantity=True, style=DOTS)[:4] == [20_000, 15_000, 30_000, -20_000]
    assert read("865 gr", quantity=True) == ["not_understood"]
    assert read("1000001", quantity=True) == ["absurd"]


@pytest.mark.parametrize("dtype", [pl.Float64, pl.Float32, pl.Int64, pl.Int8, pl.UInt64])
def test_number_cells_are_scaled_exactly(dtype: pl.DataType) -> None:
    column = NumberColumn(pl.Series([0, 7, 100, None], dtype=dtype), quantity=False)
    assert column.read(None).rows() == [(0, None), (70_000, None), (1_000_000, None), (None, None)]


def test_odd_float_cells() -> None:
    column = NumberColumn(pl.Series([2.55, -0.0001, 1e15, float("inf"), float("nan"), 999_999_999_999.9999]), quantity=False)
    assert column.read(None).rows() == [
        (25_500, None),
        (-1, None),
        (None, "absurd"),
        (None, "absurd"),
        (None, None),
        (9_999_999_999_999_999, None),
    ]


amounts = st.decimals(min_value=-(10**11), max_value=10**11, places=4, allow_nan=False, allow_infinity=False)


def written(amount: Decimal, style: NumberStyle, *, currency: str, trailing: bool) -> str:
    text = f"{abs(amount):,.4f}"
    if style is DOTS:
        text = text.translate(str.maketrans(",.", ".,"))
    sign = "-" if amount < 0 else ""
    return f"{currency}{text}{sign}" if trailing else f"{sign}{currency}{text}"


@settings(deadline=None)
@given(
    st.lists(amounts, min_size=1),
    st.sampled_from(NumberStyle),
    st.sampled_from(["", "Rp ", "Rp", "IDR "]),
    st.sampled_from(["before", "behind"]),
)
def test_an_amount_written_in_a_style_is_read_back_to_the_last_place(
    values: list[Decimal], style: NumberStyle, currency: str, sign: str
) -> None:
    cells = [written(value, style, currency=currency, trailing=sign == "behind") for value in values]
    assert read(*cells) == [int(value * 10_000) for value in values]


@settings(deadline=None)
@given(st.lists(st.integers(-(10**12), 10**12), min_size=1))
def test_whole_rupiah_with_dots_are_read_back(values: list[int]) -> None:
    cells = [f"Rp {value:,}".replace(",", ".") for value in values]
    assert read(*cells, style=DOTS) == [value * 10_000 for value in values]


@settings(deadline=None)
@given(st.decimals(min_value=0, max_value=10**9, places=7, allow_nan=False, allow_infinity=False))
def test_more_than_four_places_are_rounded_half_up(value: Decimal) -> None:
    expected = int((value * 10_000).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    assert read(f"{value:.7f}", style=COMMAS) == [expected]


@settings(deadline=None)
@given(st.lists(st.sampled_from(["1.234", "1,234", "1.234.567", "1,234,567", "5", "12,5", "-", "x"])), st.randoms())
def test_the_style_does_not_depend_on_the_order_of_rows(cells: list[str], random: Random) -> None:
    shuffled = list(cells)
    random.shuffle(shuffled)
    assert told(cells) == told(shuffled)


def told(cells: list[str]) -> Evidence:
    column = Distinct.of(pl.Series(cells, dtype=pl.String))
    return evidence(examined(column.values), column.counts)


@settings(deadline=None)
@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    read(text)
    read(text, quantity=True)
