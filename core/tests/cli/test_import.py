"""`batikrfm import`, as a user calls it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Batikrfm = Callable[..., Any]


@pytest.fixture
def importing(batikrfm: Batikrfm, data_dir: Path) -> Callable[..., Any]:
    """``importing(file, ...)`` imports into a tenant of this test's own."""
    batikrfm("tenant", "create", "Toko Batik", "--data-dir", data_dir)
    tenants = json.loads(batikrfm("tenant", "list", "--json", "--data-dir", data_dir).out)["tenants"]
    newest = max(tenants, key=lambda tenant: tenant["created_at"])["slug"]
    return lambda *arguments: batikrfm("import", newest, *arguments, "--data-dir", data_dir)


def test_what_was_read_and_what_changed_is_said(importing: Callable[..., Any], shop: Path) -> None:
    said = importing(shop, "--lang", "en")
    assert (said.code, said.err) == (0, "")
    assert "8 rows read: 4 used, 1 cancelled, 1 returned, 1 without a customer, 1 rejected." in said.out
    assert "Orders: 6 new, 0 updated, 0 as before. New customers: 2." in said.out
    assert "Add --output DIR to see the rejected rows." in said.out
    assert "batikrfm segment toko-batik" in said.out


def test_the_same_file_again_changes_nothing_and_says_so(importing: Callable[..., Any], shop: Path) -> None:
    importing(shop)
    assert "Nothing changed: everything in this file was there already (orders: 6)." in importing(shop, "--lang", "en").out
    assert "Tidak ada yang berubah: 6 pesanan di file ini sudah ada dan isinya sama." in importing(shop).out


def test_json_is_one_object(importing: Callable[..., Any], shop: Path) -> None:
    told = json.loads(importing(shop, "--json").out)
    assert told.pop("import")
    assert told == {
        "rows": 8,
        "rows_by_outcome": {"rejected": 1, "cancelled": 1, "refund": 1, "without_customer": 1, "imported": 4},
        "orders": {"new": 6, "changed": 0, "unchanged": 0},
        "customers": {"new": 2},
        "unknown_statuses": [],
    }


@pytest.mark.parametrize(("lang", "reason"), [("en", "The date cannot be read."), ("id", "Tanggalnya tidak bisa dibaca.")])
def test_rejected_rows_are_written_in_the_readers_language(
    importing: Callable[..., Any], shop: Path, tmp_path: Path, lang: str, reason: str
) -> None:
    said = importing(shop, "--output", tmp_path / "out", "--lang", lang)
    assert str(tmp_path / "out" / "rejected.csv") in said.out
    with (tmp_path / "out" / "rejected.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["file"], row["line"], row["reason"]) == ("penjualan.csv", "9", reason)


def test_what_a_person_said_of_the_columns_is_remembered(importing: Callable[..., Any], tmp_path: Path) -> None:
    unclear = tmp_path / "unclear.csv"
    unclear.write_text("x1,x2,x3\n2026-01-02,Sari,3000\n2026-01-03,Budi,5000\n", encoding="utf-8")
    choices = ["--map", "ordered_at=x1", "--map", "name=x2", "--map", "line_total=x3"]
    asked = importing(unclear)
    assert (asked.code, asked.out) == (1, "")
    assert "--map" in asked.err
    assert importing(unclear, *choices, "--no-save-mapping").code == 0
    assert importing(unclear).code == 1
    assert "What the columns mean is remembered" in importing(unclear, *choices, "--lang", "en").out
    again = importing(unclear, "--lang", "en")
    assert again.code == 0
    assert "Nothing changed" in again.out


def test_errors_are_one_sentence(batikrfm: Batikrfm, importing: Callable[..., Any], data_dir: Path, shop: Path, tmp_path: Path) -> None:
    for said, code in (
        (batikrfm("import", "nobody", shop, "--data-dir", data_dir), 1),
        (importing(tmp_path / "missing.csv"), 1),
        (importing(shop, "--map", "nonsense"), 2),
        (batikrfm("import", "toko-batik"), 2),
    ):
        assert (said.code, said.out) == (code, "")
        assert len(said.err.splitlines()) == 1
        assert "Traceback" not in said.err
