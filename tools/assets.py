"""Builds the portal's styles and scripts into one folder whose name changes with its content, so that browsers may keep it for good.

``python tools/assets.py SOURCE TARGET``: from the portal's ``assets`` into ``dist``, by Tailwind and esbuild out of ``node_modules``.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from npm import Node, find_node

MODULES = Path("node_modules")
TAILWIND = MODULES / "@tailwindcss" / "cli" / "dist" / "index.mjs"
ESBUILD = MODULES / "esbuild" / "bin" / "esbuild"
FONT = MODULES / "@fontsource" / "plus-jakarta-sans" / "files" / "plus-jakarta-sans-latin-700-normal.woff2"
TARGETS = "--target=es2022,chrome110,firefox115,safari16"


def build(source: Path, target: Path) -> Path:
    """Build into a new folder inside ``target``, which then holds nothing else; that folder."""
    node = find_node()
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target) as work:
        folder = Path(work) / "made"
        folder.mkdir()
        _styles(node, source, folder)
        _scripts(node, source, folder)
        for picture in source.glob("*.svg"):
            shutil.copyfile(picture, folder / picture.name)
        shutil.copyfile(FONT, folder / "jakarta.woff2")
        made = target / fingerprint(folder)
        if not made.exists():
            folder.rename(made)
    for old in target.iterdir():
        if old.is_dir() and old != made:
            shutil.rmtree(old)
    return made


def fingerprint(folder: Path) -> str:
    """Twelve characters that stand for the names and bytes of the files in ``folder``."""
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _styles(node: Node, source: Path, folder: Path) -> None:
    command = [node.node, str(TAILWIND), "--minify", "--input", str(source / "app.css"), "--output", str(folder / "app.css")]
    _run(node, command)


def _scripts(node: Node, source: Path, folder: Path) -> None:
    options = ["--bundle", "--minify", "--format=esm", "--splitting", "--legal-comments=none", "--log-level=warning", TARGETS]
    _run(node, [node.node, str(ESBUILD), str(source / "app.js"), f"--outdir={folder}", "--chunk-names=[name]-[hash]", *options])


def _run(node: Node, command: list[str]) -> None:
    done = subprocess.run(command, env=node.environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{Path(command[1]).name} failed:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    print(f"assets: {build(Path(sys.argv[1]), Path(sys.argv[2])).name}")
