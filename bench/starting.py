"""How long ``batikrfm up`` takes on a data folder that exists, beside what its two largest parts take alone.

Usage: python bench/starting.py [ROUNDS].

*PostgreSQL*: the embedded server of that folder, until it lets somebody in. *application*: a process that imports and makes the web
application, and opens nothing. Both start at once in ``up``, so the larger of them is the floor. Ready is when ``/health/ready`` says so.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from batikrfm.db.reaching import reach
from batikrfm.settings import Settings

PROGRAM = (sys.executable, "-c", "from batikrfm.cli import main; main()")
MAKE_APPLICATION = "from batikrfm.web.serving import application; application()"
LOOK_EVERY = 0.01
HEAVY = ("polars", "litellm", "openai", "groq", "typst", "openpyxl")


@contextmanager
def up(folder: Path) -> Iterator[int]:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = int(trial.getsockname()[1])
    command = (*PROGRAM, "up", "--data-dir", str(folder), "--port", str(port))
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield port
        finally:
            process.send_signal(signal.SIGINT)


def until_ready(folder: Path) -> float:
    started = time.perf_counter()
    with up(folder) as port:
        while not ready(port):
            time.sleep(LOOK_EVERY)
        return time.perf_counter() - started


def ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def postgres_alone(folder: Path) -> float:
    async def main() -> float:
        started = time.perf_counter()
        async with reach(Settings(folder)):
            return time.perf_counter() - started

    return asyncio.run(main())


def application_alone(folder: Path) -> float:
    started = time.perf_counter()
    subprocess.run((sys.executable, "-c", MAKE_APPLICATION), env={**os.environ, "BATIKRFM_DATA_DIR": str(folder)}, check=True)
    return time.perf_counter() - started


def imported() -> list[str]:
    """Which heavy libraries a web process imports by being made: none."""
    command = f"{MAKE_APPLICATION}; import sys; print(*(name for name in {HEAVY!r} if name in sys.modules))"
    return subprocess.run((sys.executable, "-c", command), capture_output=True, text=True, check=True).stdout.split()


def main(rounds: int) -> None:
    ways: dict[str, Callable[[Path], float]] = {
        "PostgreSQL alone": postgres_alone,
        "application alone": application_alone,
        "batikrfm up": until_ready,
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        taken: dict[str, list[float]] = {way: [] for way in ways}
        for round_ in range(rounds + 1):
            for way, run in ways.items():
                took = run(folder)
                if round_:  # the first makes the folder
                    taken[way].append(took)
    floor = max(statistics.median(taken[way]) for way in list(ways)[:2])
    print("| | seconds (median) | min-max | x floor |\n|---|---|---|---|")
    for way, seconds in taken.items():
        median = statistics.median(seconds)
        print(f"| {way} | {median:.2f} | {min(seconds):.2f}-{max(seconds):.2f} | {median / floor:.2f} |")
    print(f"\nHeavy libraries that the web process has imported: {', '.join(imported()) or 'none'}.")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 5)
