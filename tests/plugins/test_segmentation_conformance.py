"""The conformance suite for strategies: green for the built-in ones, red for every way to break the contract."""

from __future__ import annotations

import inspect
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from batikrfm.plugins import find_strategy
from batikrfm.sdk import Segment, Segmentation, SegmentationStrategy, Text
from batikrfm.testkit.segmentation import SegmentationStrategyConformance, shop


class TestRfm5(SegmentationStrategyConformance):
    @pytest.fixture
    def strategy(self) -> SegmentationStrategy[Any]:
        return find_strategy("rfm5")


class TestRfm11(SegmentationStrategyConformance):
    @pytest.fixture
    def strategy(self) -> SegmentationStrategy[Any]:
        return find_strategy("rfm11")


def failures(strategy: SegmentationStrategy[Any]) -> set[str]:
    """The tests of the suite that are red for ``strategy``, in the way that pytest would call them."""
    return {name for name, test in inspect.getmembers(SegmentationStrategyConformance) if name.startswith("test_") and _red(test, strategy)}


def _red(test: Callable[..., None], strategy: SegmentationStrategy[Any]) -> bool:
    for size in (1, 9, 300):
        given = {"strategy": strategy, "config": strategy.config_model(), "customers": shop(size)}
        try:
            test(SegmentationStrategyConformance(), **{name: given[name] for name in inspect.signature(test).parameters if name in given})
        except Exception:  # noqa: BLE001 - red is red, whatever the reason
            return True
    return False


Answer = Callable[[Segmentation, pl.DataFrame], Segmentation]
dice = random.Random(1)  # noqa: S311 - chance on purpose


def changed(answer: Segmentation, customers: pl.DataFrame, **more: Any) -> Segmentation:  # noqa: ANN401 - any field of an answer
    fields = {"mode": answer.mode, "cut_points": answer.cut_points, "reason": answer.reason, "notices": answer.notices}
    return Segmentation(customers, **{**fields, **more})


def _mutate(answer: Segmentation, given: pl.DataFrame) -> Segmentation:
    given.insert_column(given.width, pl.lit(1).alias("mine"))
    return answer


def _overwrite(answer: Segmentation, given: pl.DataFrame) -> Segmentation:
    given[0, "monetary"] = -1
    return answer


ANSWERS: dict[str, tuple[Answer, str]] = {
    "drops a customer": (
        lambda answer, _: changed(answer, answer.customers.head(-1)),
        "test_every_customer_comes_back_once_with_the_columns_given",
    ),
    "doubles a customer": (
        lambda answer, _: changed(answer, pl.concat([answer.customers, answer.customers.head(1)])),
        "test_every_customer_comes_back_once_with_the_columns_given",
    ),
    "swaps figures": (
        lambda answer, _: changed(answer, answer.customers.with_columns(frequency=pl.col("frequency").reverse())),
        "test_every_customer_comes_back_once_with_the_columns_given",
    ),
    "drops columns that it does not know": (
        lambda answer, _: changed(answer, answer.customers.drop("note", strict=False)),
        "test_every_customer_comes_back_once_with_the_columns_given",
    ),
    "invents a segment": (
        lambda answer, _: changed(answer, answer.customers.with_columns(segment=pl.lit("vip"))),
        "test_every_segment_is_one_of_its_own",
    ),
    "leaves a segment open": (
        lambda answer, _: changed(answer, answer.customers.with_columns(segment=pl.lit(None, pl.String))),
        "test_every_segment_is_one_of_its_own",
    ),
    "goes by the order of rows": (
        lambda answer, given: changed(
            answer,
            answer.customers.with_columns(
                segment=pl.when(pl.col("customer") == given["customer"][0]).then(pl.lit("champions")).otherwise(pl.lit("lost"))
            ),
        ),
        "test_the_order_of_rows_changes_nothing",
    ),
    "throws dice": (
        lambda answer, _: changed(answer, answer.customers, mode=str(dice.random())),
        "test_asking_twice_gives_the_same_answer",
    ),
    "changes the frame given": (_mutate, "test_the_frame_given_stays_as_it_is"),
    "changes a figure in place": (_overwrite, "test_the_frame_given_stays_as_it_is"),
    "tells twins apart": (
        lambda answer, _: changed(
            answer,
            answer.customers.with_columns(
                segment=pl.when(pl.col("customer").cast(pl.Binary).bin.starts_with(b"twin")).then(pl.lit("lost")).otherwise(pl.lit("loyal"))
            ),
        ),
        "test_equal_customers_share_a_segment",
    ),
    "needs customers to be text": (
        lambda answer, given: changed(answer, answer.customers.filter(given["customer"].str.len_chars() > 0)),
        "test_customers_may_be_bytes",
    ),
    "scores from 0": (
        lambda answer, _: changed(answer, answer.customers.with_columns(pl.col("r", "f", "m") - 1)),
        "test_scores_are_whole_from_1_to_5_and_5_is_best",
    ),
    "scores upside down": (
        lambda answer, _: changed(answer, answer.customers.with_columns(r=(6 - pl.col("r")).cast(pl.UInt8))),
        "test_scores_are_whole_from_1_to_5_and_5_is_best",
    ),
    "scores by halves": (
        lambda answer, _: changed(answer, answer.customers.with_columns(pl.col("f").cast(pl.Float64))),
        "test_scores_are_whole_from_1_to_5_and_5_is_best",
    ),
    "has one score only": (
        lambda answer, _: changed(answer, answer.customers.drop("f", "m")),
        "test_scores_are_whole_from_1_to_5_and_5_is_best",
    ),
    "gives no reason": (lambda answer, _: changed(answer, answer.customers, reason=None), "test_it_says_what_it_did"),
    "has cut-points that are no JSON": (
        lambda answer, _: changed(answer, answer.customers, cut_points={"r": [object()]}),
        "test_it_says_what_it_did",
    ),
}


