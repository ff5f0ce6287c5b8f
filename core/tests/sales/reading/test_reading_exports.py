"""The exports that merchants download are read whole, with the right header, lines and types."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest

from batikrfm.sales.reading import read_files

DATA = Path(__file__).parents[5] / "shared" / "data"
LAYOUTS = (
    "shopee_order_all_2026",
    "shopee_order_all_until_2025",
    "tiktok_tokopedia_all_orders_65",
    "tiktok_tokopedia_all_orders_63",
    "tokopedia_seller_legacy_en",
    "tokopedia_seller_id_2022_2025",
    "pos_product_sales_details_id",
    "pawoon_transactions",
    "report_item_details_moka_like",
    "bigseller_order_goods",
)


def test_every_layout_is_tried(exports: ModuleType) -> None:
    assert set(LAYOUTS) == set(exports.LAYOUTS)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("rows", [1, 40])
def test_an_export_is_read_as_it_was_written(layout: str, rows: int, exports: ModuleType, export_file: Callable[..., Path]) -> None:
    lines = exports.sale_lines(rows)
    table = exports.export_table(layout, lines)

    (sheet,) = read_files([export_file(layout, lines=lines)])

    first = len(table) - len(lines)
    assert sheet.header == tuple(exports.HEADERS[layout])
    assert sheet.cells["line"].to_list() == list(range(first + 1, len(table) + 1))
    assert [list(map(_text, row)) for row in sheet.cells.drop("line").rows()] == [list(map(_text, row)) for row in table[first:]]


def _text(value: object) -> str:
    """A number in a column of mixed kinds is read as text; whole numbers of .xlsx are read as 3.0."""
    return "" if value is None else str(value).removesuffix(".0")


def test_heading_rows_are_kept_as_the_preamble(export_file: Callable[..., Path]) -> None:
    (sheet,) = read_files([export_file("tokopedia_seller_id_2022_2025")])
    assert sheet.preamble == (("Laporan Penjualan",), ("Nama Toko", "Batik Kauman"), ("Periode", "01-06-2026 - 30-06-2026"))


def test_several_files_come_in_their_order(export_file: Callable[..., Path]) -> None:
    paths = [export_file("bigseller_order_goods"), export_file("shopee_order_all_2026"), export_file("report_item_details_moka_like")]
    assert [sheet.file for sheet in read_files(paths)] == [path.name for path in paths]


@pytest.mark.skipif(not DATA.exists(), reason="the shared data are not here")
def test_half_a_million_real_lines_lose_nothing() -> None:
    folder = DATA / "online_retail"
    (sheet,) = read_files([folder / "Online Retail.xlsx"])
    (text,) = read_files([folder / "online_retail_latin1_crlf.csv.gz"])

    header = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")
    assert sheet.header == text.header == header
    assert sheet.cells.height == text.cells.height == 541_909
    assert sheet.cells["line"].to_list() == text.cells["line"].to_list() == list(range(2, 541_911))
    assert sheet.cells["6"].null_count() == text.cells["6"].null_count() == 135_080
    # the type of a column is told from all its rows: a sample of the first ones would lose these invoices
    assert sheet.cells["0"].str.starts_with("C").sum() == text.cells["0"].str.starts_with("C").sum() == 9_288
    assert sheet.cells["4"].dtype == pl.Datetime("ms")
    latin1 = gzip.decompress((folder / "online_retail_latin1_crlf.csv.gz").read_bytes())
    assert text.cells["2"].str.contains("\N{POUND SIGN}").sum() == latin1.count(b"\xa3")


@pytest.mark.skipif(not DATA.exists(), reason="the shared data are not here")
def test_a_file_without_order_ids_keeps_its_repeats() -> None:
    (sheet,) = read_files([DATA / "cdnow" / "cdnow_sample.csv"])
    assert sheet.header == ("id", "sid", "date", "qty", "amount")
    assert sheet.cells.height == 6_919
