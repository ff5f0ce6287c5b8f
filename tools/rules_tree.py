"""Rules for every tracked file: what must not be written anywhere, lock files that anyone can use, changelog fragments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from findings import Finding

# Which host a package comes from is the machine's business: a mirror must be able to stand in for any of them.
HOST = re.compile(r"\b(pypi|pythonhosted|npmjs|yarnpkg|debian|ubuntu|anaconda|crates|rubygems|golang)\.(org|com|io)\b", re.IGNORECASE)
MACHINE_PATH = re.compile(r"(?<![\w.$])/(root|home|Users|work)/[\w.-]+")
FRAGMENT = re.compile(r"(\+[a-z0-9-]+|\d+)\.(feature|fix|plugin-api|misc)(\.\d+)?\.md")
LOCKED = re.compile(r"^[A-Za-z0-9._-]+==\S+.*(?:\n    --hash=sha256:[0-9a-f]{64}(?: \\)?)+$", re.MULTILINE)
PINNED = re.compile(r"^[A-Za-z0-9._-]+\s*[=<>~!@].*$", re.MULTILINE)


def check(root: Path, paths: Iterable[Path]) -> Iterator[Finding]:
    """Findings in the files at ``paths`` (relative to ``root``); files that are not UTF-8 text are passed over."""
    for path in paths:
        try:
            text = (root / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        yield from _places(path, text)
        if path.name in ("requirements.lock", "uv.txt", "package-lock.json"):
            yield from _lock_file(path, text)
        if path.parent == Path("changelog.d") and path.name != "README.md":
            yield from _fragment(path, text)


def _places(path: Path, text: str) -> Iterator[Finding]:
    for number, line in enumerate(text.splitlines(), start=1):
        if match := HOST.search(line):
            yield Finding(path, number, "host", f"names a package registry's host: {match[0]}")
        if match := MACHINE_PATH.search(line):
            yield Finding(path, number, "machine-path", f"a path of one machine: {match[0]}")


def _lock_file(path: Path, text: str) -> Iterator[Finding]:
    if ('"resolved"' if path.suffix == ".json" else "://") in text:
        yield Finding(path, 1, "lock", "a lock file names packages and hashes, never where they came from")
    if path.suffix != ".json" and len(LOCKED.findall(text)) != len(PINNED.findall(text)):
        yield Finding(path, 1, "lock", "every package needs an exact version and its hashes: make lock")


def _fragment(path: Path, text: str) -> Iterator[Finding]:
    if not FRAGMENT.fullmatch(path.name):
        yield Finding(path, 1, "fragment", "name it +slug.feature.md, .fix.md, .plugin-api.md or .misc.md (or with an issue's number)")
    if len(text.strip().splitlines()) != 1 or not text.strip().endswith("."):
        yield Finding(path, 1, "fragment", "one sentence on one line, for the person who uses the product")
