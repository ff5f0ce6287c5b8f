from __future__ import annotations

import dataclasses
import datetime as dt
import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from batikrfm.sales.mapping import Field, Mapping, MappingUnsure, NotSales, map_columns
from batikrfm.sales.parsing import Parsed, parse
from batikrfm.sales.reading import Sheet, read_files

KEYS = {
    "shopee_order_all_2026": "shopee",
    "shopee_order_all_until_2025": "shopee",
    "tiktok_tokopedia_all_orders_65": "tiktok_tokopedia",
    "tiktok_tokopedia_all_orders_63": "tiktok_tokopedia",
    "tokopedia_seller_legacy_en": "tokopedia_english",
    "tokopedia_seller_id_2022_2025": "tokopedia",
    "pos_product_sales_details_id": "product_sales_details",
    "pawoon_transactions": "pawoon",
    "report_item_details_moka_like": "report_item_details",
    "bigseller_order_goods": "bigseller",
}
WITH_CONTACTS = [layout for layout, key in KEYS.items() if key in {"shopee", "tiktok_tokopedia", "tokopedia_english", "tokopedia"}]


def read(path: Path) -> tuple[Sheet, Mapping, Parsed]:
    (sheet,) = read_files([path])
    mapping = map_columns(sheet)
    return sheet, mapping, parse(sheet, mapping, timezone="Asia/Jakarta", currency="IDR", today=dt.date(2026, 7, 1))


