"""``batikrfm.sdk`` is one page: light, complete, consistent."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from batikrfm import sdk

SOURCE = Path(sdk.__file__)


def imported_for_types() -> dict[str, str]:
    """The public names as type checkers see them: name -> module."""
    return {
        alias.name: node.module.rpartition(".")[2]
        for node in ast.walk(ast.parse(SOURCE.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("batikrfm.sdk.")
        for alias in node.names
    }


def test_what_runs_is_what_type_checkers_see() -> None:
    assert imported_for_types() == sdk._HOME_OF  # noqa: SLF001 - the table under test
    assert sorted(sdk.__all__) == sorted(sdk._HOME_OF)  # noqa: SLF001 - the table under test


@pytest.mark.parametrize("name", sdk.__all__)
def test_every_name_is_there_and_lives_where_the_page_says(name: str) -> None:
    home = importlib.import_module(f"batikrfm.sdk.{sdk._HOME_OF[name]}")  # noqa: SLF001 - the table under test
    assert getattr(sdk, name) is getattr(home, name)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Sekret'"):
        sdk.Sekret  # noqa: B018 - reading it is the test


def loaded_by(statement: str) -> set[str]:
    script = f"import sys; before = set(sys.modules); {statement}; print('\\n'.join(set(sys.modules) - before))"
    return set(subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split())


def test_importing_the_page_loads_nothing_else() -> None:
    loaded = loaded_by("import batikrfm.sdk") - loaded_by("import typing, importlib")
    assert loaded <= {"batikrfm", "batikrfm.sdk", "__future__"}


def test_no_name_of_the_page_needs_polars_or_anything_else_that_is_heavy() -> None:
    loaded = loaded_by("from batikrfm.sdk import *")
    packages = {name.partition(".")[0] for name in loaded if not name.startswith("_sysconfigdata")} - set(sys.stdlib_module_names)
    assert packages <= {"batikrfm", "pluggy", "pydantic", "pydantic_core", "annotated_types", "typing_extensions", "typing_inspection"}
    homes = {"batikrfm.sdk", *(f"batikrfm.sdk.{home}" for home in sdk._HOME_OF.values())}  # noqa: SLF001 - the table under test
    assert {name for name in loaded if name.startswith("batikrfm.")} <= homes
