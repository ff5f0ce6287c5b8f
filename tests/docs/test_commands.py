"""The commands that the documents show do what the documents say.

A ``console`` block holds commands after ``$`` and below each what it prints: a line ``...`` stands for any lines, ``...`` inside a
line for any text, nothing at all for anything. ``# exit code 1`` behind a command says that it fails. A ``csv NAME`` or ``text NAME``
block is a file that the reader is asked to write. A page's commands run one after the other in one shell, in an empty folder.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
TOUR = {"toko-anda.md", "your-shop.md", "kampanye.md", "campaigns.md"}
"""What happens in a browser; test_tour.py looks at these."""
PAGES = sorted(page for folder in ("tutorial", "how-to", "explanation", "reference") for page in DOCS.joinpath(folder).glob("*.md"))
BLOCK = re.compile(r"^```(?P<kind>console|csv|text) ?(?P<name>\S*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = "=== end of command, exit code "


@dataclass(frozen=True)
class Shown:
    """One command of a page, what the page shows below it, and the exit code that it ends with."""

    command: str
    output: str
    code: int


def shown(body: str) -> Iterator[Shown]:
    """The commands of one console block."""
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        bare, _, code = command.partition("  # exit code ")
        yield Shown(bare, output, int(code or 0))


def pattern(output: str) -> re.Pattern[str]:
    """What a command has to print to match ``output``, spaces at the ends of lines apart."""
    lines = [line.rstrip() for line in output.splitlines()]
    return re.compile("".join("(?:.*\n)*" if line == "..." else re.escape(line).replace(r"\.\.\.", ".*") + " *\n" for line in lines))


def run(commands: list[Shown], folder: Path) -> list[tuple[int, str]]:
    """Run the commands in one shell; exit code and output of each."""
    script = "\n".join(f"{{ {command.command}\n}} 2>&1; code=$?; echo; echo '{MARK}'$code" for command in commands)
    environment = {
        "HOME": str(folder),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.defpath]),
        "COLUMNS": "160",
        "LC_ALL": "C.UTF-8",
        "BATIKRFM_DATA_DIR": str(folder / "data"),
    }
    done = subprocess.run(["bash"], input=script, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    parts = re.split(rf"\n{re.escape(MARK)}(\d+)\n", done.stdout)
    return [(int(code), output.replace("\N{NO-BREAK SPACE}", " ")) for output, code in zip(parts[::2], parts[1::2], strict=False)]


def check(text: str, folder: Path) -> int:
    """Run the commands of a page with this text and compare; how many there were."""
    commands: list[Shown] = []
    for block in BLOCK.finditer(text):
        if block["kind"] == "console":
            commands += shown(block["body"])
        elif block["name"]:
            (folder / block["name"]).write_text(block["body"], encoding="utf-8")
    for command, (code, printed) in zip(commands, run(commands, folder), strict=True):
        assert code == command.code, f"{command.command}\n{printed}"
        if command.output.strip():
            matches = pattern(command.output).fullmatch(printed.rstrip("\n") + "\n")
            assert matches, f"{command.command}\nprinted:\n{printed}\nshown:\n{command.output}"
    return len(commands)


@pytest.mark.parametrize("page", PAGES, ids=[f"{page.parent.name}/{page.stem}" for page in PAGES])
def test_the_commands_of_a_page_print_what_it_shows(page: Path, tmp_path: Path) -> None:
    check(page.read_text(encoding="utf-8"), tmp_path)


def test_every_page_that_teaches_runs_commands() -> None:
    taught = [page for page in PAGES if page.parent.name in ("tutorial", "how-to") and page.name not in TOUR]
    assert taught
    assert [page.name for page in taught if "```console" not in page.read_text(encoding="utf-8")] == []


WRONG = ["$ echo one\ntwo\n", "$ echo one\n...\ntwo\n", "$ false\n", "$ echo one  # exit code 1\n", "$ echo one; echo two\none\n"]
RIGHT = """\
```csv a.csv
1,2
3,4
```
```console
$ export X=5
$ cat a.csv
1,2
...
$ echo $X and more
5 ... more
$ false  # exit code 1
```
"""


@pytest.mark.parametrize("block", WRONG)
def test_a_page_that_is_wrong_is_found(block: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        check(f"```console\n{block}```\n", tmp_path)


def test_a_page_that_is_right_is_not(tmp_path: Path) -> None:
    assert check(RIGHT, tmp_path) == 4
