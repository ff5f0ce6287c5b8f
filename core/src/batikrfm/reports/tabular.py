"""``customers.csv`` and ``rejected.csv``: plain UTF-8, exact, safe to open in a spreadsheet."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from batikrfm.reports.files import replacing
from batikrfm.sales.cells import safe_column
from batikrfm.sales.parsing import REASON_TEXTS
from batikrfm.sdk.money import MONEY_SCALE
from batikrfm.sdk.text import Language

_MONEY = pl.Decimal(38, 4)


def write_customers(path: Path, customers: pl.DataFrame) -> None:
    """Write what a strategy answered: customer, recency_days, frequency, monetary, r, f, m, segment; best first.

    ``customers`` has ``customer`` as String. Where a strategy does not score, ``r``, ``f`` and ``m`` are empty.
    """
    scores = [pl.col(name) if name in customers.columns else pl.lit(None, pl.UInt8).alias(name) for name in "rfm"]
    table = customers.sort("monetary", "customer", descending=[True, False]).select(
        safe_column(pl.col("customer")), "recency_days", "frequency", _exact_text("monetary"), *scores, safe_column(pl.col("segment"))
    )
    with replacing(path) as temporary:
        table.write_csv(temporary)


def write_rejected(path: Path, rejected: pl.DataFrame, language: Language) -> None:
    """Write the rows that were not understood: file, sheet, line, reason (a sentence), values."""
    sentences = {str(reason): text.say(language) for reason, text in REASON_TEXTS.items()}
    table = rejected.select(
        safe_column(pl.col("file")),
        safe_column(pl.col("sheet")),
        "line",
        pl.col("reason").replace(sentences),
        safe_column(pl.col("values")),
    )
    with replacing(path) as temporary:
        table.write_csv(temporary)


def _exact_text(name: str) -> pl.Expr:
    """Ten-thousandths as decimal text in the currency's unit: 1234500 -> 123.45."""
    decimals = (pl.col(name).cast(_MONEY) / MONEY_SCALE).cast(_MONEY).cast(pl.String)
    return decimals.str.strip_chars_end("0").str.strip_chars_end(".").alias(name)
