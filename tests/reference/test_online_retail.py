"""The main job on a real file gives the figures that others computed, for every customer."""

from __future__ import annotations

import csv
import gzip
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "online_retail"

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="needs the Online Retail files in ../shared/data")


@pytest.fixture(scope="module")
def latin1(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("csv") / "online_retail.csv"
    with gzip.open(DATA / "online_retail_latin1_crlf.csv.gz") as packed, path.open("wb") as plain:
        shutil.copyfileobj(packed, plain)
    return path


@pytest.mark.parametrize("form", ["xlsx", "csv", "csv.gz"])
def test_every_customer_is_as_the_reference_has_them(form: str, latin1: Path, tmp_path: Path) -> None:
    files = {"xlsx": DATA / "Online Retail.xlsx", "csv": latin1, "csv.gz": DATA / "online_retail_latin1_crlf.csv.gz"}
    batikrfm = Path(sys.executable).with_name("batikrfm")
    question = ["--returns", "ignore", "--as-of", "2011-12-10", "--json", "--output", str(tmp_path)]
    subprocess.run([batikrfm, "analyze", files[form], *question], check=True, capture_output=True)
    assert _ours(tmp_path / "customers.csv") == _reference()


def _ours(path: Path) -> dict[str, tuple[int, int, Decimal]]:
    with path.open(encoding="utf-8") as file:
        return {row["customer"]: (int(row["recency_days"]), int(row["frequency"]), _cents(row["monetary"])) for row in csv.DictReader(file)}


def _reference() -> dict[str, tuple[int, int, Decimal]]:
    with (DATA / "rfm_clean_2011-12-10.csv").open(encoding="utf-8") as file:
        return {
            row["CustomerID"]: (int(row["recency_days"]), int(row["frequency_invoices"]), _cents(row["monetary"]))
            for row in csv.DictReader(file)
        }


def _cents(amount: str) -> Decimal:
    return Decimal(amount).quantize(Decimal("0.01"))
