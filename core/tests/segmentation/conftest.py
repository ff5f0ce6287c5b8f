"""Shops to segment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import polars as pl
import pytest

from batikrfm.builtin.rfm.strategies import Rfm5
from batikrfm.sales.totals import TOTALS
from batikrfm.segmentation import Scored, score

Buyer = tuple[str, str, int, int]  # name, last purchase as ISO time in UTC, purchases, net money in ten-thousandths
Shop = Callable[[list[Buyer]], pl.DataFrame]


@pytest.fixture(scope="session")
def shop() -> Shop:
    """A totals frame; what is not given does not matter to scores of net money and is half of it otherwise."""

    def totals(buyers: list[Buyer]) -> pl.DataFrame:
        rows = []
        for name, last, purchases, net in buyers:
            at = dt.datetime.fromisoformat(last).replace(tzinfo=dt.UTC)
            rows.append((name, at, at, purchases, net, at, at + dt.timedelta(days=1), purchases + 1, net * 2))
        return pl.DataFrame(rows, schema=TOTALS, orient="row")

    return totals


@pytest.fixture
def scored(shop: Shop) -> Scored:
    """Four customers of a small shop, as of 10 January."""
    buyers = [
        ("budi", "2026-01-09T10:00", 12, 5_000_000_0000),
        ("sari", "2026-01-08T10:00", 1, 100_000_5000),
        ("=cmd|'/c calc'!A1", "2025-11-20T10:00", 3, 250_000_0001),
        ("dewi", "2025-01-01T10:00", 1, -75_0000),
    ]
    return score(shop(buyers), Rfm5(), as_of=dt.date(2026, 1, 10), timezone="Asia/Jakarta")
