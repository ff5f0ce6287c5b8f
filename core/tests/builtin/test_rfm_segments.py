"""The tables of segments, the words for them and the choice of a mode."""

from __future__ import annotations

from itertools import product

import polars as pl
import pytest
from pydantic import ValidationError

from batikrfm.builtin.rfm.config import CutPointsError, RfmConfig
from batikrfm.builtin.rfm.strategies import Rfm5, Rfm11, RfmStrategy

RULES = RfmConfig(mode="rules")
STRATEGIES = [Rfm5(), Rfm11()]

# As the specification prints them: R5 first, columns FM = 1..5.
PRINTED = {
    "rfm5": """
        promising promising loyal champions champions
        promising promising loyal loyal champions
        promising promising loyal loyal loyal
        lost at_risk at_risk at_risk at_risk
        lost lost lost at_risk at_risk
    """,
    "rfm11": """
        new potential_loyalist potential_loyalist champions champions
        promising potential_loyalist potential_loyalist loyal champions
        about_to_sleep about_to_sleep need_attention loyal loyal
        hibernating hibernating at_risk at_risk cant_lose
        lost lost at_risk at_risk cant_lose
    """,
}
DAYS = {5: 30, 4: 31, 3: 61, 2: 91, 1: 181}
PURCHASES = {1: 1, 2: 2, 3: 4, 4: 9, 5: 10}
MONEY = {1: 49_999, 2: 50_000, 3: 199_999, 4: 200_000, 5: 400_000}  # the median of the shop below is 100,000


@pytest.fixture(scope="module")
def every_score() -> pl.DataFrame:
    """One customer for each of the 125 triples of scores, at the edges of the rules, and others who hold the median at 10.0000."""
    rows = [(f"{r}{f}{m}", DAYS[r], PURCHASES[f], MONEY[m]) for r, f, m in product(range(1, 6), repeat=3)]
    rows += [(f"median {i}", 0, 1, 100_000) for i in range(100)]
    return pl.DataFrame(
        rows, schema={"customer": pl.String, "recency_days": pl.Int32, "frequency": pl.Int64, "monetary": pl.Int64}, orient="row"
    )


