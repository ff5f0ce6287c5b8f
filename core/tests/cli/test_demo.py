"""``batikrfm demo`` shows a shop, and ``--once`` finds every figure that does not add up."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from batikrfm.cli import cli
from batikrfm.cli.answering import Answered, Asked, Reading, from_files
from batikrfm.cli.demo_check import DemoFailedError, check
from batikrfm.sales.sample import write_sample


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Answered, Path]:
    """The sample shop's answer and the folder with its reports."""
    folder = tmp_path_factory.mktemp("shop")
    file = write_sample(folder)
    answered = from_files(Reading((file,), {}), Asked())
    answered.write(folder, "id")
    return answered, folder


@pytest.mark.parametrize(
    ("lang", "segment", "checked"), [("id", "Juara", "semua angka cocok"), ("en", "Champions", "every figure adds up")]
)
def test_it_shows_the_segments_and_what_to_try_next(tmp_path: Path, lang: str, segment: str, checked: str) -> None:
    outcome = CliRunner().invoke(cli, ["demo", "--once", "--output", str(tmp_path), "--lang", lang], catch_exceptions=False)
    assert outcome.exit_code == 0
    assert segment in outcome.stdout
    assert checked in outcome.stdout
    assert "analyze" in outcome.stdout
    assert {path.name for path in tmp_path.iterdir() if path.suffix == ".csv"} == {"customers.csv", "rejected.csv"}


def test_every_segment_and_every_outcome_has_somebody(shop: tuple[Answered, Path]) -> None:
    analysis = shop[0].analysis
    assert all(segment.customers for segment in analysis.scored.segments)
    assert all(analysis.rows_by_outcome.values()), analysis.rows_by_outcome
    assert analysis.scored.segmentation.mode == "quantile"


def drop_a_customer(folder: Path) -> None:
    lines = (folder / "customers.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "customers.csv").write_text("".join(lines[:-1]), encoding="utf-8")


def change_an_amount(folder: Path) -> None:
    with (folder / "customers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[1][3] = str(int(rows[1][3]) + 1)
    with (folder / "customers.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def change_the_workbook(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "segments.xlsx")
    book.worksheets[0]["B2"] = 1
    book.save(folder / "segments.xlsx")


SABOTAGE: dict[str, tuple[Callable[[Path], None], str]] = {
    "a customer is missing": (drop_a_customer, "customers.csv"),
    "money differs": (change_an_amount, "customers.csv"),
    "the workbook differs": (change_the_workbook, "segments.xlsx"),
    "no workbook": (lambda folder: (folder / "segments.xlsx").unlink(), "segments.xlsx"),
    "no list of customers": (lambda folder: (folder / "customers.csv").unlink(), "customers.csv"),
    "no list of rejected rows": (lambda folder: (folder / "rejected.csv").unlink(), "rejected.csv"),
}


@pytest.mark.parametrize("sabotage", SABOTAGE)
def test_it_finds_a_report_that_is_not_what_was_shown(shop: tuple[Answered, Path], tmp_path: Path, sabotage: str) -> None:
    spoil, names = SABOTAGE[sabotage]
    folder = shutil.copytree(shop[1], tmp_path / "reports")
    check(shop[0], folder)
    spoil(folder)
    with pytest.raises(DemoFailedError, match=names):
        check(shop[0], folder)


def test_it_finds_rows_revenue_and_customers_that_do_not_add_up(shop: tuple[Answered, Path]) -> None:
    answered, folder = shop
    right = answered.analysis
    for wrong in (replace(right, rows=right.rows + 1), replace(right, revenue_e4=right.revenue_e4 + 1), replace(right, rows=0)):
        with pytest.raises(DemoFailedError) as raised:
            check(replace(answered, analysis=wrong), folder)
        assert raised.value.say("id").startswith("Hasil demo tidak cocok: ")
