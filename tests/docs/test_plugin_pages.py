"""The pages for plugin authors: run as written, and true about every hook, error and version. The checks are broken on purpose too.

Blocks with a name (``python bloom.py``) are files that the reader writes; ``console`` blocks hold commands after ``$`` and what they
print, where ``...`` stands for any lines or any text. The one thing that is played is ``pip install --editable .``: its metadata is
put onto the path.
"""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

import sdk_signatures
from batikrfm.sdk import hooks, plugin_errors
from batikrfm.sdk.errors import PluginError

DOCS = Path(__file__).parents[2] / "docs" / "plugins"
PAGES = sorted(DOCS.glob("*.md"))
BLOCK = re.compile(r"^```(?P<kind>\w+) ?(?P<name>\S*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
END = "=== end of command, exit code "
PRELUDE = "pip() { :; }\n"
HEADING = re.compile(r"^### `(\w+)(.*)`$", re.MULTILINE)
SINCE = re.compile(r"\.\. versionadded:: ([0-9.]+)")


@dataclass(frozen=True)
class Shown:
    command: str
    output: str
    code: int


def commands_of(page: str) -> list[Shown]:
    """What the page's console blocks show, in order."""
    shown = []
    for block in BLOCK.finditer(page):
        for part in re.split(r"^\$ ", block["body"], flags=re.MULTILINE)[1:] if block["kind"] == "console" else ():
            command, _, output = part.partition("\n")
            bare, _, code = command.partition("  # exit code ")
            shown.append(Shown(bare, output, int(code or 0)))
    return shown


def write_files(page: str, folder: Path) -> None:
    """Write the page's files into ``folder``; where there is a ``pyproject.toml``, install what it describes."""
    for block in BLOCK.finditer(page):
        if block["name"]:
            (folder / block["name"]).write_text(block["body"], encoding="utf-8")
    if (folder / "pyproject.toml").exists():
        project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        info = folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
        info.mkdir()
        needs = "".join(f"Requires-Dist: {one}\n" for one in project["dependencies"])
        (info / "METADATA").write_text(f"Metadata-Version: 2.4\nName: {project['name']}\nVersion: {project['version']}\n{needs}")
        points = "".join(f"{name} = {value}\n" for name, value in project["entry-points"]["batikrfm"].items())
        (info / "entry_points.txt").write_text(f"[batikrfm]\n{points}")


def run(commands: list[Shown], folder: Path) -> list[tuple[int, str]]:
    """Run the commands in one shell; exit code and output of each."""
    script = PRELUDE + "\n".join(f"{{ {shown.command}\n}} 2>&1; code=$?; echo; echo '{END}'$code" for shown in commands)
    environment = {
        "HOME": str(folder),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.defpath]),
        "PYTHONPATH": str(folder),
        "COLUMNS": "120",
        "LC_ALL": "C.UTF-8",
    }
    done = subprocess.run(["bash"], input=script, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    parts = re.split(rf"\n{re.escape(END)}(\d+)\n", done.stdout)
    return [(int(code), output) for output, code in zip(parts[::2], parts[1::2], strict=False)]


def matches(shown: str, printed: str) -> bool:
    """Whether ``printed`` is what the page shows: runs of spaces count as one, nothing shown means anything may be printed."""
    lines = [" ".join(line.split()) for line in shown.strip().splitlines()]
    wanted = "".join("(?:.*\n)*" if line == "..." else re.escape(line).replace(r"\.\.\.", ".*") + "\n" for line in lines)
    said = "".join(" ".join(line.split()) + "\n" for line in printed.strip().splitlines())
    return not lines or re.fullmatch(wanted, said) is not None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_does_what_it_shows(page: Path, tmp_path: Path) -> None:
    text = page.read_text(encoding="utf-8")
    write_files(text, tmp_path)
    commands = commands_of(text)
    for shown, (code, printed) in zip(commands, run(commands, tmp_path), strict=True):
        assert code == shown.code, f"{shown.command}\n{printed}"
        assert matches(shown.output, printed), f"{shown.command}\nprinted:\n{printed}\nshown:\n{shown.output}"


def test_the_tutorial_is_really_run(tmp_path: Path) -> None:
    text = (DOCS / "first-plugin.md").read_text(encoding="utf-8").replace("config.days\n", "config.dayz\n")
    write_files(text, tmp_path)
    ended = dict(zip([shown.command for shown in commands_of(text)], run(commands_of(text), tmp_path), strict=True))
    assert ended["python -m pytest -q test_bloom.py"][0] == 1
    assert ended["batikrfm analyze sales.csv --strategy bloom"][0] == 1


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("a\n...\nd\n", "a\nb\nc\nd\n", True),
        ("a ... d\n", "a    b c   d\n", True),
        ("", "anything\n", True),
        ("a\n", "a\nb\n", False),
        ("29 passed in ...\n", "28 passed in 1s\n", False),
    ],
)
def test_what_is_shown_has_to_be_printed(shown: str, printed: str, same: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert matches(shown, printed) is same


def findings_of_hooks(page: str) -> list[str]:
    """What a page of hooks gets wrong: signatures, hooks that are missing or were never, versions."""
    specifications = sdk_signatures.specifications()
    headings = dict(HEADING.findall(page))
    found = [f"{name} is no hook" for name in headings.keys() - specifications.keys()]
    for name, function in specifications.items():
        signature = sdk_signatures.signature_of(function)
        if headings.get(name) != signature:
            found.append(f"the page needs the heading: ### `{name}{signature}`")
        since = SINCE.search(function.__doc__ or "")
        if since is None:
            found.append(f"{name}: its docstring needs .. versionadded::")
        elif f"*Since {since[1]}.*" not in page.partition(f"### `{name}")[2].partition("### ")[0]:
            found.append(f"{name}: the page needs *Since {since[1]}.*")
    return found


def test_every_hook_has_a_heading_of_its_exact_signature_and_a_version() -> None:
    assert findings_of_hooks((DOCS / "hooks.md").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("before", "after", "finding"),
    [
        ("### `register_channels()", "### `register_channels(app)", "the page needs the heading: ### `register_channels()"),
        ("### `register_channels()", "## `register_channels()", "the page needs the heading: ### `register_channels()"),
        ("### `register_llm_providers()", "### `register_llms()", "register_llms is no hook"),
        ("Sequence[type[Channel[Any]]]`", "list`", "the page needs the heading: ### `register_channels()"),
        ("*Since 0.1.* Ways to reach", "Ways to reach", "register_channels: the page needs *Since 0.1.*"),
    ],
)
def test_a_page_that_is_wrong_about_a_hook_is_red(before: str, after: str, finding: str) -> None:
    page = (DOCS / "hooks.md").read_text(encoding="utf-8")
    assert before in page
    assert any(found.startswith(finding) for found in findings_of_hooks(page.replace(before, after)))


def test_a_hook_that_changes_or_has_no_version_is_red(monkeypatch: pytest.MonkeyPatch) -> None:
    page = (DOCS / "hooks.md").read_text(encoding="utf-8")

    def register_teapots(kind: str) -> None:
        """Offer teapots."""

    monkeypatch.setattr(hooks, "register_teapots", hooks.hookspec(register_teapots), raising=False)
    assert findings_of_hooks(page) == [
        "the page needs the heading: ### `register_teapots(kind: str) -> None`",
        "register_teapots: its docstring needs .. versionadded::",
    ]


def test_the_page_of_errors_says_which_are_tried_again() -> None:
    rows = re.findall(r"^\| `(\w+)` \|.*\| (.*) \|$", (DOCS / "boundary.md").read_text(encoding="utf-8"), re.MULTILINE)
    written = {name: said in {"yes", "after the wait"} for name, said in rows}
    by_the_host = {"CrashedError", "BrokenPromiseError"}
    real = {
        name: error.retryable
        for name, error in inspect.getmembers(plugin_errors, inspect.isclass)
        if issubclass(error, PluginError) and error is not PluginError
    }
    assert written == {name: retryable for name, retryable in real.items() if name not in by_the_host}
