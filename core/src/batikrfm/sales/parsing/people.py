"""Who bought, and what is known of the order besides money and time."""

from __future__ import annotations

from concurrent.futures import Executor

import polars as pl

from batikrfm.sales.mapping.exports import EXPORTS
from batikrfm.sales.mapping.fields import Field
from batikrfm.sales.mapping.model import Mapping
from batikrfm.sales.values import contacts
from batikrfm.sales.values.distinct import Distinct, is_given
from batikrfm.sales.values.regions import region_of
from batikrfm.sales.values.statuses import meanings

_TEXTS = {
    Field.ORDER_ID: contacts.ids,
    Field.CUSTOMER_KEY: contacts.customer_keys,
    Field.NAME: contacts.names,
    Field.EMAIL: contacts.emails,
}


def people(raw: pl.DataFrame, currency: str, threads: Executor) -> pl.DataFrame:
    """``order_id``, ``customer``, ``name``, ``phone``, ``email``, ``product``, ``channel`` of each row, all String; read by ``threads``.

    ``customer`` is the first of customer key, phone, e-mail and name (in lower case) that the row has.
    """
    fields = (*_TEXTS, Field.PHONE, Field.PRODUCT, Field.CHANNEL)
    found = threads.map(lambda name: _texts(raw, name, currency).alias(name), fields)
    frame = pl.DataFrame(list(found))
    said = {Field.CUSTOMER_KEY: pl.col(Field.CUSTOMER_KEY), Field.PHONE: pl.col(Field.PHONE), Field.EMAIL: pl.col(Field.EMAIL)}
    said[Field.NAME] = pl.col(Field.NAME).str.to_lowercase()
    customer = pl.coalesce(*(text for name, text in said.items() if name in raw.columns), pl.lit(None, pl.String))
    return frame.with_columns(customer.alias("customer")).drop(Field.CUSTOMER_KEY)


def _texts(raw: pl.DataFrame, name: Field, currency: str) -> pl.Series:
    if name not in raw.columns:
        return pl.Series(name, [None], pl.String).new_from_index(0, raw.height)
    cells = Distinct.nearly(raw[name])
    if name is Field.PHONE:
        return cells.spread(contacts.phones(cells.values, region_of(currency)))
    given = (
        _TEXTS[name](cells.values)
        if name in _TEXTS
        else cells.values.to_frame("text").select(pl.when(is_given(pl.col("text"))).then("text"))
    )
    return cells.spread(given if isinstance(given, pl.Series) else given.to_series())


def statuses(raw: pl.DataFrame, mapping: Mapping) -> tuple[pl.Series, tuple[str, ...]]:
    """The status of each row, null where nothing is known, and the words that we do not know."""
    if Field.STATUS not in raw.columns:
        return pl.Series("status", [None], pl.String).new_from_index(0, raw.height), ()
    cells = Distinct.of(raw[Field.STATUS])
    of_layout = EXPORTS[mapping.layout].words if mapping.layout else {}
    meaning = meanings(cells.values, {**of_layout, **mapping.words})
    words = cells.values.to_frame("word").filter(meaning.is_null() & (cells.counts > 0))
    unknown = words.filter(is_given(pl.col("word")))["word"].unique().sort()
    return cells.spread(meaning).alias("status"), tuple(unknown)


def came_back(raw: pl.DataFrame, mapping: Mapping) -> pl.Series | None:
    """Rows whose return was granted, by the words of the layout; None where the file does not say."""
    pattern = EXPORTS[mapping.layout].returned if mapping.layout else None
    if pattern is None or Field.RETURN_STATUS not in raw.columns:
        return None
    cells = Distinct.of(raw[Field.RETURN_STATUS])
    return cells.spread(cells.values.str.to_lowercase().str.contains(pattern)).fill_null(value=False)
