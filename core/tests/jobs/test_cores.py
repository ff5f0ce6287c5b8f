"""A worker's polars takes half of the cores, or as many as it is told."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SIZE = "from batikrfm.jobs.cores import leave_cores; leave_cores(); import polars; print(polars.thread_pool_size())"


@pytest.mark.parametrize("told", [None, 3])
def test_polars_has_half_of_the_cores_or_what_it_is_told(told: int | None) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "POLARS_MAX_THREADS"}
    if told:
        environment["POLARS_MAX_THREADS"] = str(told)
    said = subprocess.run([sys.executable, "-c", SIZE], env=environment, capture_output=True, text=True, check=True).stdout
    assert int(said) == (told or max(1, (os.cpu_count() or 1) // 2))


def test_nothing_that_a_worker_brings_along_has_brought_polars_before() -> None:
    """Then it would be too late."""
    code = "import sys; from batikrfm.cli import services; from batikrfm.jobs import cores; print('polars' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "False"
