"""From what a customer bought in all to what a strategy looks at: recency, frequency and money."""

from __future__ import annotations

import datetime as dt
from typing import Final, NamedTuple

import polars as pl

from batikrfm.sales.returns import Returns

EPOCH: Final = dt.date(1970, 1, 1)
"""polars counts days from here, in 32 bits; subtracting those costs a tenth of making durations."""


class Kept(NamedTuple):
    """The columns of a customer's totals that one way of treating returns reads."""

    first: str
    last: str
    purchases: str
    money: str


COLUMNS: dict[Returns, Kept] = {
    "net": Kept("first_purchase_at", "last_purchase_at", "purchases", "net_e4"),
    "ignore": Kept("first_sale_at", "last_sale_at", "sales", "gross_e4"),
}


def strategy_input(totals: pl.DataFrame, *, as_of: dt.date, timezone: str, returns: Returns) -> pl.DataFrame:
    """The frame that strategies get: customer, recency_days (Int32), frequency, monetary (Int64).

    ``totals`` has ``customer`` and the columns of ``COLUMNS[returns]`` (times in UTC). Customers without a purchase are left out.
    Recency counts from the shop's calendar day of the last purchase, so a purchase at 23:59 was one day ago at midnight.
    """
    kept = COLUMNS[returns]
    last_day = pl.col(kept.last).dt.convert_time_zone(timezone).dt.date()
    bought = totals[kept.purchases] > 0
    buyers = totals if bought.all(ignore_nulls=False) else totals.filter(bought)  # the database has left the others out already
    return buyers.select(
        "customer",
        (pl.lit((as_of - EPOCH).days, pl.Int32) - last_day.to_physical()).alias("recency_days"),
        pl.col(kept.purchases).cast(pl.Int64).alias("frequency"),
        pl.col(kept.money).alias("monetary"),
    )