@pytest.mark.parametrize("strategy", STRATEGIES, ids=lambda s: s.key)
def test_the_segment_is_the_cell_of_the_printed_table(strategy: RfmStrategy, every_score: pl.DataFrame) -> None:
    printed = [line.split() for line in PRINTED[strategy.key].strip().splitlines()]
    answer = strategy.segment(every_score, RULES).customers.filter(~pl.col("customer").str.starts_with("median"))
    assert answer.height == 125
    for customer, r, f, m, segment in answer.select("customer", "r", "f", "m", "segment").iter_rows():
        assert customer == f"{r}{f}{m}"
        assert segment == printed[5 - r][(f + m + 1) // 2 - 1]
    assert set(answer["segment"]) == {segment.key for segment in strategy.segments}, "every segment is reached"


@pytest.mark.parametrize("strategy", STRATEGIES, ids=lambda s: s.key)
def test_every_segment_is_reached_by_quantile_too(strategy: RfmStrategy) -> None:
    rows = [(f"{a}{b}", a, b, b) for a, b in product(range(1, 6), repeat=2)]
    shop = pl.DataFrame(
        rows, schema={"customer": pl.String, "recency_days": pl.Int32, "frequency": pl.Int64, "monetary": pl.Int64}, orient="row"
    )
    answer = strategy.segment(shop, RfmConfig(mode="quantile")).customers
    assert set(answer["segment"]) == {segment.key for segment in strategy.segments}


@pytest.mark.parametrize("strategy", STRATEGIES, ids=lambda s: s.key)
def test_every_segment_has_its_words_in_both_languages(strategy: RfmStrategy) -> None:
    keys = [segment.key for segment in strategy.segments]
    assert len(keys) == len(set(keys)) == {"rfm5": 5, "rfm11": 11}[strategy.key]
    for language in ("id", "en"):
        for words in zip(
            *[(s.name.say(language), s.meaning.say(language), s.action.say(language)) for s in strategy.segments], strict=True
        ):
            assert all(words)
            assert len(set(words)) == len(words), "no two segments are described alike"


def shop_of(repeaters: int, once: int) -> pl.DataFrame:
    count = repeaters + once
    return pl.DataFrame(
        {
            "customer": [str(i) for i in range(count)],
            "recency_days": pl.Series(range(count), dtype=pl.Int32),
            "frequency": pl.Series([2] * repeaters + [1] * once, dtype=pl.Int64),
            "monetary": pl.Series(range(count), dtype=pl.Int64) * 10_000,
        }
    )


@pytest.mark.parametrize(
    ("repeaters", "once", "mode", "notices"),
    [
        (100, 0, "quantile", 0),
        (100, 900, "quantile", 0),
        (99, 900, "rules", 0),
        (0, 10, "rules", 0),
        (9, 0, "rules", 1),
        (0, 0, "rules", 1),
    ],
)
def test_auto_compares_customers_only_where_enough_of_them_came_back(repeaters: int, once: int, mode: str, notices: int) -> None:
    answer = Rfm5().segment(shop_of(repeaters, once), RfmConfig())
    assert (answer.mode, len(answer.notices)) == (mode, notices)
    assert answer.customers["segment"].null_count() == 0
    for language in ("id", "en"):
        assert str(repeaters) in answer.reason.say(language)


def test_numbers_in_sentences_are_grouped_as_the_language_does() -> None:
    reason = Rfm5().segment(shop_of(1_234, 0), RfmConfig()).reason
    assert reason.id.startswith("1.234 pelanggan")
    assert "1,234" in reason.en


def test_one_customer_is_answered_by_rules() -> None:
    answer = Rfm5().segment(shop_of(0, 1), RfmConfig())
    assert answer.customers.select("r", "f", "m").row(0) == (5, 1, 5)
    assert answer.notices


def test_rules_show_the_cuts_they_used_and_the_median_they_came_from() -> None:
    answer = Rfm5().segment(shop_of(2, 2), RULES)  # money 0, 1, 2, 3: the median is 1.5
    assert answer.cut_points == {
        "recency_days": (30, 60, 90, 180),
        "frequency": (2, 3, 5, 10),
        "monetary": ("0.75", "1.5", "3", "6"),
        "monetary_shares_of_median": ("0.5", "1", "2", "4"),
        "monetary_median": ("1.5",),
    }


def test_cut_points_can_be_edited() -> None:
    config = RfmConfig.model_validate_json(
        '{"mode": "rules", "recency_days": [0, 1, 2, 3], "frequency": [1, 2, 3, 4], "monetary": [0.1, 0.2, 1.5, 3]}'
    )
    answer = Rfm5().segment(shop_of(4, 0), config)
    assert answer.customers["r"].to_list() == [5, 4, 3, 2]
    assert answer.customers["f"].to_list() == [3, 3, 3, 3]
    assert answer.customers["m"].to_list() == [1, 3, 3, 4]  # shares of the median 1.5: 0, 2/3, 4/3, 2


@pytest.mark.parametrize(
    ("field", "cuts", "said"),
    [
        ("recency_days", [30, 60, 90], "tepat 4 batas"),
        ("recency_days", [30, 60, 90, 180, 365], "yang diisi 5"),
        ("frequency", [2, 3, 3, 10], "3 tidak lebih besar daripada 3"),
        ("frequency", [10, 5, 3, 2], "5 tidak lebih besar daripada 10"),
        ("monetary", ["0.5", "2", "1", "4"], "1 tidak lebih besar daripada 2"),
    ],
)
def test_cut_points_that_cannot_cut_are_refused_with_a_sentence(field: str, cuts: list[object], said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        RfmConfig.model_validate({field: cuts})
    [problem] = refused.value.errors()
    assert problem["loc"] == (field,)
    sentence = problem["ctx"]["error"]
    assert isinstance(sentence, CutPointsError)
    assert said in sentence.say("id")


@pytest.mark.parametrize(
    "bad", [{"frequency": [0, 1, 2, 3]}, {"monetary": [0, 1, 2, 3]}, {"mode": "magic"}, {"rfm": 1}, {"recency_days": [-1, 1, 2, 3]}]
)
def test_settings_that_mean_nothing_are_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        RfmConfig.model_validate(bad)
