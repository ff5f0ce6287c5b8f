"""What can be said of a line of a sales file once it is parsed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


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
    a file gives the same orders whole and in parts. ``lines`` has the columns of ``parsing.LINES``.
    """

    file: str
    sheet: str | None
    family: str
    lines: pl.DataFrame
