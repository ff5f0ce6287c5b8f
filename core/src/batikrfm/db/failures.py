"""Failures of a statement that its caller has a sentence for; those of the server and its disk are the engine's business."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from batikrfm.sdk.errors import BatikError


@contextmanager
def out_of_range(error: type[BatikError]) -> Iterator[None]:
    """Raise ``error`` where a number does not fit into its column. The scope's transaction is lost then, as after any failed statement."""
    try:
        yield
    except asyncpg.NumericValueOutOfRangeError as cause:
        raise error from cause


@contextmanager
def already_there(error: type[BatikError]) -> Iterator[None]:
    """Raise ``error`` where another row has the value that must be one row's only. The scope's transaction is lost then."""
    try:
        yield
    except asyncpg.UniqueViolationError as cause:
        raise error from cause
