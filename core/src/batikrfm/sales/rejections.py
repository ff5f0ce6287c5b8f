"""Rows that an import rejected, kept with it so that they can be downloaded later."""

from __future__ import annotations

from uuid import UUID

import polars as pl

from batikrfm.db.engine import Scope
from batikrfm.sales import queries as sql
from batikrfm.sales.keys import uuid7
from batikrfm.sales.parsing import REJECTED


async def keep_rejections(scope: Scope, import_id: UUID, rejected: pl.DataFrame) -> None:
    """Keep the rows of ``rejected`` (columns of REJECTED) with the import."""
    if rejected.is_empty():
        return
    await scope.execute(sql.STAGED_REJECTIONS)
    await scope.copy_in("staged_rejections", rejected.with_columns(pl.col("line").cast(pl.Int32), uuid7(rejected.height)))
    await scope.execute(sql.ADD_REJECTIONS, import_id)


async def rejections_of(scope: Scope, import_id: UUID) -> pl.DataFrame:
    """What :func:`keep_rejections` kept, in its order; no rows for an import of nobody's or somebody else's."""
    stored = {**REJECTED, "line": pl.Int32()}
    kept = await scope.copy_out(sql.REJECTIONS_OF_IMPORT, import_id, schema=stored)
    return kept.cast(REJECTED)
