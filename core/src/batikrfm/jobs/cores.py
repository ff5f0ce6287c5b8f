"""How much of a machine a worker takes for one piece of work."""

from __future__ import annotations

import os
from typing import Final

POLARS_THREADS: Final = "POLARS_MAX_THREADS"


def leave_cores() -> None:
    """Have polars use half of the machine's cores, unless the environment says how many. It counts only before polars is imported.

    Most shops are small, and what it does for them takes less than to hand it over to a thread and back; the other half is the
    database's and other workers'.
    """
    os.environ.setdefault(POLARS_THREADS, str(max(1, (os.cpu_count() or 1) // 2)))
