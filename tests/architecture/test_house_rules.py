"""The tree keeps the rules of the house, and each rule refuses a sample that breaks it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import house_rules
import rules_code
from rules_code import Module

ROOT = Path(__file__).parents[2]

BROKEN = [
    ("third-party-home", "core/src/batikrfm/sales/parsing/dates.py", "import fastexcel"),
    ("third-party-home", "core/src/batikrfm/tenancy/hooks.py", "from pluggy import HookspecMarker"),
    ("async-only", "core/src/batikrfm/sales/storing.py", "result = Customer.select().run_sync()"),
    ("async-only", "core/src/batikrfm/db/engine.py", "import asyncio\nasyncio.run(main())"),
    ("cancel-kept", "core/src/batikrfm/jobs/broker.py", "async def wait(): await asyncio.wait_for(event.wait(), 1)"),
    ("sql-home", "core/src/batikrfm/web/pages.py", "rows = scope.fetch('select name from customers')"),
    ("sql-home", "core/src/batikrfm/cli/tenant.py", "rows = scope.fetch('''\n  INSERT INTO tenants VALUES ($1)''')"),
    ("sql-home", "plugins/llm_openai/src/batikrfm_llm_openai/usage.py", "READ = 'select sum(tokens) from usage'"),
    ("sql-built", "core/src/batikrfm/db/roles.py", "scope.execute(f'create role {name}')"),
    ("sql-built", "core/src/batikrfm/db/roles.py", "scope.execute('delete from customers where name = ' + name)"),
    ("sql-built", "core/src/batikrfm/db/roles.py", "scope.execute('update customers set name = %s' % name)"),
    ("sql-built", "core/src/batikrfm/db/roles.py", "scope.execute('select * from {}'.format(table))"),
    ("sql-built", "core/src/batikrfm/db/roles.py", "scope.execute(f'select a from {TABLE} ' + tail)"),
]
KEPT = [
    ("core/src/batikrfm/sales/reading/workbook.py", "import fastexcel"),
    ("core/src/batikrfm/db/roles.py", "scope.execute(f'create role {OWNER}'); scope.execute(f'drop table {identifier(table)}')"),
    ("core/src/batikrfm/sales/loading_sql.py", "_ONE: Final = 'x'\nREAD: Final = f'select {_ONE} from customers'"),
    ("core/src/batikrfm/db/roles.py", "scope.execute('select name from customers where id = $1', key)"),
    ("core/src/batikrfm/cli/words.py", "HELP = Text(id='Pilih', en='Select a file from the list.')"),
    ("core/src/batikrfm/cli/words.py", '"""select this or that from the docs."""'),
    ("core/src/batikrfm/cli/__init__.py", "import asyncio\nimport click\nasyncio.run(main())"),
]


def broken_rules(path: str, source: str) -> set[str]:
    module = Module.parse(Path(path), source)
    return {name for name, rule in rules_code.RULES.items() if list(rule(module))}


def test_the_tree_keeps_the_rules() -> None:
    assert [str(finding) for finding in house_rules.findings(ROOT)] == []


@pytest.mark.parametrize(("rule", "path", "source"), BROKEN)
def test_a_sample_that_breaks_a_rule_is_refused(rule: str, path: str, source: str) -> None:
    assert broken_rules(path, source) == {rule}


@pytest.mark.parametrize(("path", "source"), KEPT)
def test_a_sample_that_keeps_the_rules_is_not_refused(path: str, source: str) -> None:
    assert broken_rules(path, source) == set()


def test_every_code_rule_has_a_sample_that_breaks_it() -> None:
    assert {rule for rule, _, _ in BROKEN} == rules_code.RULES.keys()


HASH = "0" * 64
BROKEN_FILES = {
    "host": ("notes.md", "pip install --index-url https://py" + "pi.org/simple batikrfm\n"),
    "machine-path": ("notes.md", "cd /ro" + "ot/batikrfm\n"),
    "lock": ("requirements.lock", f"polars==2.1.0 \\\n    --hash=sha256:{HASH}\nnumpy==2.4.0\n"),
    "fragment": ("changelog.d/faster.md", "Faster.\n"),
    "system-scope": ("core/src/batikrfm/a.py", "system_scope('why')\n" * (rules_code.SYSTEM_SCOPES + 1)),
    "people-scope": ("tenants/src/batikrfm_tenants/a.py", "people_scope('why')\n" * (rules_code.PEOPLE_SCOPES + 1)),
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """An empty repository."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    return tmp_path


def write(tree: Path, name: str, text: str) -> None:
    path = tree / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("rule", BROKEN_FILES)
def test_a_file_that_breaks_a_rule_is_found(tree: Path, rule: str) -> None:
    name, text = BROKEN_FILES[rule]
    write(tree, name, text)
    assert {finding.rule for finding in house_rules.findings(tree)} == {rule}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("package-lock.json", '{"packages": {"node_modules/a": {"version": "1.0.0", "resolved": "somewhere"}}}\n'),
        ("requirements.lock", f"polars @ https://mirror.example/polars.whl \\\n    --hash=sha256:{HASH}\n"),
        ("requirements.lock", f"polars>=2 \\\n    --hash=sha256:{HASH}\n"),
        ("changelog.d/+faster.feature.md", "Faster\n"),
        ("changelog.d/+faster.feature.md", "Faster.\n\nAnd better.\n"),
        ("changelog.d/+faster.feat.md", "Faster.\n"),
    ],
)
def test_other_ways_to_break_them_are_found(tree: Path, name: str, text: str) -> None:
    write(tree, name, text)
    assert list(house_rules.findings(tree))


def test_a_good_file_of_each_kind_is_not_found(tree: Path) -> None:
    write(
        tree,
        "requirements.lock",
        "-e .\n-e ./core\npolars==2.1.0 ; python_version < '3.12'" + f" \\\n    --hash=sha256:{HASH}" * 2 + "\n",
    )
    write(tree, "changelog.d/+faster.feature.md", "Reading a sales file is twice as fast.\n")
    write(tree, "changelog.d/12.fix.md", "A date in 1900 is refused.\n")
    write(tree, "README.md", "Write to us, see https://example.org/home/work and run ./work/main.\n")
    write(tree, "picture.bin", "")
    (tree / "picture.bin").write_bytes(b"\xff\xfe\x00")
    assert list(house_rules.findings(tree)) == []
