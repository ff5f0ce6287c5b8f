"""Write a run, who is where now and who moved, in the caller's transaction. Rows that stay the same are not touched."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec
import polars as pl

from batikrfm.db.engine import Scope
from batikrfm.db.keys import uuid7
from batikrfm.sales.keys import uuid7 as uuid7s
from batikrfm.sdk.config import PluginConfig
from batikrfm.sdk.text import Text
from batikrfm.segmentation import frames, queries
from batikrfm.segmentation.asking import Question
from batikrfm.segmentation.changes import Changes, assigned, cells, changes, flows, named
from batikrfm.segmentation.exact import amount
from batikrfm.segmentation.offloading import off_loop
from batikrfm.segmentation.scoring import Scored

FEW = 500  # rows that go to the server as values; more are copied
SHOWN_FROM = 1_000  # so many new rows in a table that PostgreSQL believes to be empty are worth telling


@dataclass(frozen=True)
class Stored:
    """How a run is known. ``compared_with`` is the run that moves were counted from: the one before, if by the same strategy."""

    id: UUID
    created_at: dt.datetime
    compared_with: UUID | None
    moved: int


async def store(scope: Scope, scored: Scored, question: Question, config: PluginConfig) -> Stored:
    """Store the run, its results, everyone's segment and the moves. Runs of one tenant take turns before they come here."""
    latest = next(iter(await scope.fetch(queries.LATEST_RUN)), None)
    compared_with = latest["id"] if latest and latest["strategy"] == scored.strategy.key else None
    run_id = uuid7()
    found = await _compare(scope, latest["segments"] if latest else [], scored)
    created_at = await _add_run(scope, run_id, compared_with, scored, question, config)
    await _assign(scope, found.changes)
    await scope.execute(queries.ADD_CELLS, run_id, found.placed, *map(pl.Series.to_list, found.cells))
    moved = found.changes.moved
    if compared_with and moved.height:
        await _execute(scope, queries.ADD_MOVES, moved.with_columns(uuid7s(moved.height)), run_id)
        await scope.execute(queries.ADD_FLOWS, run_id, *map(pl.Series.to_list, found.flows))
    return Stored(run_id, created_at, compared_with, moved.height if compared_with else 0)


@dataclass(frozen=True)
class _Compared:
    """``placed``: how many the run placed."""

    changes: Changes
    placed: int
    cells: pl.DataFrame
    flows: pl.DataFrame


async def _compare(scope: Scope, segments: Sequence[str], scored: Scored) -> _Compared:
    """What is stored, against what was found. ``segments`` are those of the latest run, which everyone stored is in."""
    stored = await scope.copy_out(queries.ASSIGNED, schema=frames.ASSIGNED_SCHEMA)

    def compared() -> _Compared:
        now = assigned(scored.segmentation.customers, scored.as_of)
        found = changes(named(stored, segments), now)
        return _Compared(found, now.height, cells(now), flows(found.moved))

    return await off_loop(stored.height + scored.segmentation.customers.height, compared)


async def _assign(scope: Scope, found: Changes) -> None:
    await _execute(scope, queries.UNASSIGN, found.left)
    await _execute(scope, queries.ASSIGN, found.written)
    if found.written.height > SHOWN_FROM and await scope.fetchval(queries.LOOKS_EMPTY):
        await scope.execute(queries.SHOW_PLANNER)  # else it takes all of a segment for a handful, and sorts them for each page


async def _execute(scope: Scope, staged: queries.Staged, rows: pl.DataFrame, *values: object) -> None:
    """Run the statement on ``rows``, if there are any."""
    if rows.height > FEW:
        await scope.execute(staged.create)
        await scope.copy_in(staged.table, rows)
        await scope.execute(staged.many, *values)
    elif rows.height:
        await scope.execute(staged.few, *values, *map(_listed, rows.select(staged.columns)))


def _listed(column: pl.Series) -> list[object]:
    return [UUID(bytes=key) for key in column] if column.dtype == pl.Binary else column.to_list()


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
        *_results(scored),
    )
    assert isinstance(created_at, dt.datetime)  # noqa: S101 - for the type checker: the column is never null
    return created_at


def _results(scored: Scored) -> list[list[object]]:
    return [
        [summary.segment.key for summary in scored.segments],
        [summary.customers for summary in scored.segments],
        [summary.revenue for summary in scored.segments],
        [summary.median_recency_days for summary in scored.segments],
        [summary.median_frequency for summary in scored.segments],
        [summary.median_monetary for summary in scored.segments],
    ]


def _both(text: Text) -> dict[str, str]:
    return {"id": text.id, "en": text.en}


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
