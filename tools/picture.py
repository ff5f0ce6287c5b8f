"""Draws what ``batikrfm demo --lang en`` prints of the sample shop as the README's picture. Usage: python tools/picture.py FILE."""

from __future__ import annotations

import io
import re
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme

from batikrfm.cli.answering import Asked, Reading, from_files
from batikrfm.cli.screen import show
from batikrfm.sales.sample import write_sample

WIDTH = 80
SOGAN = TerminalTheme(
    background=(250, 246, 238),
    foreground=(62, 39, 22),
    normal=[(62, 39, 22), (160, 50, 30), (80, 110, 40), (176, 120, 20), (30, 70, 120), (120, 60, 110), (30, 110, 110), (150, 130, 105)],
)
"""The colours of batik from Solo: brown on cream."""
WEB_FONT = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
"""What rich writes to fetch a font from the network; the reader's own monospace font will do."""


def draw() -> str:
    """The picture, as SVG: the same for the same program."""
    with tempfile.TemporaryDirectory() as folder:
        file = write_sample(Path(folder))
        answered = from_files(Reading((file,), {}), Asked())
    console = Console(record=True, file=io.StringIO(), width=WIDTH, force_terminal=True, color_system="truecolor")
    show(answered.analysis, "en", console)
    svg = console.export_svg(title=f"batikrfm analyze {file.name} --lang en", theme=SOGAN, unique_id="segments")
    return WEB_FONT.sub("", svg)


def main(target: Path) -> None:
    """Write the picture to ``target``."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(draw(), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
