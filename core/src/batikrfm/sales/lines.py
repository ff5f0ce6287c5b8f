"""The common form of every sales file: one row for each line that was understood, whatever the file looked like."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
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
"""Columns of the lines of one sheet. ``line`` and ``ordered_at`` are never null, elsewhere null is "the file does not say".

Amounts and quantities are ten-thousandths; ``status`` is one of :class:`Status`.
"""


class Status(StrEnum):
    """What became of an order, as far as money is concerned."""

    UNPAID = "unpaid"
    PAID = "paid"
    CANCELLED = "cancelled"
    RETURNED = "returned"


class Outcome(StrEnum):
    """What became of a row that was read. Every row has exactly one; the first that fits, in this order."""

    REJECTED = "rejected"
    CANCELLED = "cancelled"
    REFUND = "refund"
    WITHOUT_CUSTOMER = "without_customer"
    IMPORTED = "imported"


@dataclass(frozen=True)
class SheetLines:
    """The lines of one sheet.

    ``family`` names the layout (the header's fingerprint): what the file's columns mean is decided over all sheets of a family, so that
    a file gives the same orders whole and in parts. ``lines`` has the columns of :data:`LINES`.
    """

    file: str
    sheet: str | None
    family: str
    lines: pl.DataFrame


def without_nul(frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` with every NUL character, which PostgreSQL's text cannot hold, replaced by the sign for what cannot be shown."""
    texts = [name for name, kind in frame.schema.items() if kind == pl.String and frame[name].null_count() < frame.height]
    found = frame.select(pl.col(texts).str.contains("\x00", literal=True).any())
    bad = [name for name in texts if found[name].item()]
    return frame.with_columns(pl.col(bad).str.replace_all("\x00", "\ufffd", literal=True)) if bad else frame
