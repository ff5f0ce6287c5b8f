"""From totals to segments: calendar days, returns, settings, and answers that are not believed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import polars as pl
import pytest

from batikrfm.builtin.rfm.config import RfmConfig
from batikrfm.builtin.rfm.strategies import Rfm5
from batikrfm.sdk.config import PluginConfig
from batikrfm.sdk.plugin_errors import BrokenPromiseError, CrashedError
from batikrfm.sdk.segmentation import Segmentation
from batikrfm.segmentation import Returns, score
from batikrfm.segmentation.days import day_after, start_of, today
from batikrfm.segmentation.errors import StrategySettingsError
from batikrfm.segmentation.totals import strategy_input

AS_OF = dt.date(2026, 1, 10)
JAKARTA = "Asia/Jakarta"
Shop = Callable[[list[tuple[str, str, int, int]]], pl.DataFrame]


def ask(totals: pl.DataFrame, timezone: str = JAKARTA, returns: Returns = "net") -> pl.DataFrame:
    return strategy_input(totals, as_of=AS_OF, timezone=timezone, returns=returns)


@pytest.mark.parametrize(
    ("last", "timezone", "days"),
    [
        ("2026-01-09T16:59:59", JAKARTA, 1),  # 23:59:59 on the 9th
        ("2026-01-09T17:00:00", JAKARTA, 0),  # midnight: the 10th has begun in Jakarta
        ("2026-01-09T17:00:00", "Asia/Jayapura", 0),
        ("2026-01-09T17:00:00", "UTC", 1),
        ("2026-01-10T17:00:00", JAKARTA, -1),  # a purchase after the as-of date
        ("1990-01-01T00:00:00", JAKARTA, 13_158),
    ],
)
def test_recency_counts_the_shops_calendar_days(shop: Shop, last: str, timezone: str, days: int) -> None:
    assert ask(shop([("a", last, 1, 1)]), timezone)["recency_days"].to_list() == [days]


def test_strategies_get_the_promised_columns_and_only_customers_who_bought(shop: Shop) -> None:
    rows = ask(shop([("bought", "2026-01-01T00:00", 2, 7_0000), ("only refunds", "2026-01-01T00:00", 0, -7_0000)]))
    assert rows.schema == {"customer": pl.String, "recency_days": pl.Int32, "frequency": pl.Int64, "monetary": pl.Int64}
    assert rows.rows() == [("bought", 9, 2, 7_0000)]


def test_ignoring_returns_looks_at_sales_alone(shop: Shop) -> None:
    totals = shop([("a", "2026-01-01T00:00", 2, 7_0000), ("sent all back", "2026-01-01T00:00", 0, 0)])
    assert ask(totals, returns="ignore").rows() == [("a", 8, 3, 14_0000), ("sent all back", 8, 1, 0)]


def test_as_of_is_the_day_after_the_last_sale_where_the_shop_is() -> None:
    last = dt.datetime(2026, 1, 9, 17, 0, tzinfo=dt.UTC)
    assert day_after(last, JAKARTA) == dt.date(2026, 1, 11)
    assert day_after(last, "UTC") == dt.date(2026, 1, 10)


def test_today_is_where_the_shop_is() -> None:
    assert today(JAKARTA, dt.datetime(2026, 1, 9, 17, 0, tzinfo=dt.UTC)) == dt.date(2026, 1, 10)
    assert abs(today("UTC") - dt.datetime.now(dt.UTC).date()) <= dt.timedelta(days=1)
    assert start_of(dt.date(2026, 1, 10), JAKARTA) == dt.datetime(2026, 1, 9, 17, 0, tzinfo=dt.UTC)


def test_settings_reach_the_strategy(shop: Shop) -> None:
    totals = shop([("a", "2026-01-01T00:00", 2, 7_0000)])
    scored = score(totals, Rfm5(), as_of=AS_OF, timezone=JAKARTA, settings={"mode": "quantile"})
    assert scored.segmentation.mode == "quantile"


def test_settings_that_the_strategy_refuses_are_one_sentence_in_both_languages(shop: Shop) -> None:
    with pytest.raises(StrategySettingsError) as refused:
        score(shop([]), Rfm5(), as_of=AS_OF, timezone=JAKARTA, settings={"frequency": [3, 2, 5, 10]})
    assert refused.value.say("id") == (
        "Pengaturan frequency untuk rfm5 tidak bisa dipakai. Setiap batas harus lebih besar daripada batas sebelumnya; "
        "2 tidak lebih besar daripada 3."
    )
    assert "2 is not greater than 3" in refused.value.say("en")


Change = Callable[[pl.DataFrame], pl.DataFrame]


class Wayward(Rfm5):
    """A plugin whose answer is not what it promised."""

    key = "wayward"

    def __init__(self, change: Change) -> None:
        self.change = change

    def segment(self, customers: pl.DataFrame, config: RfmConfig) -> Segmentation:
        answer = super().segment(customers, config)
        return Segmentation(self.change(answer.customers), answer.mode, answer.cut_points, answer.reason)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda rows: rows.head(1), "every customer exactly once"),
        (lambda rows: pl.concat([rows, rows.head(1)]), "every customer exactly once"),
        (lambda rows: rows.with_columns(customer=pl.col("customer").first()), "every customer exactly once"),
        (lambda rows: rows.with_columns(segment=pl.lit("vip")), "a segment of the strategy's"),
        (lambda rows: rows.with_columns(segment=pl.lit(None, pl.String)), "a segment of the strategy's"),
        (lambda rows: rows.drop("segment"), "the columns segment"),
    ],
)
def test_an_answer_that_is_not_whole_is_not_believed(shop: Shop, change: Change, what: str) -> None:
    totals = shop([("a", "2026-01-01T00:00", 2, 7_0000), ("b", "2026-01-01T00:00", 2, 7_0000)])
    with pytest.raises(BrokenPromiseError, match=what):
        score(totals, Wayward(change), as_of=AS_OF, timezone=JAKARTA)


def test_a_strategy_that_crashes_is_one_sentence_that_repeats_none_of_its_words(shop: Shop) -> None:
    def crash(rows: pl.DataFrame) -> pl.DataFrame:
        raise ValueError(rows["customer"][0])

    with pytest.raises(CrashedError) as crashed:
        score(shop([("budi", "2026-01-01T00:00", 2, 7_0000)]), Wayward(crash), as_of=AS_OF, timezone=JAKARTA)
    assert "test_scoring.py" in crashed.value.say("id")
    assert "budi" not in crashed.value.say("id")


def test_a_strategy_may_answer_in_any_order(shop: Shop) -> None:
    totals = shop([("a", "2026-01-01T00:00", 2, 7_0000), ("b", "2025-01-01T00:00", 1, 1_0000)])
    scored = score(totals, Wayward(lambda rows: rows.reverse()), as_of=AS_OF, timezone=JAKARTA)
    assert sum(segment.customers for segment in scored.segments) == 2


def test_every_config_model_is_a_plugin_config() -> None:
    assert issubclass(Rfm5.config_model, PluginConfig)
