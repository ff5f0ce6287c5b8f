"""Orders as the rows that the database will hold, made ready in memory: keys, ids, and the order in which indexes like to be filled."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from batikrfm.sales.keys import order_keys, short, uuid7
from batikrfm.sales.orders import Orders

_CONTACTS = ("name", "phone", "email")


@dataclass(frozen=True)
class Staged:
    """Rows of an import, each table sorted by its key, with ascending ids (Binary, uuid7) for those that turn out to be new.

    ``customers``: id, contact_at, key, name, phone, email (the latest that the files know; ``contact_at`` is the customer's last order).
    ``orders``: id, customer_id (of ``customers``, or null), ordered_at, net_e4, gross_e4, key, channel.
    ``items``: id, order_id (of ``orders``), amount_e4, net_e4, quantity_e4, line, source, status, product.
    """

    customers: pl.DataFrame
    orders: pl.DataFrame
    items: pl.DataFrame


def stage(orders: Orders) -> Staged:
    """Make the rows of ``orders``, which must have kept its lines. CPU-heavy."""
    assert orders.lines is not None, "read the orders with keep_lines=True"  # noqa: S101 - a caller's mistake, not the user's
    lines = orders.lines
    keyed = orders.orders.with_columns(order_keys(orders.orders, lines), short(orders.orders["customer"])).sort("key")
    keyed = keyed.with_columns(uuid7(keyed.height))
    linked = lines.with_columns(_order_of(lines, keyed))
    customers = _customers(keyed, linked)
    named = keyed.join(customers.select("key", pl.col("id").alias("customer_id")), left_on="customer", right_on="key", how="left")
    return Staged(
        customers=customers,
        orders=named.sort("key").select("id", "customer_id", "ordered_at", "net_e4", "gross_e4", "key", "channel"),
        items=_items(linked, keyed["id"]),
    )


def _order_of(lines: pl.DataFrame, keyed: pl.DataFrame) -> pl.Series:
    """For each line the position of its order in ``keyed``."""
    position = keyed.with_row_index("order")
    by_id = position.filter(pl.col("row").is_null()).select("order_id", pl.col("order").alias("order"))
    alone = position.filter(pl.col("row").is_not_null()).select("row", pl.col("order").alias("alone"))
    joined = lines.select("order_id", "row").join(by_id, on="order_id", how="left", maintain_order="left")
    if alone.height:
        joined = joined.join(alone, on="row", how="left", maintain_order="left").with_columns(pl.coalesce("order", "alone").alias("order"))
    return joined["order"]


def _customers(keyed: pl.DataFrame, linked: pl.DataFrame) -> pl.DataFrame:
    """Each customer with the latest name, phone and e-mail that any line of their orders has."""
    customers = keyed.filter(pl.col("customer").is_not_null()).group_by("customer").agg(pl.col("ordered_at").max().alias("contact_at"))
    told = linked.select("order", "ordered_at", *_CONTACTS).filter(pl.any_horizontal(pl.col(_CONTACTS).is_not_null()))
    whose = told.with_columns(keyed["customer"].gather(told["order"]))
    for contact in _CONTACTS:
        latest = (
            whose.filter(pl.col(contact).is_not_null() & pl.col("customer").is_not_null())
            .sort("ordered_at", contact)
            .group_by("customer")
            .agg(pl.col(contact).last())
        )
        customers = customers.join(latest, on="customer", how="left")
    customers = customers.sort("customer")
    return customers.select(uuid7(customers.height), "contact_at", pl.col("customer").alias("key"), *_CONTACTS)


def _items(linked: pl.DataFrame, order_ids: pl.Series) -> pl.DataFrame:
    items = linked.select(
        "order",
        "amount_e4",
        "net_e4",
        "quantity_e4",
        pl.col("line").cast(pl.Int32),
        pl.col("source").cast(pl.Int16) + 1,
        "status",
        "product",
    ).sort("order", maintain_order=True)
    return items.select(uuid7(items.height), order_ids.gather(items["order"]).alias("order_id"), pl.all().exclude("order"))
