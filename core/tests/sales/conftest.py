from __future__ import annotations

import datetime as dt
import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import polars as pl
import pytest

from batikrfm.sales.lines import LINES, SheetLines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def _load_exports() -> Any:  # noqa: ANN401 - a module that is found by its path has no static type
    """The module beside this file: test folders are no packages (importlib mode), so it is loaded by its path."""
    spec = importlib.util.spec_from_file_location("batikrfm_test_exports", Path(__file__).with_name("exports.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


_exports = _load_exports()


class ExportFile(Protocol):
    """``export_file("shopee_order_all_2026", rows=50)`` writes that export of made-up sales and returns its path."""

    def __call__(
        self, layout: str, *, rows: int = 20, seed: int = 7, lines: Sequence[Any] | None = None, folder: Path | None = None
    ) -> Path: ...


@pytest.fixture(scope="session")
def exports() -> Any:  # noqa: ANN401 - see _load_exports
    """The generators: ``LAYOUTS``, ``HEADERS``, ``SaleLine``, ``sale_lines(rows, seed)``, ``export_table``, ``write_xlsx/xls/csv``."""
    return _exports


@pytest.fixture
def export_file(tmp_path: Path) -> ExportFile:
    def write(layout: str, *, rows: int = 20, seed: int = 7, lines: Sequence[Any] | None = None, folder: Path | None = None) -> Path:
        return Path(_exports.write_export(layout, _exports.sale_lines(rows, seed) if lines is None else lines, folder or tmp_path))

    return write


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
