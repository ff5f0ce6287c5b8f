"""What parsing answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

REJECTED: Final = pl.Schema(
    {
        "file": pl.String(),
        "sheet": pl.String(),
        "line": pl.UInt32(),
        "reason": pl.String(),
        "values": pl.String(),
    }
)
"""One row for each row that was not understood: its ``Reason``, and the cells that caused it as ``Header: cell; Header: cell``."""


@dataclass(frozen=True)
class Parsed:
    """A sheet's rows, understood or rejected: ``lines.height + rejected.height`` is the number of rows read.

    ``unknown_statuses`` are words of the status column that we do not know; their lines count as sales until a person says otherwise
    with ``--map status.<word>=cancelled``.
    """

    lines: pl.DataFrame
    rejected: pl.DataFrame
    unknown_statuses: tuple[str, ...] = ()
