from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from batikrfm.sales.mapping import Field, MappingUnsure, map_columns
from batikrfm.sales.parsing import parse
from batikrfm.sales.reading import read_files

DATA = Path(__file__).parents[5] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the real files are not beside this checkout")


@needs_data
def test_online_retail_maps_and_parses_by_itself() -> None:
    (sheet,) = read_files([DATA / "online_retail" / "Online Retail.xlsx"])
    mapping = map_columns(sheet)
    assert {name: sheet.header[column] for name, column in mapping.columns.items()} == {
        Field.ORDER_ID: "InvoiceNo",
        Field.ORDERED_AT: "InvoiceDate",
        Field.QUANTITY: "Quantity",
        Field.UNIT_PRICE: "UnitPrice",
        Field.CUSTOMER_KEY: "CustomerID",
        Field.PRODUCT: "Description",
    }
    parsed = parse(sheet, mapping, timezone="Europe/London", currency="GBP")
    assert (parsed.lines.height, parsed.rejected.height) == (541_909, 0)
    assert parsed.lines["order_id"].n_unique() == 25_900
    assert parsed.lines["customer"].drop_nulls().n_unique() == 4_372
    assert parsed.lines["customer"][0] == "17850"
    assert parsed.lines["customer"].null_count() == 135_080
    assert parsed.lines["ordered_at"][0] == dt.datetime(2010, 12, 1, 8, 26, tzinfo=dt.UTC)
    assert parsed.lines.select((pl.col("quantity_e4") // 10_000 * pl.col("unit_price_e4")).sum()).item() == 97_477_479_340


@needs_data
def test_cdnow_asks_which_of_two_codes_is_the_customer() -> None:
    (sheet,) = read_files([DATA / "cdnow" / "cdnow_sample.csv"])
    with pytest.raises(MappingUnsure) as caught:
        map_columns(sheet)
    assert [question.field for question in caught.value.questions] == [Field.CUSTOMER_KEY]
    parsed = parse(sheet, map_columns(sheet, chosen={"customer_key": "id"}), timezone="UTC", currency="USD")
    assert (parsed.lines.height, parsed.rejected.height) == (6_919, 0)
    assert parsed.lines["customer"].n_unique() == 2_357
    assert parsed.lines["customer"][0] == "00004"
    assert parsed.lines["line_total_e4"][0] == 293_300
