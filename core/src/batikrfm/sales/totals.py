"""What every customer bought in all, for both ways to treat returns.

The columns of a totals frame, one row a customer (of everyone with an order in the window):

======================================== ==================================================================================
customer                                 String, or Binary where the customers come from the database
first_purchase_at, last_purchase_at      when the first and last order with a positive net was made; null without any
purchases                                Int64, orders with a positive net
net_e4                                   Int64, net money of all orders, credit notes and all
first_sale_at, last_sale_at              the same for orders with anything sold, returns and cancellations ignored
sales, gross_e4                          Int64, those orders and their money
======================================== ==================================================================================
"""

from __future__ import annotations

import datetime as dt

import polars as pl

TOTALS = pl.Schema(
    {
        "customer": pl.String(),
        "first_purchase_at": pl.Datetime("us", "UTC"),
        "last_purchase_at": pl.Datetime("us", "UTC"),
        "purchases": pl.Int64(),
        "net_e4": pl.Int64(),
        "first_sale_at": pl.Datetime("us", "UTC"),
        "last_sale_at": pl.Datetime("us", "UTC"),
        "sales": pl.Int64(),
        "gross_e4": pl.Int64(),
    }
)


def customer_totals(orders: pl.DataFrame) -> pl.DataFrame:
    """:data:`TOTALS` of the customers in ``orders`` (``customer``, ``ordered_at``, ``net_e4``, ``gross_e4``)."""
    at = pl.col("ordered_at")
    purchase, sale = pl.col("net_e4") > 0, pl.col("gross_e4") > 0
    bought_at, sold_at = pl.when(purchase).then(at), pl.when(sale).then(at)
    return (
        orders.lazy()
        .filter(pl.col("customer").is_not_null())
        .select(
            "customer",
            "net_e4",
            "gross_e4",
            bought_at.alias("first_purchase_at"),
            bought_at.alias("last_purchase_at"),
            sold_at.alias("first_sale_at"),
            sold_at.alias("last_sale_at"),
            purchase.cast(pl.Int64).alias("purchases"),
            sale.cast(pl.Int64).alias("sales"),
        )
        .group_by("customer")
        .agg(
            pl.col("first_purchase_at", "first_sale_at").min(),
            pl.col("last_purchase_at", "last_sale_at").max(),
            pl.col("purchases", "sales", "net_e4", "gross_e4").sum(),
        )
        .select(*TOTALS)
        .collect()
    )


def within(orders: pl.DataFrame, since: dt.datetime | None, until: dt.datetime | None) -> pl.DataFrame:
    """The orders made from ``since`` on and before ``until`` (instants with a zone; None: no bound)."""
    if since is not None:
        orders = orders.filter(pl.col("ordered_at") >= since)
    return orders if until is None else orders.filter(pl.col("ordered_at") < until)
