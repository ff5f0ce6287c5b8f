"""What a run changes: two states of who is where, compared in memory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from batikrfm.segmentation.frames import ASSIGNED_SCHEMA

ASSIGNED: Final = {
    **{name: kind for name, kind in ASSIGNED_SCHEMA.items() if name != "position"},
    "segment": pl.String(),
}
"""One row a customer. ``last_day`` is the day of the last purchase where the shop is; scores are null where a strategy gives none."""


@dataclass(frozen=True)
class Changes:
    """``written``: the rows of ASSIGNED that are new or not as they were. ``left``: ``id`` of those who are in no segment any more.

    ``moved``: ``customer_id``, ``from_segment``, ``to_segment`` of everyone whose segment is another one; null is none.
    """

    written: pl.DataFrame
    left: pl.DataFrame
    moved: pl.DataFrame


def assigned(customers: pl.DataFrame, as_of: dt.date) -> pl.DataFrame:
    """What a strategy answered, as rows of ASSIGNED."""
    given = {name: pl.col(name) for name in customers.columns}
    last_day = pl.lit(as_of) - pl.duration(days=given["recency_days"])
    found = {**given, "id": given["customer"], "monetary_e4": given["monetary"], "last_day": last_day}
    return customers.select(found.get(name, pl.lit(None)).cast(kind).alias(name) for name, kind in ASSIGNED.items())


def named(stored: pl.DataFrame, segments: Sequence[str]) -> pl.DataFrame:
    """Rows of the table with the segment's ``position`` (from 1) instead of its name, as rows of ASSIGNED."""
    names = pl.Series(segments, dtype=pl.String)
    return stored.select(*list(ASSIGNED)[:-1], pl.lit(names).gather(pl.col("position") - 1).alias("segment"))


def changes(before: pl.DataFrame, now: pl.DataFrame) -> Changes:
    """From ``before`` to ``now``, both rows of ASSIGNED."""
    if before.is_empty():
        return Changes(now, before.select("id"), _moves(now.with_columns(segment_before=pl.lit(None, pl.String))))
    both = now.join(before, on="id", how="full", coalesce=True, suffix="_before")
    same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_before")) for name in ASSIGNED if name != "id")
    changed = both.filter(~same)  # in most weeks a few, or nobody
    return Changes(
        written=changed.filter(pl.col("segment").is_not_null()).select(*ASSIGNED),
        left=changed.filter(pl.col("segment").is_null()).select("id"),
        moved=_moves(changed),
    )


def cells(now: pl.DataFrame) -> pl.DataFrame:
    """How many customers of ``now`` (rows of ASSIGNED) are in each segment with the same scores, and their money, Int128."""
    money = pl.col("monetary_e4").cast(pl.Int128).sum()
    return now.group_by("segment", "r", "f", "m").agg(pl.len().alias("customers"), money).sort("segment", "r", "f", "m")


def flows(moved: pl.DataFrame) -> pl.DataFrame:
    """``from_segment``, ``to_segment``, ``customers`` of moves."""
    return moved.group_by("from_segment", "to_segment").agg(pl.len().alias("customers")).sort("from_segment", "to_segment")


def _moves(both: pl.DataFrame) -> pl.DataFrame:
    moved = both.filter(pl.col("segment").ne_missing(pl.col("segment_before")))
    return moved.select(customer_id="id", from_segment="segment_before", to_segment="segment")
