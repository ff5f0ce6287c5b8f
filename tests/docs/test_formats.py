"""The reference of JSON and CSV names exactly what is written."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from batikrfm.cli import cli

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
SALES = """\
Date,Customer,Total
2026-03-02,siti,100000
2026-03-05,joko,75000
2026-03-09,siti,50000
kemarin,rina,98000
2026-03-12,dewi,60000
"""


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, object], Path]:
    """The object that ``--json`` prints, and the folder with the reports."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "sales.csv").write_text(SALES, encoding="utf-8")
    outcome = CliRunner().invoke(cli, ["analyze", str(folder / "sales.csv"), "--json", "--output", str(folder)], catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.stderr
    printed = json.loads(outcome.stdout)
    assert isinstance(printed, dict)
    return printed, folder


def explained(page: str, after: str) -> list[str]:
    """The names in the first column of the first table behind ``after``."""
    text = (REFERENCE / page).read_text(encoding="utf-8")
    table = text[text.index(after) :].partition("\n| ---")[2].partition("\n\n")[0]
    return re.findall(r"^\| `(\w+)` ", table, flags=re.MULTILINE)


def test_the_json_object_is_explained_key_by_key(answer: tuple[dict[str, object], Path]) -> None:
    printed = answer[0]
    segments = printed["segments"]
    assert isinstance(segments, list)
    assert explained("json.md", "# JSON") == list(printed)
    assert explained("json.md", "Each of `segments`") == list(segments[0])


def test_every_outcome_is_named(answer: tuple[dict[str, object], Path]) -> None:
    outcomes = answer[0]["rows_by_outcome"]
    assert isinstance(outcomes, dict)
    row = next(line for line in (REFERENCE / "json.md").read_text(encoding="utf-8").splitlines() if line.startswith("| `rows_by_outcome`"))
    assert set(re.findall(r"`(\w+)`", row)) == {"rows_by_outcome", "rows", *outcomes}


@pytest.mark.parametrize("name", ["customers.csv", "rejected.csv"])
def test_the_columns_of_a_report_are_explained(answer: tuple[dict[str, object], Path], name: str) -> None:
    with (answer[1] / name).open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    assert explained("report-files.md", f"## {name}") == header
