"""Keys of rows: what makes an order or a customer the same one in a later import, and time-ordered ids for those that are new."""

from __future__ import annotations

import hashlib
import os
import time
from typing import Final

import numpy as np
import polars as pl
import pyarrow as pa

from batikrfm.sales.merging import number_occurrences

_LONGEST: Final = 300
"""Longer keys (in characters) are cut: PostgreSQL's index entries end at 2,704 bytes, and nobody reads such a key."""

_COUNTER_BITS: Final = 32


def uuid7(count: int) -> pl.Series:
    """``count`` UUIDs of version 7 as Binary of 16 bytes, strictly ascending: rows written in this order append to their index.

    RFC 9562, method 1: the millisecond, then a 32-bit counter in the first bits that are free, then 42 random bits.
    """
    counter = np.arange(count, dtype=np.uint64)
    random = np.frombuffer(os.urandom(8 * count), dtype=np.uint64) >> np.uint64(22)
    high = np.uint64(time.time_ns() // 1_000_000 << 16 | 0x7000) | counter >> np.uint64(20)
    low = np.uint64(1 << 63) | (counter & np.uint64((1 << 20) - 1)) << np.uint64(42) | random
    words = np.stack([high, low], axis=1).astype(">u8")
    ids = pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), count, [None, pa.py_buffer(words.tobytes())])
    return pl.Series("id", pa.chunked_array([ids]), dtype=pl.Binary)


def order_keys(orders: pl.DataFrame, lines: pl.DataFrame) -> pl.Series:
    """The ``key`` of each order: its id, or for a line without one ``~time~amount~n~customer``. An id that starts with ~ gets one more.

    ``orders`` and ``lines`` are those of a :class:`~batikrfm.sales.meaning.Meaning`.
    """
    alone = lines.filter(pl.col("order_id").is_null()).select("row", "customer", "ordered_at", "amount_e4", "product", "status")
    numbered = number_occurrences(alone, ["customer", "ordered_at", "amount_e4"])
    parts = [pl.col("ordered_at").dt.timestamp("us"), pl.col("amount_e4"), pl.col("nth"), pl.col("customer").fill_null("")]
    made = numbered.select("row", pl.format("~{}~{}~{}~{}", *parts).alias("made"))
    told = pl.when(pl.col("order_id").str.starts_with("~")).then(pl.lit("~") + pl.col("order_id")).otherwise("order_id")
    keyed = orders.select("row", "order_id").join(made, on="row", how="left", maintain_order="left")
    return short(keyed.select(pl.coalesce(told, "made").alias("key")).to_series())


def short(keys: pl.Series) -> pl.Series:
    """``keys`` (null stays null), the longest as their beginning and a hash of all of it."""
    if (keys.str.len_chars().max() or 0) <= _LONGEST:  # type: ignore[operator]  # the length of a text is an int
        return keys
    return keys.map_elements(_short, return_dtype=pl.String)


def _short(key: str) -> str:
    return key if len(key) <= _LONGEST else f"{key[: _LONGEST - 65]}~{hashlib.sha256(key.encode()).hexdigest()}"
