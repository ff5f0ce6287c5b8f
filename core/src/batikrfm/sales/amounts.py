"""What a line is worth by itself, exactly: 64-bit ten-thousandths, with 128 bits where two of them meet."""

from __future__ import annotations

import polars as pl

from batikrfm.sales.errors import TooMuchMoney
from batikrfm.sdk.money import MONEY_SCALE

LARGEST_AMOUNT = 10**12 * MONEY_SCALE
"""A single amount beyond a million million is a mistake in the file, not a sale."""

_LARGEST_SUM = 9.0e18
"""Sums stay below this, so no 64-bit sum of any part of them can overflow (2^63 is 9.22e18; the check adds up in floats)."""


def own_amount() -> pl.Expr:
    """What the line says of itself: its total, or else price times quantity (one where the file says none) less the discount.

    Int128, because the product may be absurd; null where the line says nothing. A discount makes a sale smaller and a refund smaller. A
    line without an order id is an order of its own, so its order's total will do.
    """
    quantity = pl.col("quantity_e4").fill_null(MONEY_SCALE).cast(pl.Int128)
    gross = _divide(pl.col("unit_price_e4").cast(pl.Int128) * quantity, pl.lit(MONEY_SCALE, pl.Int128))
    discount = pl.col("discount_e4").fill_null(0).cast(pl.Int128).abs()
    alone = pl.when(pl.col("order_id").is_null()).then(pl.col("order_total_e4").cast(pl.Int128))
    return pl.coalesce(pl.col("line_total_e4").cast(pl.Int128), gross - gross.sign() * discount, alone)


def kept_part(amount: pl.Expr) -> pl.Expr:
    """``amount`` (Int64) less the share of the quantity that came back."""
    quantity = pl.col("quantity_e4").cast(pl.Int128)
    returned = pl.col("returned_quantity_e4").cast(pl.Int128)
    partly = (returned > 0) & (returned < quantity)
    kept = _divide(amount.cast(pl.Int128) * (quantity - returned), quantity).cast(pl.Int64)
    return pl.when(partly).then(kept).otherwise(amount)


def refuse_overflow(lines: pl.DataFrame) -> None:
    """Raise :class:`TooMuchMoney` if the amounts of ``lines`` could overflow a 64-bit sum."""
    total: float = lines.select(pl.col("amount_e4").cast(pl.Float64).abs().sum()).item()
    if total > _LARGEST_SUM:
        raise TooMuchMoney


def _divide(number: pl.Expr, by: pl.Expr) -> pl.Expr:
    """``number / by`` rounded half away from zero; ``by`` is positive."""
    return number.sign() * ((number.abs() + by // 2) // by)
