"""Pages and pictures that a command writes are what that command writes today."""

from __future__ import annotations

from pathlib import Path

import cli_reference
import picture

DOCS = Path(__file__).parents[2] / "docs"


def test_the_command_line_reference_is_true() -> None:
    assert (DOCS / "reference" / "cli.md").read_text(encoding="utf-8") == cli_reference.reference(), "run: make reference"


def test_the_picture_shows_what_the_program_prints() -> None:
    assert (DOCS / "pictures" / "segments.svg").read_text(encoding="utf-8") == picture.draw(), "run: make picture"
