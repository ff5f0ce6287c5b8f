"""Rejected rows with what is needed to mend them: where they stand, why, and the cells that caused it."""

from __future__ import annotations

import polars as pl

from batikrfm.sales.mapping.fields import MONEY_FIELDS, Field
from batikrfm.sales.mapping.headers import column_name
from batikrfm.sales.mapping.model import Mapping
from batikrfm.sales.parsing.model import REJECTED
from batikrfm.sales.reading import Sheet
from batikrfm.sales.values.distinct import as_text

_CAUSES = {
    "date": (Field.ORDERED_AT, Field.ORDERED_TIME),
    "no_date": (Field.ORDERED_AT,),
    "amount": MONEY_FIELDS,
    "no_amount": MONEY_FIELDS,
    "quantity": (Field.QUANTITY,),
}


def rejected_rows(sheet: Sheet, mapping: Mapping, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of ``frame`` (as high as the sheet) that have a ``reason``, as REJECTED."""
    bad = frame.select("line", "reason").with_row_index().filter(pl.col("reason").is_not_null())
    if bad.is_empty():
        return REJECTED.to_frame()
    cells = sheet.cells[bad["index"]]
    said = {name: _said(cells, sheet, name, mapping) for causes in _CAUSES.values() for name in causes}
    texts = pl.DataFrame({name: text for name, text in said.items() if text is not None})
    cause = pl.col("reason").str.extract(r"^(date|no_date|amount|no_amount|quantity)")
    values = pl.coalesce(
        pl.when(cause == name).then(pl.concat_str([field for field in fields if field in texts.columns], separator="; ", ignore_nulls=True))
        for name, fields in _CAUSES.items()
        if any(field in texts.columns for field in fields)
    )
    return bad.hstack(texts).select(
        pl.lit(sheet.file).alias("file"),
        pl.lit(sheet.sheet, pl.String).alias("sheet"),
        "line",
        "reason",
        values.alias("values"),
    )


def _said(cells: pl.DataFrame, sheet: Sheet, name: Field, mapping: Mapping) -> pl.Series | None:
    """What stands in the column of a field: ``Header: cell``."""
    if name not in mapping.columns:
        return None
    column = mapping.columns[name]
    text = as_text(cells[str(column)]).fill_null("")
    return (f"{column_name(sheet.header, column)}: " + text).alias(name)
