"""Prints how long our functions and files are, beside trees that are known to read well. Information, never a gate.

A function's length counts its nested functions and its docstring; "annotated" is the share of functions with a return annotation,
"explained" the share of public functions with a docstring.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from house_rules import ROOT, tracked_files

LONG = 50
ROW = "{:<20}{:>9}{:>18}{:>16}{:>9}{:>11}{:>11}"
OURS = {
    "core": "core/src",
    "tenants": "tenants/src",
    "plugins": "plugins",
    "migrations": "migrations/src",
    "tools": "tools",
    "bench": "bench",
}


@dataclass(frozen=True)
class Sizes:
    """What was counted in one tree; shares are per cent, ``files`` and ``functions`` are median, 95th percentile and longest."""

    tree: str
    lines: int
    files: tuple[int, int, int]
    functions: tuple[int, int, int]
    long: float
    annotated: float
    explained: float

    def cells(self) -> list[str]:
        """The cells of this tree's line in the table."""
        files, functions = (" / ".join(map(str, three)) for three in (self.files, self.functions))
        shares = [f"{self.long:.1f}%", f"{self.annotated:.0f}%", f"{self.explained:.0f}%"]
        return [self.tree, f"{self.lines:,}" if self.lines else "", files, functions, *shares]


MODELS = (
    Sizes("tox", 16_490, (92, 532, 656), (6, 33, 219), 2.2, 100, 22),
    Sizes("httpx", 8_827, (248, 1213, 2019), (9, 47, 133), 3.1, 100, 48),
    Sizes("pluggy", 1_736, (88, 672, 749), (8, 48, 93), 4.3, 100, 72),
    Sizes("litestar", 47_027, (92, 553, 1253), (12, 52, 321), 5.3, 100, 76),
    Sizes("litestar-fullstack", 11_904, (48, 353, 626), (14, 47, 155), 3.9, 100, 75),
    Sizes("netbox", 144_327, (90, 803, 9768), (8, 41, 295), 3.2, 3, 30),
    Sizes("datasette", 29_181, (164, 1389, 3314), (9, 87, 492), 9.9, 15, 26),
    Sizes("where we want to be", 0, (120, 350, 500), (12, 40, 80), 1.0, 100, 75),
)
"""Measured in the same way from those projects' sources in November 2026; the last line is our aim."""


def spread(values: Sequence[int]) -> tuple[int, int, int]:
    """Median, 95th percentile (nearest rank) and largest of ``values``; zeros for none."""
    if not values:
        return (0, 0, 0)
    ranked = sorted(values)
    return (round(median(ranked)), ranked[math.ceil(0.95 * len(ranked)) - 1], ranked[-1])


def measure(tree: str, sources: Iterable[str]) -> Sizes:
    """The sizes of the Python files whose texts are ``sources``."""
    texts = list(sources)
    functions = [node for text in texts for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    lengths = [(node.end_lineno or node.lineno) - node.lineno + 1 for node in functions]
    lines = [text.count("\n") for text in texts if text.strip()]
    public = [node for node in functions if not node.name.startswith("_")]
    return Sizes(
        tree,
        sum(lines),
        spread(lines),
        spread(lengths),
        _percent(sum(length > LONG for length in lengths), len(lengths)),
        _percent(sum(node.returns is not None for node in functions), len(functions)),
        _percent(sum(ast.get_docstring(node) is not None for node in public), len(public)),
    )


def ours(root: Path) -> Iterator[Sizes]:
    """The sizes of each part of our tree that has any Python in it, tests last."""
    paths = [path for path in tracked_files(root) if path.suffix == ".py"]
    tests = {path for path in paths if "tests" in path.parts}
    parts = {name: [path for path in paths if path.parts[0] == name and path not in tests] for name in OURS}
    for name, members in {**parts, "tests": sorted(tests)}.items():
        if members:
            yield measure(name, [(root / path).read_text(encoding="utf-8") for path in members])


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0


def main() -> None:
    """Print the table."""
    print("lengths in lines: median / 95th percentile / longest\n")
    print(ROW.format("", "lines", "files", "functions", f"over {LONG}", "annotated", "explained"))
    for sizes in [*ours(ROOT), None, *MODELS]:
        print(ROW.format(*sizes.cells()) if sizes else "")


if __name__ == "__main__":
    main()
