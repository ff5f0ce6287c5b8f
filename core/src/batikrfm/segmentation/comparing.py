"""Compare where customers are with where another answer would put them; nothing is stored. CPU-heavy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import polars as pl

from batikrfm.db.engine import Scope
from batikrfm.segmentation import frames, queries
from batikrfm.segmentation.changes import assigned, named
from batikrfm.segmentation.history import Flow
from batikrfm.segmentation.scoring import Scored

SAMPLES: Final = 20


@dataclass(frozen=True)
class Moving:
    """A customer who would be elsewhere."""

    customer_id: UUID
    from_segment: str | None
    to_segment: str | None


@dataclass(frozen=True)
class Compared:
    """Everybody by where they are and would be, how many would not stay, and some of those, the best first."""

    flows: tuple[Flow, ...]
    moving: int
    samples: tuple[Moving, ...]


async def stored(scope: Scope) -> pl.DataFrame:
    """Who is where, as :func:`compare` takes it."""
    return await scope.copy_out(queries.ASSIGNED, schema=frames.ASSIGNED_SCHEMA)


def compare(now: pl.DataFrame, segments: Sequence[str], then: Scored) -> Compared:
    """From ``now``, rows of :func:`stored`, to what ``then`` would make of it."""
    before = named(now, segments).select("id", pl.col("segment").alias("from_segment"))
    after = assigned(then.segmentation.customers, then.as_of).select("id", "monetary_e4", pl.col("segment").alias("to_segment"))
    both = before.join(after, on="id", how="full", coalesce=True)
    counted = both.group_by("from_segment", "to_segment").agg(pl.len().alias("customers"))
    flows = counted.sort("customers", "from_segment", "to_segment", descending=[True, False, False])
    moving = both.filter(pl.col("from_segment").ne_missing(pl.col("to_segment")))
    best = moving.sort("monetary_e4", "id", descending=[True, False], nulls_last=True).head(SAMPLES)
    samples = best.select("id", "from_segment", "to_segment").iter_rows()
    return Compared(
        tuple(Flow(*row) for row in flows.iter_rows()), moving.height, tuple(Moving(UUID(bytes=key), *rest) for key, *rest in samples)
    )
