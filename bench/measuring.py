"""What every benchmark shares: whole processes timed in turn, and the table they end as."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """One finished process: wall seconds, and the peak resident memory of that process in MiB."""

    seconds: float
    peak_mib: float


@dataclass(frozen=True)
class Result:
    """The median of several runs, and by how much the runs differ."""

    name: str
    seconds: float
    spread: str
    peak_mib: float


def process(command: Sequence[str], env: Mapping[str, str] | None = None) -> Run:
    """Run ``command`` to its end, its output thrown away; it must succeed."""
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=env) as child:
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{' '.join(command)} ended with {child.returncode}")
    return Run(time.perf_counter() - started, usage.ru_maxrss / 1024)


def fixed_work() -> float:
    """How fast the machine is at this moment: milliseconds of processor time that always the same work takes."""
    started = time.thread_time()
    sum(n * n % 7 for n in range(40_000))
    return (time.thread_time() - started) * 1_000


def in_turn(runs: Mapping[str, Callable[[], Run]], times: int = 5) -> dict[str, Result]:
    """Each of ``runs`` once to warm up, then ``times`` rounds of all of them one after the other, so that a slow spell hits all alike."""
    for run in runs.values():
        run()
    taken: dict[str, list[Run]] = {name: [] for name in runs}
    for _ in range(times):
        for name, run in runs.items():
            taken[name].append(run())
    return {name: _result(name, done) for name, done in taken.items()}


def _result(name: str, runs: list[Run]) -> Result:
    seconds = sorted(run.seconds for run in runs)
    return Result(name, statistics.median(seconds), f"{seconds[0]:.2f}-{seconds[-1]:.2f}", statistics.median(run.peak_mib for run in runs))


def table(results: Mapping[str, Result], floor_of: Mapping[str, str]) -> str:
    """A markdown table; ``floor_of`` names for each row the row that it is compared with."""
    lines = ["| | seconds (median) | min-max | x floor | peak MiB | x floor |", "|---|---|---|---|---|---|"]
    for name, result in results.items():
        floor = results[floor_of.get(name, name)]
        ratios = ("", "") if floor is result else (f"{result.seconds / floor.seconds:.2f}", f"{result.peak_mib / floor.peak_mib:.2f}")
        lines.append(f"| {name} | {result.seconds:.2f} | {result.spread} | {ratios[0]} | {result.peak_mib:.0f} | {ratios[1]} |")
    return "\n".join(lines)
