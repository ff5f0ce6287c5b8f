from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from batikrfm import figures


@pytest.mark.parametrize(
    ("amount_e4", "currency", "lang", "shown"),
    [
        (12_500_000_000, "IDR", "id", "Rp 1.250.000"),
        (12_500_000_000, "IDR", "en", "Rp 1,250,000"),
        (-80_000_000, "IDR", "id", "-Rp 8.000"),
        (97_477_479_340, "GBP", "en", "£9,747,747.93"),
        (97_477_479_340, "GBP", "id", "£9.747.747,93"),
        (5_000, "IDR", "id", "Rp 0"),
        (9_007_199_254_740_993_0000 // 10, "IDR", "id", "Rp 900.719.925.474.099"),  # beyond what a float can hold
    ],
)
def test_money_reads_as_its_reader_writes_it(amount_e4: int, currency: str, lang: str, shown: str) -> None:
    assert figures.money(amount_e4, currency, "id" if lang == "id" else "en").replace("\N{NO-BREAK SPACE}", " ") == shown


def test_days_counts_and_shares_are_in_the_readers_language() -> None:
    assert figures.day(dt.date(2025, 12, 31), "id") == "31 Des 2025"
    assert figures.day(dt.date(2025, 8, 1), "en") == "1 Aug 2025"
    assert figures.count(541_909, "id") == "541.909"
    assert figures.decimal(Decimal("12.50"), "id") == "12,5"
    assert figures.decimal(Decimal(120), "en") == "120"
    assert figures.share(1, 3, "id") == "33%"
    assert figures.share(0, 0, "id") == "0%"
