"""The scores, against a naive reading of their definition and against the properties that make them fair."""

from __future__ import annotations

import random
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.builtin.rfm.config import RfmConfig
from batikrfm.builtin.rfm.strategies import Rfm5, Rfm11, RfmStrategy
from batikrfm.sdk.segmentation import Segmentation

Customer = tuple[int, int, int]  # recency_days, frequency, monetary in ten-thousandths
SCHEMA = {"recency_days": pl.Int32, "frequency": pl.Int64, "monetary": pl.Int64}
LIMIT = 2**63 - 1

STRATEGIES = [Rfm5(), Rfm11()]
QUANTILE, RULES = RfmConfig(mode="quantile"), RfmConfig(mode="rules")

realistic = st.tuples(st.integers(-5, 250), st.integers(1, 12), st.integers(-(10**6), 10**7))
few_values = st.tuples(st.integers(0, 3), st.integers(1, 3), st.integers(0, 3))
extreme = st.tuples(st.integers(-(2**31) + 1, 2**31 - 1), st.integers(1, LIMIT), st.integers(-LIMIT - 1, LIMIT))
shops = st.lists(realistic, max_size=40) | st.lists(few_values, max_size=40) | st.lists(extreme, max_size=40)
configs = st.sampled_from([QUANTILE, RULES])


def frame(shop: list[Customer]) -> pl.DataFrame:
    numbered = pl.DataFrame({"customer": [f"c{i}" for i in range(len(shop))]}, schema={"customer": pl.String})
    return numbered.hstack(pl.DataFrame(shop, schema=SCHEMA, orient="row"))


def scores(answer: Segmentation) -> dict[str, tuple[int, int, int]]:
    return {name: (r, f, m) for name, r, f, m in answer.customers.select("customer", "r", "f", "m").iter_rows()}


def naive_quantile(shop: list[Customer]) -> list[tuple[int, int, int]]:
    def score(worse: int) -> int:
        return 1 + (5 * worse) // len(shop)

    return [
        (score(sum(o[0] > days for o in shop)), score(sum(o[1] < purchases for o in shop)), score(sum(o[2] < money for o in shop)))
        for days, purchases, money in shop
    ]


