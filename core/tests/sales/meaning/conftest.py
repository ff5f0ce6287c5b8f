from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Protocol

import polars as pl
import pytest

from batikrfm.sales.lines import LINES, SheetLines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class SheetOf(Protocol):
    """``sheet_of([{"order_id": "1", "line_total": 10, ...}, ...])``: amounts and quantities in units, days after 2026-01-01 as ``day``."""

    def __call__(self, rows: Sequence[Mapping[str, Any]], *, family: str = "shop", file: str = "sales.csv") -> SheetLines: ...


@pytest.fixture(scope="session")
def sheet_of() -> SheetOf:
    def build(rows: Sequence[Mapping[str, Any]], *, family: str = "shop", file: str = "sales.csv") -> SheetLines:
        return SheetLines(file, None, family, pl.DataFrame([_row(number, row) for number, row in enumerate(rows, 2)], schema=LINES))

    return build


def _row(line: int, row: Mapping[str, Any]) -> dict[str, Any]:
    at = dt.datetime(2026, 1, 1, 5, tzinfo=dt.UTC) + dt.timedelta(days=row.get("day", 0))
    filled = {"line": line, "ordered_at": at} | {name: row[name] for name in row if name in LINES.names()}
    amounts = {
        f"{name}_e4": None if value is None else round(value * 10_000) for name, value in row.items() if f"{name}_e4" in LINES.names()
    }
    return dict.fromkeys(LINES.names()) | filled | amounts
