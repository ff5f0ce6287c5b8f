"""What parsing answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

LINES: Final = pl.Schema(
    {
        "line": pl.UInt32(),
        "order_id": pl.String(),
        "ordered_at": pl.Datetime("us", "UTC"),
        "status": pl.String(),
        "customer": pl.String(),
        "name": pl.String(),
        "phone": pl.String(),
        "email": pl.String(),
        "product": pl.String(),
        "channel": pl.String(),
        "quantity_e4": pl.Int64(),
        "unit_price_e4": pl.Int64(),
        "line_total_e4": pl.Int64(),
        "order_total_e4": pl.Int64(),
        "discount_e4": pl.Int64(),
        "returned_quantity_e4": pl.Int64(),
    }
)
"""One row for each row of the sheet that was understood, in the sheet's order. ``ordered_at`` is never null; ``line`` never either."""

REJECTED: Final = pl.Schema(
    {
        "file": pl.String(),
        "sheet": pl.String(),
        "line": pl.UInt32(),
        "reason": pl.String(),
        "values": pl.String(),
    }
)
"""One row for each row that was not: ``reason`` is a ``Reason``, ``values`` the cells that caused it as ``Header: cell; Header: cell``."""


@dataclass(frozen=True)
class Parsed:
    """A sheet's rows, understood or rejected: ``lines.height + rejected.height`` is the number of rows read.

    ``unknown_statuses`` are words of the status column that we do not know; their lines count as sales until a person says otherwise
    with ``--map status.<word>=cancelled``.
    """

    lines: pl.DataFrame
    rejected: pl.DataFrame
    unknown_statuses: tuple[str, ...] = ()
