from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence


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