def money_of(lines: pl.DataFrame) -> list[int]:
    """What each line says that it is worth, in whole units, whichever its sign."""
    product = pl.col("unit_price_e4") * pl.col("quantity_e4") // 10_000 - pl.col("discount_e4").fill_null(0)
    return lines.select(pl.coalesce("line_total_e4", product).abs() // 10_000).to_series().to_list()


@pytest.mark.parametrize("layout", KEYS)
def test_a_known_export_is_read_as_it_was_sold(layout: str, exports: Any, export_file: Any) -> None:  # noqa: ANN401 - see conftest
    sold = exports.sale_lines(200)
    sheet, mapping, parsed = read(export_file(layout, lines=sold))
    assert mapping.layout == KEYS[layout]
    assert set(mapping.confidence.values()) == {1.0}
    assert parsed.rejected.is_empty()
    assert parsed.unknown_statuses == ()
    assert parsed.lines.height == sheet.cells.height == len(sold)
    has_seconds = layout not in {"shopee_order_all_2026", "shopee_order_all_until_2025"}
    assert [moment.replace(tzinfo=None) for moment in parsed.lines["ordered_at"]] == [
        line.ordered_at.replace(second=line.ordered_at.second if has_seconds else 0) - dt.timedelta(hours=7) for line in sold
    ]
    orders = [line.order_id for line in sold]
    assert [a == b for a, b in pairwise(orders)] == [a == b for a, b in pairwise(parsed.lines["order_id"])]
    assert [abs(quantity) // 10_000 for quantity in parsed.lines["quantity_e4"]] == [line.quantity for line in sold]


@pytest.mark.parametrize("layout", KEYS)
def test_lines_are_worth_what_was_paid_for_them(layout: str, exports: Any, export_file: Any) -> None:  # noqa: ANN401 - a fixture without a type of its own
    sold = [dataclasses.replace(line, discount=0) for line in exports.sale_lines(80)]
    _, _, parsed = read(export_file(layout, lines=sold))
    assert money_of(parsed.lines) == [line.total for line in sold]


@pytest.mark.parametrize("layout", WITH_CONTACTS)
def test_customers_are_told_apart_and_masks_are_no_customers(layout: str, exports: Any, export_file: Any) -> None:  # noqa: ANN401 - a fixture without a type of its own
    sold = exports.sale_lines(200)
    _, _, parsed = read(export_file(layout, lines=sold))
    assert parsed.lines["customer"].n_unique() == len({line.username for line in sold})
    assert not parsed.lines.select(pl.col("customer", "name", "phone").str.contains(r"\*").any()).row(0).count(True)
    known = {line.phone for line in sold}
    assert set(parsed.lines["phone"].drop_nulls()) <= known


@pytest.mark.parametrize("layout", ["shopee_order_all_2026", "tiktok_tokopedia_all_orders_65", "bigseller_order_goods"])
def test_statuses_and_returns(layout: str, exports: Any, export_file: Any) -> None:  # noqa: ANN401 - a fixture without a type of its own
    sold = exports.sale_lines(200)
    _, _, parsed = read(export_file(layout, lines=sold))
    gone = (pl.col("returned_quantity_e4") >= pl.col("quantity_e4")).fill_null(value=False)
    known = parsed.lines.select(pl.when(gone).then(pl.lit("returned")).otherwise("status").alias("status"))["status"].to_list()
    assert known == [line.status for line in sold]


def sheet_of(header: list[str], rows: list[list[Any]], name: str = "file.xlsx") -> Sheet:
    cells = pl.DataFrame([pl.Series(str(place), [row[place] for row in rows], strict=False) for place in range(len(header))])
    return Sheet(name, None, tuple(header), cells.with_row_index("line", offset=2))


@pytest.mark.parametrize("layout", KEYS)
def test_order_and_case_of_the_headers_do_not_matter(layout: str, export_file: Any) -> None:  # noqa: ANN401 - a fixture without a type of its own
    (sheet,) = read_files([export_file(layout)])
    places = list(range(len(sheet.header)))
    random.Random(layout).shuffle(places)  # noqa: S311 - a shuffle, no secret
    header = tuple(f" {sheet.header[place].upper()}  " for place in places)
    cells = sheet.cells.select("line", *(pl.col(str(place)).alias(str(at)) for at, place in enumerate(places)))
    mapping, moved = map_columns(sheet), map_columns(Sheet(sheet.file, sheet.sheet, header, cells))
    assert moved.layout == mapping.layout
    assert {name: places[column] for name, column in moved.columns.items()} == mapping.columns


@pytest.mark.parametrize("layout", KEYS)
def test_optional_columns_may_be_missing(layout: str, export_file: Any) -> None:  # noqa: ANN401 - a fixture without a type of its own
    (sheet,) = read_files([export_file(layout)])
    mapping = map_columns(sheet)
    needed = {Field.ORDER_ID, Field.ORDERED_AT, Field.STATUS, Field.PRODUCT, Field.UNIT_PRICE, Field.QUANTITY, Field.LINE_TOTAL}
    extra = {Field.NAME, Field.ORDERED_TIME, Field.ORDER_TOTAL, Field.RETURNED_QUANTITY}
    signature = [place for place, text in enumerate(sheet.header) if text in ("Nama Panggilan Toko BigSeller", "Created Time")]
    kept = [column for name, column in mapping.columns.items() if name in needed] + signature
    kept = sorted({*kept})
    header = tuple(sheet.header[place] for place in kept)
    cells = sheet.cells.select("line", *(pl.col(str(place)).alias(str(at)) for at, place in enumerate(kept)))
    smaller = map_columns(Sheet(sheet.file, None, header, cells))
    assert smaller.layout == mapping.layout
    assert not extra & smaller.columns.keys()


def test_shopee_in_english() -> None:
    header = ["Order ID", "Order Status", "Return / Refund Status", "Order Creation Date", "Product Name", "Deal Price", "Quantity"]
    header += ["Returned quantity", "Product Subtotal", "Grand Total", "Username (Buyer)", "Receiver Name", "Phone Number"]
    row = [
        "260601UMV6ME0T",
        "Completed",
        "",
        "2026-06-01 10:30",
        "Kain",
        "150,000",
        "2",
        "0",
        "300,000",
        "312,000",
        "siti",
        "S****",
        "******12",
    ]
    sheet = sheet_of(header, [row])
    mapping = map_columns(sheet)
    assert mapping.layout == "shopee_english"
    lines = parse(sheet, mapping, timezone="Asia/Jakarta", currency="IDR").lines
    assert lines.select("customer", "status", "line_total_e4", "unit_price_e4", "name", "phone").row(0) == (
        "siti", "paid", 3_000_000_000, 1_500_000_000, None, None,
    )  # fmt: skip


def test_the_newer_tokopedia_with_vouchers_instead_of_coupons(exports: Any) -> None:  # noqa: ANN401 - a fixture without a type of its own
    renamed = {"Nilai Kupon Toko Terpakai (IDR)": "Nilai Voucher Toko Terpakai (IDR)", "Catatan Produk Pembeli": "Catatan produk pembeli"}
    table = exports.export_table("tokopedia_seller_id_2022_2025", exports.sale_lines(5))
    header = [renamed.get(text, text) for text in table[4]]
    assert map_columns(sheet_of(header, table[5:])).layout == "tokopedia"


def test_a_shopee_subtotal_that_is_the_orders_is_not_taken_for_the_lines() -> None:
    header = ["No. Pesanan", "Status Pesanan", "Waktu Pesanan Dibuat", "Nama Produk", "Harga Setelah Diskon", "Jumlah", "Subtotal Pesanan"]
    rows = [[f"A{order}", "Selesai", "2026-06-01 10:30", "Kain", "10.000", "1", "20.000"] for order in range(4) for _ in range(2)]
    mapping = map_columns(sheet_of(header, rows))
    assert Field.LINE_TOTAL not in mapping.columns
    assert {Field.UNIT_PRICE, Field.QUANTITY} <= mapping.columns.keys()


def test_lists_of_returns_are_refused(exports: Any) -> None:  # noqa: ANN401 - a fixture without a type of its own
    header = exports.HEADERS["bigseller_order_return"]
    with pytest.raises(NotSales, match=r"file\.xlsx lists returns") as caught:
        map_columns(sheet_of(header, [["x"] * len(header)]))
    assert "Unduh laporan pesanan" in caught.value.say("id")


def test_a_header_that_comes_twice_is_asked_for_unless_both_say_the_same() -> None:
    header = ["No. Pesanan", "Status Pesanan", "Waktu Pesanan Dibuat", "Nama Produk", "Total Pembayaran", "Total Pembayaran"]
    row = ["A1", "Selesai", "2026-06-01 10:30", "Kain", "10.000"]
    assert map_columns(sheet_of(header, [[*row, "10.000"]])).columns[Field.ORDER_TOTAL] == 4
    twice = sheet_of(header, [[*row, "12.000"]])
    with pytest.raises(MappingUnsure) as caught:
        map_columns(twice)
    assert caught.value.questions[0].flags == ('--map order_total="Total Pembayaran#1"', '--map order_total="Total Pembayaran#2"')
    assert map_columns(twice, chosen={"order_total": "Total Pembayaran#2"}).columns[Field.ORDER_TOTAL] == 5
