"""customers.csv and rejected.csv: exact, in the promised columns, safe to open."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batikrfm.reports.tabular import write_customers, write_rejected
from batikrfm.sdk.text import Language
from batikrfm.segmentation import Analysis


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_customers_are_listed_with_exact_money_and_scores(analysis: Analysis, tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    write_customers(path, analysis.scored.segmentation.customers)
    assert path.read_bytes().split(b"\n")[0] == b"customer,recency_days,frequency,monetary,r,f,m,segment"
    rows = [tuple(row.values()) for row in read(path)]
    assert rows == [
        ("budi", "1", "12", "5000000", "5", "5", "5", "champions"),
        ("'=cmd|'/c calc'!A1", "51", "3", "250000.0001", "4", "3", "3", "loyal"),
        ("sari", "2", "1", "100000.5", "5", "1", "2", "promising"),
        ("dewi", "374", "1", "-75", "1", "1", "1", "lost"),
    ]


@settings(max_examples=50)
@given(amounts=st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=20))
def test_money_is_exact_to_the_last_ten_thousandth(amounts: list[int], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("exact") / "customers.csv"
    frame = pl.DataFrame({"customer": [str(i) for i in range(len(amounts))], "monetary": pl.Series(amounts, dtype=pl.Int64)})
    write_customers(path, frame.with_columns(recency_days=1, frequency=1, segment=pl.lit("lost")))
    assert {row["customer"]: Decimal(row["monetary"]) for row in read(path)} == {
        str(i): Decimal(amount) / 10_000 for i, amount in enumerate(amounts)
    }


def test_a_strategy_that_does_not_score_leaves_the_scores_empty(analysis: Analysis, tmp_path: Path) -> None:
    write_customers(tmp_path / "c.csv", analysis.scored.segmentation.customers.drop("r", "f", "m"))
    assert {(row["r"], row["f"], row["m"]) for row in read(tmp_path / "c.csv")} == {("", "", "")}


@pytest.mark.parametrize(
    ("language", "reasons"),
    [
        ("id", ["Tanggalnya kosong.", "Nilai uangnya lebih dari satu triliun."]),
        ("en", ["There is no date.", "The amount is more than 10^12."]),
    ],
)
def test_rejected_rows_say_where_and_why(rejected: pl.DataFrame, language: Language, reasons: list[str], tmp_path: Path) -> None:
    path = tmp_path / "rejected.csv"
    write_rejected(path, rejected, language)
    rows = read(path)
    assert list(rows[0]) == ["file", "sheet", "line", "reason", "values"]
    assert [row["reason"] for row in rows] == reasons
    assert [(row["file"], row["sheet"], row["line"]) for row in rows] == [("a.xlsx", "Pesanan", "7"), ("'=b.csv", "", "9")]
    assert rows[1]["values"] == "'@SUM(1): 10, \"x\"\n'=1+1"


def test_no_rejected_rows_is_a_file_with_headings_only(rejected: pl.DataFrame, tmp_path: Path) -> None:
    write_rejected(tmp_path / "rejected.csv", rejected.clear(), "id")
    assert (tmp_path / "rejected.csv").read_text(encoding="utf-8") == "file,sheet,line,reason,values\n"
