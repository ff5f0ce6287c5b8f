"""The summaries are exact, against Python's own fractions."""

from __future__ import annotations

import statistics
from decimal import Decimal
from fractions import Fraction

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.builtin.rfm.strategies import Rfm5
from batikrfm.segmentation.exact import amount, half, half_amount, number
from batikrfm.segmentation.summary import summarise

KEYS = [segment.key for segment in Rfm5.segments]
LIMIT = 2**63 - 1
customers = st.lists(
    st.tuples(st.sampled_from(KEYS), st.integers(-1000, 1000), st.integers(1, LIMIT), st.integers(-LIMIT - 1, LIMIT)), max_size=30
)
SCHEMA = {"segment": pl.String, "recency_days": pl.Int32, "frequency": pl.Int64, "monetary": pl.Int64}


def median(values: list[int]) -> Fraction:
    return statistics.median(map(Fraction, values))


@given(customers)
def test_counts_sums_and_medians_are_exact(rows: list[tuple[str, int, int, int]]) -> None:
    answer = summarise(pl.DataFrame(rows, schema=SCHEMA, orient="row"), Rfm5.segments)
    assert [summary.segment.key for summary in answer] == KEYS
    for summary in answer:
        mine = [row for row in rows if row[0] == summary.segment.key]
        assert summary.customers == len(mine)
        assert Fraction(summary.revenue) == Fraction(sum(row[3] for row in mine), 10_000)
        medians = (summary.median_recency_days, summary.median_frequency, summary.median_monetary)
        if not mine:
            assert medians == (None, None, None)
            continue
        days, purchases, money = (Fraction(value) for value in medians if value is not None)
        assert days == median([row[1] for row in mine])
        assert purchases == median([row[2] for row in mine])
        assert money == median([row[3] for row in mine]) / 10_000


@given(st.integers(-(2**100), 2**100))
def test_decimals_say_exactly_the_same_and_have_no_exponent(whole: int) -> None:
    for shown, meant in [
        (amount(whole), Fraction(whole, 10_000)),
        (half(whole), Fraction(whole, 2)),
        (half_amount(whole), Fraction(whole, 20_000)),
    ]:
        assert Fraction(shown) == meant
        assert set(str(shown)) <= set("-0123456789.")
        assert not ("." in str(shown) and str(shown).endswith("0"))


def test_cut_points_as_exact_text_are_shown_as_numbers_and_other_text_as_it_is() -> None:
    assert [number(cut) for cut in ("12.50", "-3", "100000", 7, 2.5, "A", "1.2.3", "")] == [
        Decimal("12.5"), Decimal(-3), Decimal(100_000), 7, 2.5, "A", "1.2.3", "",
    ]  # fmt: skip
