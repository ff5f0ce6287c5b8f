"""An analysis to report on."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from batikrfm.builtin.rfm.strategies import Rfm5
from batikrfm.sales.parsing import REJECTED
from batikrfm.sales.totals import TOTALS
from batikrfm.segmentation import Analysis, score

BUYERS = [
    ("budi", "2026-01-09T10:00", 12, 5_000_000_0000),
    ("sari", "2026-01-08T10:00", 1, 100_000_5000),
    ("=cmd|'/c calc'!A1", "2025-11-20T10:00", 3, 250_000_0001),
    ("dewi", "2025-01-01T10:00", 1, -75_0000),
]


@pytest.fixture
def analysis() -> Analysis:
    rows = [
        (name, at, at, purchases, net, at, at, purchases, net)
        for name, last, purchases, net in BUYERS
        for at in [dt.datetime.fromisoformat(last).replace(tzinfo=dt.UTC)]
    ]
    totals = pl.DataFrame(rows, schema=TOTALS, orient="row")
    return Analysis(
        scored=score(totals, Rfm5(), as_of=dt.date(2026, 1, 10), timezone="Asia/Jakarta"),
        rows=21,
        rows_by_outcome={"imported": 17, "cancelled": 1, "refund": 1, "without_customer": 1, "rejected": 1},
        orders=18,
        revenue_e4=5_350_000_5001,
        revenue_without_customer_e4=75_0001,
        currency="IDR",
        timezone="Asia/Jakarta",
    )


@pytest.fixture
def rejected() -> pl.DataFrame:
    rows = [
        ("a.xlsx", "Pesanan", 7, "no_date", "Tanggal: "),
        ("=b.csv", None, 9, "amount_absurd", '@SUM(1): 10, "x"\n=1+1'),
    ]
    return pl.DataFrame(rows, schema=REJECTED, orient="row")
