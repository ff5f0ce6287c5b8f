"""import-linter's contracts hold, and each of them turns red when an import breaks it (tried on a copy of the packages)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETTINGS = ROOT / "pyproject.toml"
RUN = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(config_filename=sys.argv[1], no_cache=True))"

FORBIDDEN = [
    ("batikrfm.sales is not allowed to import batikrfm.segmentation", "batikrfm/sales/__init__.py", "import batikrfm.segmentation"),
    ("batikrfm.db is not allowed to import batikrfm.tenancy", "batikrfm/db/__init__.py", "import batikrfm.tenancy"),
    ("batikrfm.tenancy is not allowed to import batikrfm.plugins", "batikrfm/tenancy/__init__.py", "from batikrfm import plugins"),
    ("batikrfm.segmentation is not allowed to import batikrfm.reports", "batikrfm/segmentation/__init__.py", "import batikrfm.reports"),
    (
        "batikrfm.reports is not allowed to import batikrfm.cli",
        "batikrfm/reports/__init__.py",
        "if True:\n    import batikrfm.cli",
    ),
    ("batikrfm.sdk is not allowed to import batikrfm.plugins", "batikrfm/sdk/text.py", "import batikrfm.plugins"),
    ("batikrfm.testkit is not allowed to import batikrfm.sales", "batikrfm/testkit/__init__.py", "import batikrfm.sales"),
    ("batikrfm.jobs is not allowed to import batikrfm.sales", "batikrfm/jobs/__init__.py", "import batikrfm.sales"),
    ("are not listed as layers", "batikrfm/attic/__init__.py", ""),
    ("batikrfm.builtin is not allowed to import batikrfm.settings", "batikrfm/builtin/__init__.py", "import batikrfm.settings"),
    ("Illegal imports of protected package batikrfm.builtin", "batikrfm/plugins/__init__.py", "import batikrfm.builtin"),
    ("Illegal imports of protected package batikrfm.testkit", "batikrfm/cli/__init__.py", "import batikrfm.testkit"),
    ("Illegal imports of protected package batikrfm.settings", "batikrfm/sales/__init__.py", "import batikrfm.settings"),
    ("batikrfm is not allowed to import batikrfm_tenants", "batikrfm/cli/__init__.py", "import batikrfm_tenants"),
    ("batikrfm is not allowed to import batikrfm_llm_groq", "batikrfm/plugins/__init__.py", "import batikrfm_llm_groq"),
    ("batikrfm_migrations is not allowed to import batikrfm", "batikrfm_migrations/__init__.py", "import batikrfm.sdk.text"),
    ("batikrfm_llm_openai is not allowed to import batikrfm.db", "batikrfm_llm_openai/__init__.py", "import batikrfm.db"),
    ("batikrfm_llm_openai is not allowed to import batikrfm_llm_groq", "batikrfm_llm_openai/__init__.py", "import batikrfm_llm_groq"),
    ("batikrfm_channel_email is not allowed to import batikrfm_tenants", "batikrfm_channel_email/__init__.py", "import batikrfm_tenants"),
    ("batikrfm.sdk is not allowed to import asyncpg", "batikrfm/sdk/text.py", "import asyncpg"),
]


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """A copy of the source of every distribution, side by side."""
    for source in [*ROOT.glob("*/src"), *ROOT.glob("plugins/*/src")]:
        shutil.copytree(source, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def lint(packages: Path) -> tuple[int, str]:
    """import-linter's exit code and what it printed, unwrapped."""
    environment = {**os.environ, "PYTHONPATH": str(packages), "COLUMNS": "1000"}
    command = [sys.executable, "-c", RUN, str(SETTINGS)]
    answer = subprocess.run(command, cwd=packages, env=environment, capture_output=True, text=True, check=False)
    return answer.returncode, answer.stdout + answer.stderr


def test_every_import_keeps_to_the_floors(packages: Path) -> None:
    code, said = lint(packages)
    assert code == 0, said
    assert "0 broken" in said


@pytest.mark.parametrize(("complaint", "module", "line"), FORBIDDEN, ids=[f"{module}: {line}" for _, module, line in FORBIDDEN])
def test_a_forbidden_import_is_red(packages: Path, complaint: str, module: str, line: str) -> None:
    target = packages / module
    target.parent.mkdir(exist_ok=True)
    with target.open("a", encoding="utf-8") as source:
        source.write(f"\n{line}\n")
    code, said = lint(packages)
    assert code == 1, said
    assert complaint in said