@pytest.mark.parametrize("sabotage", ANSWERS)
def test_an_answer_that_breaks_the_contract_is_red(sabotage: str) -> None:
    spoil, expected = ANSWERS[sabotage]
    honest = find_strategy("rfm5")

    class Sabotaged(type(honest)):  # type: ignore[misc] # its class is only known when it runs
        def segment(self, customers: pl.DataFrame, config: Any) -> Segmentation:  # noqa: ANN401 - of the honest one
            return spoil(super().segment(customers, config), customers)

    assert expected in failures(Sabotaged())


TWO_LANGUAGES = "test_segments_have_keys_of_their_own_and_words_in_both_languages"


def words(id_: str = "kata", en: str = "words") -> Text:
    return Text(id=id_, en=en)


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ({"key": "Not a key"}, "test_the_host_lets_it_in"),
        ({"config_model": dict}, "test_the_host_lets_it_in"),
        ({"segments": ()}, "test_the_host_lets_it_in"),
        ({"segments": (Segment("a", words(), words(), words()),) * 2}, TWO_LANGUAGES),
        (
            {"segments": (Segment("a", words(id_=" "), words(), words()),)},
            "test_segments_have_keys_of_their_own_and_words_in_both_languages",
        ),
        ({"segments": (Segment("a", words(), words(), words(en="")),)}, TWO_LANGUAGES),
    ],
)
def test_a_strategy_that_describes_itself_wrongly_is_red(about: dict[str, object], expected: str) -> None:
    sabotaged = type("Sabotaged", (type(find_strategy("rfm5")),), about)
    assert expected in failures(sabotaged())


def test_the_built_in_strategy_is_green_in_the_same_way() -> None:
    assert failures(find_strategy("rfm5")) == set()


def test_every_test_of_the_suite_has_a_sabotage() -> None:
    shown = {expected for _, expected in ANSWERS.values()}
    described = {"test_the_host_lets_it_in", TWO_LANGUAGES}
    assert shown | described == {name for name in vars(SegmentationStrategyConformance) if name.startswith("test_")}


def test_a_test_of_the_suite_is_not_overridden_unless_it_says_why() -> None:
    def overriding(*marks: pytest.MarkDecorator) -> type:
        def test(_self: object) -> None: ...

        for mark in marks:
            mark(test)
        return type("TestMine", (SegmentationStrategyConformance,), {"test_it_says_what_it_did": test})

    with pytest.raises(TypeError, match="overrides test_it_says_what_it_did"):
        overriding()
    with pytest.raises(TypeError, match="mark it xfail with a reason"):
        overriding(pytest.mark.xfail)
    assert overriding(pytest.mark.xfail(reason="not yet")).__name__ == "TestMine"


@pytest.fixture
def run(tmp_path: Path) -> Callable[[str], str]:
    """Run pytest on a test module of a plugin author's; what it printed."""

    def of(source: str) -> str:
        (tmp_path / "test_mine.py").write_text(source, encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path)]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout

    return of


MINE = """
import polars as pl
import pytest
from batikrfm.plugins import find_strategy
from batikrfm.testkit.segmentation import SegmentationStrategyConformance

class Mine(type(find_strategy("rfm5"))):
    def segment(self, customers, config):
        answer = super().segment(customers, config)
        object.__setattr__(answer, "customers", {customers})
        return answer

class TestMine(SegmentationStrategyConformance):
    @pytest.fixture
    def strategy(self):
        return Mine()
"""


def test_a_plugin_author_runs_it_as_any_test(run: Callable[[str], str]) -> None:
    assert "29 passed" in run(MINE.format(customers="answer.customers"))
    said = run(MINE.format(customers="answer.customers.head(-1)"))
    assert "FAILED" in said
    assert "test_every_customer_comes_back_once_with_the_columns_given[9-customers]" in said
