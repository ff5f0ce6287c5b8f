"""What a line is worth by itself, exactly: 64-bit ten-thousandths, with 128 bits where two of them meet."""

from __future__ import annotations

import polars as pl

from batikrfm.sales.errors import TooMuchMoney
from batikrfm.sdk.money import MONEY_SCALE

LARGEST_AMOUNT = 10**12 * MONEY_SCALE
"""A single amount beyond a million million is a mistake in the file, not a sale."""

_LARGEST_PRODUCT = 2**62
"""Half of what 64 bits hold, which leaves room for rounding."""

_LARGEST_SUM = 9.0e18
"""Sums stay below this, so no 64-bit sum of any part of them can overflow (2^63 is 9.22e18; the check adds up in floats)."""


def own_amount(lines: pl.DataFrame) -> pl.Expr:
    """What each line says of itself: its total, or else price times quantity (one where the file says none) less the discount.

    Int64, or Int128 where a product may be absurd; null where the line says nothing. A discount makes a sale smaller and a refund smaller.
    A line without an order id is an order of its own, so its order's total will do.
    """
    kind = _kind_of_products(lines)
    quantity = pl.col("quantity_e4").fill_null(MONEY_SCALE).cast(kind)
    gross = _divide(pl.col("unit_price_e4").cast(kind) * quantity, pl.lit(MONEY_SCALE, kind))
    discount = pl.col("discount_e4").fill_null(0).cast(kind).abs()
    alone = pl.when(pl.col("order_id").is_null()).then(pl.col("order_total_e4").cast(kind))
    return pl.coalesce(pl.col("line_total_e4").cast(kind), gross - gross.sign() * discount, alone)


def _kind_of_products(lines: pl.DataFrame) -> type[pl.Int64 | pl.Int128]:
    """The smallest whole numbers that hold every price times every quantity; 128 bits take ten times as long."""
    price, quantity = lines.select(pl.col("unit_price_e4", "quantity_e4").abs().max().fill_null(0)).row(0)
    return pl.Int64 if price * max(quantity, MONEY_SCALE) < _LARGEST_PRODUCT else pl.Int128


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
