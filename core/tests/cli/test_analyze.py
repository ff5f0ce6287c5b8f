"""`batikrfm analyze` as a user calls it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

Batikrfm = Callable[..., Any]

KEYS = ["rows", "rows_by_outcome", "orders", "customers", "revenue", "currency", "as_of", "mode", "cut_points", "segments"]
SEGMENT_KEYS = ["key", "name", "customers", "revenue", "median_recency_days", "median_frequency", "median_monetary"]


def test_json_is_one_object_and_nothing_else(batikrfm: Batikrfm, shop: Path) -> None:
    said = batikrfm("analyze", shop, "--json")
    assert (said.code, said.err) == (0, "")
    answer = json.loads(said.out)
    assert list(answer) == KEYS
    assert all(list(segment) == SEGMENT_KEYS for segment in answer["segments"])
    assert answer["rows"] == 8
    assert answer["rows_by_outcome"] == {"imported": 4, "cancelled": 1, "refund": 1, "without_customer": 1, "rejected": 1}
    assert answer["orders"] == 4  # A1, A2, A3 and the one without a customer
    assert answer["customers"] == 2
    assert answer["revenue"] == 300_000 + 80_000 + 250_000 + 500_000 - 500_000 + 30_000
    assert (answer["currency"], answer["as_of"], answer["mode"]) == ("IDR", "2026-03-01", "rules")
    assert sum(segment["customers"] for segment in answer["segments"]) == 2


def test_ignoring_returns_leaves_refunds_and_cancellations_out(batikrfm: Batikrfm, shop: Path) -> None:
    answer = json.loads(batikrfm("analyze", shop, "--json", "--returns", "ignore").out)
    assert answer["revenue"] == 300_000 + 80_000 + 250_000 + 500_000 + 30_000


def test_the_report_files_say_the_same(batikrfm: Batikrfm, shop: Path, tmp_path: Path) -> None:
    folder = tmp_path / "laporan" / "maret"
    said = batikrfm("analyze", shop, "--output", folder, "--lang", "id")
    assert said.code == 0
    assert str(folder) in said.out.replace("\n", "")
    with (folder / "customers.csv").open(encoding="utf-8") as file:
        customers = list(csv.DictReader(file))
    assert list(customers[0]) == ["customer", "recency_days", "frequency", "monetary", "r", "f", "m", "segment"]
    sari = next(row for row in customers if row["customer"].endswith("6281234567890"))
    assert (sari["recency_days"], sari["frequency"], sari["monetary"]) == ("9", "2", "380000")
    with (folder / "rejected.csv").open(encoding="utf-8") as file:
        (rejected,) = csv.DictReader(file)
    assert (rejected["line"], rejected["file"]) == ("9", "penjualan.csv")
    assert "tidak tahu" in rejected["values"]
    assert load_workbook(folder / "segments.xlsx").worksheets


@pytest.mark.parametrize(("lang", "words"), [("id", "Pelanggan Anda per 1 Mar 2026"), ("en", "Your customers as of 1 Mar 2026")])
def test_the_table_speaks_the_readers_language(batikrfm: Batikrfm, shop: Path, lang: str, words: str) -> None:
    said = batikrfm("analyze", shop, "--lang", lang)
    assert said.code == 0
    assert words in said.out


def test_an_unknown_column_to_map_is_the_inputs_fault_and_lists_the_columns(batikrfm: Batikrfm, shop: Path) -> None:
    said = batikrfm("analyze", shop, "--lang", "en", "--map", "ordered_at=Tgl")
    assert said.code == 1
    assert said.err.count("\n") == 1
    assert "Tanggal" in said.err


@pytest.mark.parametrize(
    "wrong",
    [
        ["--map", "ordered_at"],
        ["--timezone", "Asia/Bandung"],
        ["--currency", "RUPIAH"],
        ["--as-of", "31/12/2026"],
        ["--returns", "half"],
        ["--since-days", "0"],
        ["--nonsense"],
    ],
)
def test_a_wrong_call_is_2_and_one_sentence(batikrfm: Batikrfm, shop: Path, wrong: list[str]) -> None:
    said = batikrfm("analyze", shop, *wrong)
    assert (said.code, said.out) == (2, "")
    assert said.err.count("\n") == 1


def test_an_unknown_strategy_lists_those_that_are_there(batikrfm: Batikrfm, shop: Path) -> None:
    said = batikrfm("analyze", shop, "--strategy", "rfm7", "--lang", "en")
    assert said.code == 1
    assert "rfm5" in said.err
    assert "rfm11" in said.err


@pytest.mark.parametrize("content", [b"", b"No Pesanan,Tanggal,Total\n", b"%PDF-1.7 not a sheet", b"PK\x03\x04 torn"])
def test_a_useless_file_is_1_and_one_sentence(batikrfm: Batikrfm, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file.xlsx"
    path.write_bytes(content)
    said = batikrfm("analyze", path)
    assert (said.code, said.out) == (1, "")
    assert said.err.count("\n") == 1
    assert "Traceback" not in said.err
    assert "batikrfm-" not in said.err  # not the sentence for our own bugs


def test_a_file_that_is_not_there(batikrfm: Batikrfm, tmp_path: Path) -> None:
    said = batikrfm("analyze", tmp_path / "tidak-ada.xlsx", "--lang", "en")
    assert said.code == 1
    assert "tidak-ada.xlsx" in said.err


def test_a_status_that_nobody_knows_is_counted_and_said(batikrfm: Batikrfm, shop: Path) -> None:
    shop.write_text(shop.read_text(encoding="utf-8-sig").replace("250.000;Selesai", "250.000;Dititipkan"), encoding="utf-8")
    said = batikrfm("analyze", shop, "--json", "--lang", "en")
    assert json.loads(said.out)["revenue"] == 660_000
    assert "Dititipkan" in said.err
    settled = batikrfm("analyze", shop, "--json", "--map", "status.Dititipkan=cancelled")
    assert (json.loads(settled.out)["revenue"], settled.err) == (410_000, "")


def test_an_as_of_day_in_the_past_sees_only_what_was_there(batikrfm: Batikrfm, shop: Path) -> None:
    answer = json.loads(batikrfm("analyze", shop, "--json", "--as-of", "2026-01-31").out)
    assert answer["revenue"] == 630_000
    assert answer["orders"] == 2


def test_a_credit_note_after_the_last_sale_still_lowers_the_money(batikrfm: Batikrfm, shop: Path) -> None:
    with shop.open("a", encoding="utf-8") as file:
        file.write("A8;20/03/2026 10:00;Budi;081311112222;Kemeja (retur);-1;250.000;-250.000;Selesai\n")
    answer = json.loads(batikrfm("analyze", shop, "--json").out)
    assert (answer["as_of"], answer["revenue"]) == ("2026-03-01", 660_000 - 250_000)
    assert json.loads(batikrfm("analyze", shop, "--json", "--as-of", "2026-03-01").out)["revenue"] == 660_000


def test_a_window_looks_only_at_its_days(batikrfm: Batikrfm, shop: Path) -> None:
    answer = json.loads(batikrfm("analyze", shop, "--json", "--since-days", "20").out)
    assert answer["customers"] == 1


def test_analyze_without_a_database_imports_none(batikrfm_process: Batikrfm, shop: Path) -> None:
    said = batikrfm_process("analyze", shop, "--json", PYTHONPROFILEIMPORTTIME="1")
    assert said.code == 0
    imported = {line.rpartition("|")[2].strip() for line in said.err.splitlines()}
    assert "polars" in imported
    assert not imported & {"asyncpg", "piccolo", "rich", "openpyxl", "litestar", "batikrfm.db", "cryptography", "pyarrow"}
