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
    script = "\n".join(f"{{ {command.command}\n}} 2>&1; echo; echo '{MARK}'$?" for command in commands)
    environment = {
        "HOME": str(folder),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.defpath]),
        "COLUMNS": "100",
        "LC_ALL": "C.UTF-8",
        "BATIKRFM_DATA_DIR": str(folder / "data"),
    }
    done = subprocess.run(["bash"], input=script, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    parts = re.split(rf"\n{re.escape(MARK)}(\d+)\n", done.stdout)
    return [(int(code), output) for output, code in zip(parts[::2], parts[1::2], strict=False)]


@pytest.mark.parametrize("page", PAGES, ids=[f"{page.parent.name}/{page.stem}" for page in PAGES])
def test_the_commands_of_a_page_print_what_it_shows(page: Path, tmp_path: Path) -> None:
    commands: list[Shown] = []
    for block in BLOCK.finditer(page.read_text(encoding="utf-8")):
        if block["kind"] == "console":
            commands += shown(block["body"])
        elif block["name"]:
            (tmp_path / block["name"]).write_text(block["body"], encoding="utf-8")
    if not commands:
        pytest.skip("a page without commands")
    for command, (code, printed) in zip(commands, run(commands, tmp_path), strict=True):
        assert code == command.code, f"{command.command}\n{printed}"
        if command.output.strip():
            assert pattern(command.output).fullmatch(printed.rstrip("\n") + "\n"), (
                f"{command.command}\nprinted:\n{printed}\nshown:\n{command.output}"
            )
