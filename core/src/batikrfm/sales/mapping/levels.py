"""Whether an amount is that of a line or of the whole order, told by its values."""

from __future__ import annotations

from enum import Enum, auto
from typing import Final

import polars as pl

from batikrfm.sales.mapping.profile import Profile
from batikrfm.sdk.money import MONEY_SCALE

_MOST: Final = 0.95
_ENOUGH_ORDERS: Final = 3
_A_CENT: Final = MONEY_SCALE // 100


class Level(Enum):
    """``EITHER``: no order has several lines, so it makes no difference. ``UNSURE``: too few have, and they can be read both ways."""

    LINE = auto()
    ORDER = auto()
    EITHER = auto()
    UNSURE = auto()


def level(amount: Profile, order_id: Profile | None, quantity: Profile | None, unit_price: Profile | None) -> Level:
    """The level of ``amount``. Price times quantity makes a line's; the same amount on each line of the orders an order's."""
    if quantity is not None and unit_price is not None and is_product(amount, quantity, unit_price):
        return Level.LINE
    if order_id is None:
        return Level.LINE
    rows = pl.DataFrame({"order": order_id.cells.codes, "amount": amount.e4}).drop_nulls("order")
    orders = rows.group_by("order").agg(pl.len().alias("lines"), pl.col("amount").drop_nulls().n_unique().alias("amounts"))
    several = orders.filter(pl.col("lines") > 1)
    if several.is_empty():
        return Level.EITHER
    same = float((several["amounts"] <= 1).mean() or 0.0)  # type: ignore[arg-type]  # the mean of Booleans is a float
    if same < _MOST:
        return Level.LINE
    return Level.ORDER if several.height >= _ENOUGH_ORDERS else Level.UNSURE


def is_product(amount: Profile, quantity: Profile, unit_price: Profile) -> bool:
    """Whether ``amount`` is price times quantity in nearly all rows, some of which have a quantity other than one."""
    rows = pl.DataFrame({"amount": amount.e4, "quantity": quantity.e4, "price": unit_price.e4}).drop_nulls()
    telling = rows.filter((pl.col("quantity") != MONEY_SCALE) & (pl.col("price") != 0))
    if telling.is_empty():
        return False
    product = pl.col("quantity").cast(pl.Int128) * pl.col("price")
    apart = (product - pl.col("amount").cast(pl.Int128) * MONEY_SCALE).abs()
    return bool(telling.select((apart < MONEY_SCALE * _A_CENT).mean() >= _MOST).item())
