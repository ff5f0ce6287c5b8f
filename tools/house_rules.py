"""Our own lint rules: what ruff, mypy and import-linter cannot know about this product.

``rules_code`` reads the code of our packages, ``rules_tree`` every tracked file. Each rule has its own test in tests/architecture.
Prints one line a finding and exits 1 if there is one.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import rules_code
import rules_tree
from findings import Finding

ROOT = Path(__file__).resolve().parent.parent


def tracked_files(root: Path) -> list[Path]:
    """Every file that git keeps or would keep, relative to ``root``, in order."""
    listing = subprocess.check_output(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=root, text=True)
    paths = [Path(name) for name in sorted(set(listing.split("\0"))) if name]
    return [path for path in paths if (root / path).is_file()]


def findings(root: Path) -> Iterator[Finding]:
    """Everything that breaks a rule of the house in the tree at ``root``."""
    paths = tracked_files(root)
    yield from rules_tree.check(root, paths)
    yield from rules_code.check(root, [path for path in paths if path.suffix == ".py" and "src" in path.parts])


def main() -> int:
    """Check the tree that this file belongs to."""
    found = list(findings(ROOT))
    for finding in found:
        print(finding)
    print(f"house rules: {len(found)} finding(s)" if found else "house rules: all kept")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
