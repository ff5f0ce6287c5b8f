"""The columns of the frames that the statements of :mod:`batikrfm.segmentation.queries` answer with."""

from __future__ import annotations

from typing import Final

import polars as pl

from batikrfm.sales.returns import Returns

TOTALS_SCHEMA: Final[dict[Returns, dict[str, pl.DataType]]] = {
    "net": {"customer": pl.Binary(), "last_purchase_at": pl.Datetime("us", "UTC"), "purchases": pl.Int64(), "net_e4": pl.Int64()},
    "ignore": {"customer": pl.Binary(), "last_sale_at": pl.Datetime("us", "UTC"), "sales": pl.Int64(), "gross_e4": pl.Int64()},
}

ASSIGNED_SCHEMA: Final = {
    "id": pl.Binary(),
    "last_day": pl.Date(),
    "frequency": pl.Int64(),
    "monetary_e4": pl.Int64(),
    "r": pl.Int16(),
    "f": pl.Int16(),
    "m": pl.Int16(),
    "position": pl.Int16(),
}

CUSTOMER_KEYS_SCHEMA: Final = {"customer": pl.Binary(), "key": pl.String()}
