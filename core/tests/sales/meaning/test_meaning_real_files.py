"""Real shops, against totals that others computed. The files are not part of the project: without them these tests are skipped."""

from __future__ import annotations

import gzip
from pathlib import Path

import polars as pl
import pytest

from batikrfm.sales.lines import LINES, Outcome, SheetLines
from batikrfm.sales.orders import Orders, orders_of

DATA = Path(__file__).parents[5] / "shared" / "data"


def real(name: str) -> Path:
    if not (DATA / name).exists():
        pytest.skip(f"{name} is not here")
    return DATA / name


def e4(column: str) -> pl.Expr:
    return (pl.col(column).cast(pl.Decimal(20, 4)) * 10_000).cast(pl.Int64).alias(f"{column}_e4")


def sheet(table: pl.DataFrame, *columns: pl.Expr) -> SheetLines:
    known = table.with_row_index("line", 2).select("line", *columns)
    missing = [pl.lit(None, kind).alias(name) for name, kind in LINES.items() if name not in known.columns]
    return SheetLines("real", None, "real", known.with_columns(missing).select(*LINES))


@pytest.fixture(scope="module")
def online_retail_lines() -> SheetLines:
    text = gzip.decompress(real("online_retail/online_retail_latin1_crlf.csv.gz").read_bytes()).decode("latin1")
    table = pl.read_csv(text.encode(), infer_schema=False, null_values=["", "NA"]).rename(
        {"Quantity": "quantity", "UnitPrice": "unit_price"}
    )
    at = pl.col("InvoiceDate").str.to_datetime("%m/%d/%Y %H:%M", time_unit="us").dt.replace_time_zone("UTC")
    return sheet(
        table,
        pl.col("InvoiceNo").alias("order_id"),
        at.alias("ordered_at"),
        pl.col("CustomerID").alias("customer"),
        pl.col("Description").alias("product"),
        e4("quantity"),
        e4("unit_price"),
    )


@pytest.fixture(scope="module")
def online_retail(online_retail_lines: SheetLines) -> Orders:
    return orders_of([online_retail_lines])


def test_online_retail_adds_up(online_retail: Orders) -> None:
    assert online_retail.rows == 541_909
    assert online_retail.rows_by_outcome[Outcome.CANCELLED] == 9_288
    assert online_retail.orders.height == 25_900
    assert online_retail.totals().height == 4_372
    assert online_retail.revenue().total_e4 == 97_477_479_340
    known = online_retail.totals().filter(pl.col("sales") > 0)
    assert (known.height, known["sales"].sum(), known["gross_e4"].sum()) == (4_338, 18_532, 89_114_079_040)


def test_online_retail_gives_the_reference_of_every_customer(online_retail: Orders) -> None:
    reference = pl.read_csv(real("online_retail/rfm_clean_2011-12-10.csv"), infer_schema=False).select(
        pl.col("CustomerID").alias("customer"),
        pl.col("frequency_invoices").cast(pl.Int64).alias("sales"),
        (pl.col("monetary").cast(pl.Decimal(20, 2)) * 100).cast(pl.Int64).alias("cents"),  # the reference is rounded to the cent
        pl.col("recency_days").cast(pl.Int64),
    )
    days = (pl.date(2011, 12, 10) - pl.col("last_sale_at").dt.date()).dt.total_days().alias("recency_days")
    cents = ((pl.col("gross_e4") + 50) // 100).alias("cents")
    ours = online_retail.totals().filter(pl.col("sales") > 0).select("customer", "sales", cents, days)
    assert ours.sort("customer").equals(reference.sort("customer"))


def test_online_retail_in_overlapping_parts_is_the_same(online_retail: Orders, online_retail_lines: SheetLines) -> None:
    lines = online_retail_lines.lines
    parts = [SheetLines(name, None, "real", part) for name, part in (("late", lines[250_000:]), ("early", lines[:300_000]))]
    other = orders_of(parts)
    assert other.rows == 591_909
    assert other.totals().sort("customer").equals(online_retail.totals().sort("customer"))
    assert other.revenue() == online_retail.revenue()


def test_cdnow_has_its_customers_and_purchases() -> None:
    table = pl.read_csv(real("cdnow/cdnow_sample.csv"), infer_schema=False).rename({"amount": "line_total"})
    at = pl.col("date").str.to_datetime("%Y-%m-%d", time_unit="us").dt.replace_time_zone("UTC")
    orders = orders_of([sheet(table, pl.col("id").alias("customer"), at.alias("ordered_at"), e4("line_total"))])
    assert orders.rows == orders.orders.height == 6_919
    assert orders.totals().height == 2_357
    assert orders.orders.select("customer", "ordered_at").unique().height == 6_919 - 223
