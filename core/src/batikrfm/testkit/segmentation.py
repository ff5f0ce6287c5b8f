"""The contract of a segmentation strategy, as tests.

::

class TestMine(SegmentationStrategyConformance):
@pytest.fixture
def strategy(self):
return Mine()
"""

from __future__ import annotations

import json
import random
from typing import Any

import polars as pl
import pytest

from batikrfm.plugins.kinds import KINDS, check_object
from batikrfm.sdk import PluginConfig, Segmentation, SegmentationStrategy, Text
from batikrfm.testkit.conformance import Conformance

SCORES = ("r", "f", "m")
SCHEMA = {"customer": pl.String, "recency_days": pl.Int32, "frequency": pl.Int64, "monetary": pl.Int64}


def shop(size: int, seed: int = 7) -> pl.DataFrame:
    """A made-up shop: many ties, some customers bought after the as-of day, some whose refunds exceed what they bought."""
    dice = random.Random(seed)  # noqa: S311 - a made-up shop, not a secret
    rows = [
        (f"c{number}", dice.choice((-2, 0, 1, 7, 30, 90, 400)), dice.choice((1, 1, 1, 2, 3, 8, 40)), dice.randrange(-50, 5_000) * 10_000)
        for number in range(size)
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


class SegmentationStrategyConformance(Conformance):
    """Override ``strategy``; override ``config`` where its settings have no defaults."""

    @pytest.fixture
    def strategy(self) -> SegmentationStrategy[Any]:
        raise NotImplementedError("override the fixture strategy()")

    @pytest.fixture
    def config(self, strategy: SegmentationStrategy[Any]) -> PluginConfig:
        return strategy.config_model()

    @pytest.fixture(params=[1, 9, 300], ids=lambda size: f"{size}-customers")
    def customers(self, request: pytest.FixtureRequest) -> pl.DataFrame:
        return shop(request.param)

    def test_the_host_lets_it_in(self, strategy: SegmentationStrategy[Any]) -> None:
        assert check_object(KINDS["register_segmentation_strategies"], strategy) == strategy.key

    def test_segments_have_keys_of_their_own_and_words_in_both_languages(self, strategy: SegmentationStrategy[Any]) -> None:
        keys = [segment.key for segment in strategy.segments]
        assert len(set(keys)) == len(keys)
        for segment in strategy.segments:
            for text in (segment.name, segment.meaning, segment.action):
                assert text.id.strip(), f"{segment.key} has no words in Indonesian"
                assert text.en.strip(), f"{segment.key} has no words in English"

    def test_every_customer_comes_back_once_with_the_columns_given(
        self, strategy: SegmentationStrategy[Any], config: PluginConfig, customers: pl.DataFrame
    ) -> None:
        given = customers.with_columns(note=pl.lit("kept"))
        answer = strategy.segment(given, config).customers
        assert answer.select(given.columns).sort("customer").equals(given.sort("customer"))

    def test_every_segment_is_one_of_its_own(
        self, strategy: SegmentationStrategy[Any], config: PluginConfig, customers: pl.DataFrame
    ) -> None:
        answer = strategy.segment(customers, config).customers
        assert answer.schema["segment"] == pl.String
        assert set(answer["segment"]) <= {segment.key for segment in strategy.segments}

    def test_the_order_of_rows_changes_nothing(
        self, strategy: SegmentationStrategy[Any], config: PluginConfig, customers: pl.DataFrame
    ) -> None:
        shuffled = customers.sample(fraction=1, shuffle=True, seed=3)
        _assert_same(strategy.segment(customers, config), strategy.segment(shuffled, config))
        _assert_same(strategy.segment(customers, config), strategy.segment(customers.reverse(), config))

    def test_asking_twice_gives_the_same_answer(
        self, strategy: SegmentationStrategy[Any], config: PluginConfig, customers: pl.DataFrame
    ) -> None:
        _assert_same(strategy.segment(customers, config), strategy.segment(customers, config))

    def test_the_frame_given_stays_as_it_is(
        self, strategy: SegmentationStrategy[Any], config: PluginConfig, customers: pl.DataFrame
    ) -> None:
        before = customers.clone()
        strategy.segment(customers, config)
        assert customers.schema == before.schema
        assert customers.equals(before)

    def test_equal_customers_share_a_segment(
        self, strategy: SegmentationStrategy[Any], config: PluginConfig, customers: pl.DataFrame
    ) -> None:
        figures = ["recency_days", "frequency", "monetary"]
        twins = pl.concat([customers, customers.with_columns(customer="twin of " + pl.col("customer"))])
        answer = strategy.segment(twins, config).customers
        outcome = [column for column in ("segment", *SCORES) if column in answer.columns]
        assert answer.select(*figures, *outcome).n_unique() == answer.select(figures).n_unique()

    def test_customers_may_be_bytes(self, strategy: SegmentationStrategy[Any], config: PluginConfig, customers: pl.DataFrame) -> None:
        answer = strategy.segment(customers.with_columns(pl.col("customer").cast(pl.Binary)), config).customers
        text = strategy.segment(customers, config).customers
        assert answer.sort("customer")["segment"].equals(text.sort("customer")["segment"])

    def test_scores_are_whole_from_1_to_5_and_5_is_best(
        self, strategy: SegmentationStrategy[Any], config: PluginConfig, customers: pl.DataFrame
    ) -> None:
        answer = strategy.segment(customers, config).customers
        present = [column for column in SCORES if column in answer.columns]
        assert present in ([], list(SCORES)), "r, f and m come together or not at all"
        for score, figure in zip(present, ("recency_days", "frequency", "monetary"), strict=False):
            assert answer.schema[score] == pl.UInt8
            assert answer[score].is_between(1, 5).all()
            best_first = answer.sort(figure, descending=figure != "recency_days")[score].to_list()
            assert best_first == sorted(best_first, reverse=True), f"a better {figure} scores lower"

    def test_it_says_what_it_did(self, strategy: SegmentationStrategy[Any], config: PluginConfig, customers: pl.DataFrame) -> None:
        answer = strategy.segment(customers, config)
        assert answer.mode
        assert isinstance(answer.reason, Text)
        assert all(isinstance(notice, Text) for notice in answer.notices)
        json.dumps({name: list(cuts) for name, cuts in answer.cut_points.items()})


def _assert_same(one: Segmentation, other: Segmentation) -> None:
    assert one.mode == other.mode
    assert dict(one.cut_points) == dict(other.cut_points)
    columns = sorted(one.customers.columns)
    assert one.customers.select(columns).sort("customer").equals(other.customers.select(columns).sort("customer"))
