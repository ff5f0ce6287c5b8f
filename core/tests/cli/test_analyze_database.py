"""The same numbers come out of memory and out of PostgreSQL, to the last digit."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from batikrfm.sales.sample import write_sample

Batikrfm = Callable[..., Any]

RETAIL = Path(__file__).resolve().parents[4] / "shared" / "data" / "online_retail" / "Online Retail.xlsx"


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample(tmp_path_factory.mktemp("sample"), customers=150)


@pytest.mark.parametrize("strategy", ["rfm5", "rfm11"])
@pytest.mark.parametrize("returns", ["net", "ignore"])
@pytest.mark.parametrize("window", [[], ["--since-days", "120"], ["--as-of", "2026-01-15"]], ids=["all", "window", "past"])
def test_both_ways_agree(
    batikrfm: Batikrfm, sample: Path, data_dir: Path, tmp_path: Path, strategy: str, returns: str, window: list[str]
) -> None:
    question = ["analyze", sample, "--json", "--strategy", strategy, "--returns", returns, *window]
    memory = batikrfm(*question, "--output", tmp_path / "memory")
    database = batikrfm(*question, "--output", tmp_path / "database", "--db", "--data-dir", data_dir)
    assert (memory.code, memory.err) == (0, "")
    assert (database.code, database.err) == (0, "")
    assert json.loads(database.out)["customers"] > 20
    assert database.out == memory.out
    assert _customers(tmp_path / "database") == _customers(tmp_path / "memory")


def test_both_ways_agree_on_a_credit_note_after_the_last_sale(batikrfm: Batikrfm, shop: Path, data_dir: Path) -> None:
    with shop.open("a", encoding="utf-8") as file:
        file.write("A8;20/03/2026 10:00;Budi;081311112222;Kemeja (retur);-1;250.000;-250.000;Selesai\n")
    memory = batikrfm("analyze", shop, "--json")
    assert json.loads(memory.out)["revenue"] == 410_000
    assert batikrfm("analyze", shop, "--json", "--db", "--data-dir", data_dir).out == memory.out


def test_a_shop_of_its_own_is_gone_afterwards(batikrfm: Batikrfm, shop: Path, data_dir: Path) -> None:
    assert batikrfm("analyze", shop, "--json", "--db", "--data-dir", data_dir).code == 0
    assert json.loads(batikrfm("tenant", "list", "--json", "--data-dir", data_dir).out) == {"tenants": []}


def test_a_shop_of_its_own_is_gone_after_a_failure_too(batikrfm: Batikrfm, tmp_path: Path, data_dir: Path) -> None:
    nothing = tmp_path / "batal.csv"
    nothing.write_text(
        "No Pesanan;Tanggal;Nama Pelanggan;Total;Status\nA1;02/01/2026;Sari;300.000;Batal\nA2;03/01/2026;Budi;30.000;Batal\n"
    )
    assert batikrfm("analyze", nothing, "--json", "--db", "--data-dir", data_dir).code == 1
    assert json.loads(batikrfm("tenant", "list", "--json", "--data-dir", data_dir).out) == {"tenants": []}


@pytest.mark.skipif(not RETAIL.exists(), reason="needs Online Retail.xlsx in ../shared/data")
def test_both_ways_agree_on_half_a_million_rows(batikrfm: Batikrfm, data_dir: Path) -> None:
    question = ["analyze", RETAIL, "--json", "--returns", "ignore", "--as-of", "2011-12-10"]
    memory = batikrfm(*question)
    assert json.loads(memory.out)["customers"] == 4_338
    assert batikrfm(*question, "--db", "--data-dir", data_dir).out == memory.out


def _customers(folder: Path) -> list[str]:
    return sorted((folder / "customers.csv").read_text(encoding="utf-8").splitlines())


@pytest.fixture(autouse=True)
def _no_other_database(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("BATIKRFM_") or name == "DATABASE_URL"]:
        monkeypatch.delenv(name)