def naive_rules(shop: list[Customer]) -> list[tuple[int, int, int]]:
    ordered = sorted(money for _, _, money in shop)
    median = Fraction(ordered[(len(shop) - 1) // 2] + ordered[len(shop) // 2], 2)

    def r(days: int) -> int:
        return 5 if days <= 30 else 4 if days <= 60 else 3 if days <= 90 else 2 if days <= 180 else 1

    def f(purchases: int) -> int:
        return 5 if purchases >= 10 else 4 if purchases >= 5 else 3 if purchases >= 3 else 2 if purchases == 2 else 1

    def m(money: int) -> int:
        return 1 + sum(money >= share * median for share in (Fraction(1, 2), 1, 2, 4))

    return [(r(days), f(purchases), m(money)) for days, purchases, money in shop]


@given(shops)
def test_quantile_scores_are_the_share_of_customers_strictly_worse(shop: list[Customer]) -> None:
    assert list(scores(Rfm5().segment(frame(shop), QUANTILE)).values()) == naive_quantile(shop)


@given(shops)
def test_rule_scores_are_the_fixed_cut_points(shop: list[Customer]) -> None:
    assert list(scores(Rfm5().segment(frame(shop), RULES)).values()) == (naive_rules(shop) if shop else [])


@given(shops, configs, st.sampled_from(STRATEGIES))
def test_every_customer_is_answered_once_with_a_segment_of_the_strategy(
    shop: list[Customer], config: RfmConfig, strategy: RfmStrategy
) -> None:
    given_rows = frame(shop)
    answer = strategy.segment(given_rows, config).customers
    assert answer.select(given_rows.columns).sort("customer").equals(given_rows.sort("customer"))
    assert answer.schema == {**given_rows.schema, "r": pl.UInt8, "f": pl.UInt8, "m": pl.UInt8, "segment": pl.String}
    assert answer["segment"].null_count() == 0
    assert set(answer["segment"]) <= {segment.key for segment in strategy.segments}


@given(shops, configs)
def test_equal_customers_get_equal_scores(shop: list[Customer], config: RfmConfig) -> None:
    answer = Rfm11().segment(frame(shop + shop), config).customers
    assert answer.unique(["recency_days", "frequency", "monetary"]).height == answer.unique(answer.columns[1:]).height


@given(shops, configs, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(shop: list[Customer], config: RfmConfig, chance: random.Random) -> None:
    rows = frame(shop)
    order = list(range(len(shop)))
    chance.shuffle(order)
    one, other = Rfm11().segment(rows, config), Rfm11().segment(rows[order], config)
    assert one.customers.sort("customer").equals(other.customers.sort("customer"))
    assert (one.mode, one.cut_points, one.reason, one.notices) == (other.mode, other.cut_points, other.reason, other.notices)


@given(shops, configs)
def test_better_never_scores_lower(shop: list[Customer], config: RfmConfig) -> None:
    answer = Rfm5().segment(frame(shop), config).customers
    for value, score, worst_first in [("recency_days", "r", True), ("frequency", "f", False), ("monetary", "m", False)]:
        assert answer.sort(value, descending=worst_first)[score].is_sorted()


@pytest.mark.parametrize("column", [0, 1, 2])
@given(shop=st.lists(realistic, min_size=1, max_size=30), gain=st.integers(1, 10**6))
def test_a_customer_who_gets_better_never_scores_lower(column: int, shop: list[Customer], gain: int) -> None:
    """Among the same others, by quantile: the one who improves gains or stays."""
    before = scores(Rfm5().segment(frame(shop), QUANTILE))["c0"]
    improved = list(shop[0])
    improved[column] += -gain if column == 0 else gain
    after = scores(Rfm5().segment(frame([(improved[0], improved[1], improved[2]), *shop[1:]]), QUANTILE))["c0"]
    assert after[column] >= before[column]


@given(shops.filter(bool))
def test_the_cut_points_shown_give_the_scores_back(shop: list[Customer]) -> None:
    answer = Rfm5().segment(frame(shop), QUANTILE)
    days, purchases, money = (answer.cut_points[name] for name in ("recency_days", "frequency", "monetary"))
    for r_days, f_purchases, m_money, r, f, m in answer.customers.select(
        "recency_days", "frequency", "monetary", "r", "f", "m"
    ).iter_rows():
        assert r == 5 - sum(r_days > int(cut) for cut in days)
        assert f == 1 + sum(f_purchases >= int(cut) for cut in purchases)
        assert m == 1 + sum(Fraction(m_money, 10_000) >= Fraction(cut) for cut in money)


def test_a_hundred_different_customers_fall_into_equal_fifths() -> None:
    answer = Rfm5().segment(frame([(i, i + 1, i) for i in range(100)]), QUANTILE).customers
    for score in "rfm":
        assert sorted(answer[score].value_counts().iter_rows()) == [(1, 20), (2, 20), (3, 20), (4, 20), (5, 20)]


def test_customers_who_are_all_alike_share_the_lowest_score() -> None:
    """Nobody is strictly worse; popular code would spread these forty over all five scores by row order."""
    answer = Rfm5().segment(frame([(10, 1, 500)] * 40), QUANTILE).customers
    assert answer.select("r", "f", "m").unique().rows() == [(1, 1, 1)]


def test_amounts_beyond_what_a_float_can_tell_apart_are_told_apart() -> None:
    big = 2**60
    answer = Rfm5().segment(frame([(1, 1, big), (1, 1, big + 1)]), QUANTILE).customers
    assert answer["m"].to_list() == [1, 3]
