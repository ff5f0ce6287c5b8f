"""The object of ``--json``: exactly these keys, exact numbers."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from batikrfm.segmentation import Analysis, Scored, as_json


@pytest.fixture
def analysis(scored: Scored) -> Analysis:
    return Analysis(
        scored=scored,
        rows=20,
        rows_by_outcome={"imported": 17, "cancelled": 1, "refund": 1, "without_customer": 1, "rejected": 0},
        orders=18,
        revenue_e4=5_350_000_5001,
        revenue_without_customer_e4=75_0001,
        currency="IDR",
        timezone="Asia/Jakarta",
    )


def test_the_object_is_the_one_that_was_promised(analysis: Analysis) -> None:
    told = json.loads(as_json(analysis, "en"), parse_float=Decimal)
    assert list(told) == [
        "rows", "rows_by_outcome", "orders", "customers", "revenue", "currency", "as_of", "mode", "cut_points", "segments",
    ]  # fmt: skip
    assert told["rows_by_outcome"] == {"imported": 17, "cancelled": 1, "refund": 1, "without_customer": 1, "rejected": 0}
    assert (told["rows"], told["orders"], told["customers"]) == (20, 18, 4)
    assert (told["revenue"], told["currency"], told["as_of"], told["mode"]) == (Decimal("5350000.5001"), "IDR", "2026-01-10", "rules")
    assert told["cut_points"]["recency_days"] == [30, 60, 90, 180]
    assert told["cut_points"]["frequency"] == [2, 3, 5, 10]
    assert told["cut_points"]["monetary"] == [  # the median of 100,000.5 and 250,000.0001 is 175,000.25005, rounded up to 0.0001
        Decimal("87500.1251"), Decimal("175000.2501"), Decimal("350000.5001"), Decimal("700001.0002"),
    ]  # fmt: skip


def test_segments_are_all_there_with_exact_medians(analysis: Analysis) -> None:
    segments = {segment["key"]: segment for segment in json.loads(as_json(analysis, "en"), parse_float=Decimal)["segments"]}
    assert list(segments) == ["champions", "loyal", "promising", "at_risk", "lost"]
    assert segments["champions"] == {
        "key": "champions",
        "name": "Champions",
        "customers": 1,
        "revenue": 5_000_000,
        "median_recency_days": 1,
        "median_frequency": 12,
        "median_monetary": 5_000_000,
    }
    assert segments["promising"]["revenue"] == Decimal("100000.5")
    assert segments["lost"]["revenue"] == -75
    assert segments["at_risk"] == {
        "key": "at_risk", "name": "At risk", "customers": 0, "revenue": 0,
        "median_recency_days": None, "median_frequency": None, "median_monetary": None,
    }  # fmt: skip


def test_names_are_in_the_readers_language(analysis: Analysis) -> None:
    assert json.loads(as_json(analysis, "id"))["segments"][0]["name"] == "Juara"


def test_the_parts_of_the_revenue_add_up(analysis: Analysis) -> None:
    assert analysis.revenue_without_customer == Decimal("75.0001")
    of_segments = sum(segment.revenue for segment in analysis.scored.segments)
    assert of_segments + analysis.revenue_without_customer + analysis.revenue_without_purchase == analysis.revenue
