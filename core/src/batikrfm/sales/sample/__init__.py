"""A made-up batik shop: believable sales to try the product on, the same for the same seed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from batikrfm.sales.sample.own_list import write_list
from batikrfm.sales.sample.shop import LAST_DAY, make_orders
from batikrfm.sales.sample.shopee import write_export


def write_sample(folder: Path, *, seed: int = 7, customers: int = 400, months: int = 14, last_day: dt.date = LAST_DAY) -> Path:
    """Write the shop's orders as the marketplace's own export, an ``Order.all...xlsx``, into ``folder`` and return its path.

    The cells depend on the arguments alone. Some rows are as real files have them: cancelled, returned, without a buyer, mistyped by hand.
    """
    orders = make_orders(seed=seed, customers=customers, months=months, last_day=last_day)
    days = [order.ordered_at for order in orders]
    path = folder / f"Order.all.{min(days):%Y%m%d}_{max(days):%Y%m%d}.xlsx"
    folder.mkdir(parents=True, exist_ok=True)
    write_export(path, orders, last_day)
    return path


def write_sample_list(folder: Path, *, last_day: dt.date, seed: int = 7, customers: int = 20_000, months: int = 18) -> Path:
    """Write the sales of a larger shop, up to ``last_day``, as a list of its own with every contact (made up, and reaching nobody)."""
    path = folder / f"penjualan-sampai-{last_day:%Y%m%d}.csv"
    folder.mkdir(parents=True, exist_ok=True)
    write_list(path, make_orders(seed=seed, customers=customers, months=months, last_day=last_day))
    return path
