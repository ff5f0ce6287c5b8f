"""Write a run and who is where now, in the caller's transaction; who moved falls out of comparing the two."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

import msgspec
import polars as pl

from batikrfm.db.engine import Scope
from batikrfm.db.keys import uuid7
from batikrfm.sdk.config import PluginConfig
from batikrfm.sdk.text import Text
from batikrfm.segmentation import queries
from batikrfm.segmentation.asking import Question
from batikrfm.segmentation.exact import amount
from batikrfm.segmentation.scoring import Scored

ASSIGNMENTS = {
    "id": pl.Binary(),
    "recency_days": pl.Int32(),
    "frequency": pl.Int64(),
    "monetary_e4": pl.Int64(),
    "r": pl.Int16(),
    "f": pl.Int16(),
    "m": pl.Int16(),
    "segment": pl.String(),
}


@dataclass(frozen=True)
class Stored:
    """How a run is known. ``compared_with`` is the run that moves were counted from: the one before, if by the same strategy."""

    id: UUID
    created_at: dt.datetime
    compared_with: UUID | None
    moved: int


async def store(scope: Scope, scored: Scored, question: Question, config: PluginConfig) -> Stored:
    """Store the run, its results, everyone's segment and the moves. Runs of one tenant take turns before they come here."""
    latest = await scope.fetch(queries.LATEST_RUN)
    compared_with = latest[0]["id"] if latest and latest[0]["strategy"] == scored.strategy.key else None
    run_id = uuid7()
    created_at = await _add_run(scope, run_id, compared_with, scored, question, config)
    await _add_results(scope, run_id, scored)
    await scope.execute(queries.SCORED_TABLE)
    await scope.copy_in("scored", assignments(scored.segmentation.customers))
    moved = 0
    if latest:
        await scope.execute(queries.ANALYZE_SCORED)
        if compared_with:
            moved = _rows(await scope.execute(queries.ADD_MOVES, run_id))
        await scope.execute(queries.DROP_LEFT)
    await scope.execute(queries.ASSIGN)
    await scope.execute(queries.DROP_SCORED)
    return Stored(run_id, created_at, compared_with, moved)


def assignments(customers: pl.DataFrame) -> pl.DataFrame:
    """What a strategy answered, as the rows of the table: the columns of :data:`ASSIGNMENTS`."""
    named = customers.rename({"customer": "id", "monetary": "monetary_e4"})
    columns = [pl.col(name).cast(kind) if name in named.columns else pl.lit(None, kind).alias(name) for name, kind in ASSIGNMENTS.items()]
    return named.select(columns)


async def _add_run(  # noqa: PLR0913, PLR0917 - everything that a run is made of
    scope: Scope, run_id: UUID, compared_with: UUID | None, scored: Scored, question: Question, config: PluginConfig
) -> dt.datetime:
    answer = scored.segmentation
    created_at = await scope.fetchval(
        queries.ADD_RUN,
        run_id,
        compared_with,
        scored.strategy.key,
        config.model_dump_json(),
        scored.as_of,
        scored.returns,
        question.since_days,
        question.timezone,
        question.currency,
        answer.mode,
        _json({name: list(cuts) for name, cuts in answer.cut_points.items()}),
        _json(_both(answer.reason)),
        _json([_both(notice) for notice in answer.notices]),
        answer.customers.height,
        amount(int(answer.customers["monetary"].cast(pl.Int128).sum())),
    )
    assert isinstance(created_at, dt.datetime)  # noqa: S101 - for the type checker: the column is never null
    return created_at


async def _add_results(scope: Scope, run_id: UUID, scored: Scored) -> None:
    await scope.execute(
        queries.ADD_RESULTS,
        run_id,
        [summary.segment.key for summary in scored.segments],
        [summary.customers for summary in scored.segments],
        [summary.revenue for summary in scored.segments],
        [summary.median_recency_days for summary in scored.segments],
        [summary.median_frequency for summary in scored.segments],
        [summary.median_monetary for summary in scored.segments],
    )


def _both(text: Text) -> dict[str, str]:
    return {"id": text.id, "en": text.en}


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _rows(tag: str) -> int:
    """The number in PostgreSQL's command tag: ``INSERT 0 3`` is three rows."""
    return int(tag.rpartition(" ")[2])
