"""Pages and pictures that a command writes are what that command writes today."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import picture

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def test_the_command_line_reference_is_true(tmp_path: Path) -> None:
    """Written by a process of its own: click remembers in a command how it was called first, and other tests call some alone."""
    written = tmp_path / "cli.md"
    subprocess.run([sys.executable, ROOT / "tools" / "cli_reference.py", written], check=True)
    assert (DOCS / "reference" / "cli.md").read_text(encoding="utf-8") == written.read_text(encoding="utf-8"), "run: make reference"


def test_the_picture_shows_what_the_program_prints() -> None:
    assert (DOCS / "pictures" / "segments.svg").read_text(encoding="utf-8") == picture.draw(), "run: make picture"
