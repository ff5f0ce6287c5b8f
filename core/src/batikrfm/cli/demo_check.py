"""Whether what ``batikrfm demo`` shows and writes adds up: the rows, the customers, the money, and the files read again."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from batikrfm.cli.answering import Answered
from batikrfm.sdk.errors import BatikError
from batikrfm.sdk.text import Language, Text
from batikrfm.segmentation import Analysis

FEWEST = {"rows": 1_000, "customers": 300}
"""The sample shop is at least so large: an empty answer adds up too."""

Figures = dict[str, tuple[int, Decimal]]
"""For each segment that has customers: how many, and their money."""


class DemoFailedError(BatikError):
    """Something does not add up. ``problems`` are what, in both languages."""

    text = Text(id="Hasil demo tidak cocok: {problems}.", en="The demo's outcome does not add up: {problems}.")

    def __init__(self, *problems: Text) -> None:
        self.problems = problems
        super().__init__()

    def say(self, language: Language = "id") -> str:
        """All problems in one sentence."""
        return self.text.say(language, problems="; ".join(problem.say(language) for problem in self.problems))


ROWS = Text(id="jumlah baris", en="the number of rows")
EMPTY = Text(id="toko contoh terlalu kecil", en="the sample shop is too small")
CUSTOMERS = Text(id="jumlah pelanggan di segmen", en="the customers of the segments")
REVENUE = Text(id="jumlah omzet", en="the revenue")
WORKBOOK = Text(id="isi segments.xlsx", en="what segments.xlsx says")
CUSTOMER_LIST = Text(id="isi customers.csv", en="what customers.csv says")
REJECTED = Text(id="isi rejected.csv", en="what rejected.csv says")


def check(answered: Answered, folder: Path) -> None:
    """Raise :class:`DemoFailedError` unless everything adds up, in memory and in the report files in ``folder``."""
    problems = tuple(problem for problem, holds in _checks(answered, folder) if not holds)
    if problems:
        raise DemoFailedError(*problems)


def _checks(answered: Answered, folder: Path) -> Iterator[tuple[Text, bool]]:
    analysis = answered.analysis
    shown = _shown(analysis)
    yield EMPTY, analysis.rows >= FEWEST["rows"] and analysis.customers >= FEWEST["customers"]
    yield ROWS, sum(analysis.rows_by_outcome.values()) == analysis.rows
    yield CUSTOMERS, sum(customers for customers, _ in shown.values()) == len(analysis.scored.segmentation.customers)
    # Nobody in the sample is owed money: all of it is a segment's or nobody's.
    yield REVENUE, sum((money for _, money in shown.values()), analysis.revenue_without_customer) == analysis.revenue
    yield WORKBOOK, _workbook(folder / "segments.xlsx", analysis) == shown
    yield CUSTOMER_LIST, _customer_list(folder / "customers.csv") == shown
    yield REJECTED, _lines(folder / "rejected.csv") == analysis.rows_by_outcome["rejected"] == len(answered.rejected)


def _shown(analysis: Analysis) -> Figures:
    return {summary.segment.key: (summary.customers, summary.revenue) for summary in analysis.scored.segments if summary.customers}


def _workbook(path: Path, analysis: Analysis) -> Figures:
    """What the first sheet of ``path`` says, its rows in the order of the segments; nothing where it does not exist."""
    from openpyxl import load_workbook

    if not path.exists():
        return {}
    rows = load_workbook(path, read_only=True).worksheets[0].iter_rows(min_row=2, min_col=2, max_col=4, values_only=True)
    found = zip(analysis.scored.segments, rows, strict=False)
    return {summary.segment.key: (int(str(row[0])), Decimal(str(row[2]))) for summary, row in found if row[0]}


def _customer_list(path: Path) -> Figures:
    """What ``path`` adds up to by segment; nothing where it does not exist."""
    if not path.exists():
        return {}
    figures: Figures = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            customers, money = figures.get(row["segment"], (0, Decimal(0)))
            figures[row["segment"]] = (customers + 1, money + Decimal(row["monetary"]))
    return figures


def _lines(path: Path) -> int | None:
    """Rows below the heading of ``path``; None where it does not exist."""
    if not path.exists():
        return None
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.DictReader(file))
