"""The mapped columns of a sheet as they stand there, with what a shorter way of writing leaves out filled in."""

from __future__ import annotations

import polars as pl

from batikrfm.sales.mapping.exports import EXPORTS
from batikrfm.sales.mapping.fields import CUSTOMER_FIELDS, Field
from batikrfm.sales.mapping.model import Mapping
from batikrfm.sales.reading import Sheet

_OF_THE_ORDER = (Field.ORDER_ID, Field.ORDERED_AT, Field.ORDERED_TIME, Field.STATUS, *CUSTOMER_FIELDS, Field.CHANNEL)


def raw_columns(sheet: Sheet, mapping: Mapping) -> pl.DataFrame:
    """``line`` and one column for each mapped field, named by it.

    Where an order's further lines leave blank what belongs to the order (Tokopedia, Pawoon, merged cells), it is taken from the first.
    """
    raw = sheet.cells.select("line", *(pl.col(str(column)).alias(name.value) for name, column in mapping.columns.items()))
    further = _further_lines(raw, mapping)
    if further is None:
        return raw
    anchor = raw.select(pl.when(~further).then(pl.int_range(pl.len(), dtype=pl.UInt32)).forward_fill().alias("anchor")).to_series()
    filled = [name.value for name in _OF_THE_ORDER if name in mapping.columns]
    return raw.with_columns(pl.coalesce(name, pl.col(name).gather(anchor)) for name in filled)


def _further_lines(raw: pl.DataFrame, mapping: Mapping) -> pl.Expr | None:
    """Which rows go on with the order above; None if there is nothing to fill.

    In a file that we do not know, the order, the date and the customer have to be blank together beside a product: a row of sums is none.
    """
    mapped = mapping.columns.keys()
    if Field.ORDER_ID not in mapped or raw[Field.ORDER_ID].null_count() == 0:
        return None
    if mapping.layout is not None:
        return pl.col(Field.ORDER_ID).is_null() if EXPORTS[mapping.layout].fill_down else None
    if Field.PRODUCT not in mapped:
        return None
    blank = [name.value for name in (Field.ORDER_ID, Field.ORDERED_AT, *CUSTOMER_FIELDS) if name in mapped]
    sum_row = pl.col(Field.PRODUCT).cast(pl.String, strict=False).str.contains(r"(?i)^\s*(grand |sub)?(total|jumlah)")
    return pl.all_horizontal(pl.col(blank).is_null()) & pl.col(Field.PRODUCT).is_not_null() & ~sum_row
