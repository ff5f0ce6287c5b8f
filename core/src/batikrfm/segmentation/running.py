"""Segment a tenant's customers as they are in the database: read what importing keeps, score in polars, store the run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from batikrfm.db.engine import Scope
from batikrfm.plugins.boundary import call_plugin
from batikrfm.plugins.metrics import NoMetrics
from batikrfm.sdk.config import PluginConfig
from batikrfm.segmentation import frames, queries
from batikrfm.segmentation.asking import Question, window
from batikrfm.segmentation.days import start_of, today
from batikrfm.segmentation.offloading import off_loop
from batikrfm.segmentation.scoring import Scored, checked, configured
from batikrfm.segmentation.store import Stored, store
from batikrfm.segmentation.totals import COLUMNS, strategy_input
from batikrfm.tenancy import tenant_scope

if TYPE_CHECKING:
    import polars as pl

PATIENCE = 600.0
"""Seconds that a strategy may take; the built-in ones need a tenth of one for a million customers."""


@dataclass(frozen=True)
class Run:
    """A run that was stored: how it is known, and what it found. Its customers are named by their ids, 16 bytes each."""

    stored: Stored
    scored: Scored


async def run_segmentation(tenant_id: UUID, question: Question, *, also: Callable[[Run], Awaitable[None]] | None = None) -> Run:
    """Segment the customers of a tenant and store the run, all of it or nothing. ``also`` runs in the same transaction.

    ``question.as_of`` None is today where the shop is. Runs of one tenant take turns. Running twice moves nobody.
    Raises :class:`~batikrfm.segmentation.errors.StrategySettingsError`, ``PluginError``; ``SetupError`` if the server is full or gone.
    """
    async with tenant_scope(tenant_id) as scope:
        return await segment(scope, question, also=also)


async def segment(scope: Scope, question: Question, *, also: Callable[[Run], Awaitable[None]] | None = None) -> Run:
    """As :func:`run_segmentation`, for the tenant of ``scope`` and as part of it."""
    config = configured(question.strategy, question.settings)
    asked = replace(question, as_of=question.as_of or today(question.timezone))
    await scope.execute(queries.TAKE_TURNS)
    scored = await score_tenant(scope, asked, config)
    run = Run(await store(scope, scored, asked, config), scored)
    if also:
        await also(run)
    return run


async def score_tenant(scope: Scope, question: Question, config: PluginConfig) -> Scored:
    """Segment the customers of the scope's tenant and store nothing. ``question.as_of`` is given. Heavy work leaves the event loop."""
    as_of, strategy, returns = question.as_of, question.strategy, question.returns
    assert as_of is not None  # noqa: S101 - run_segmentation fills it
    totals = await read_totals(scope, question, as_of)
    customers = await off_loop(totals.height, lambda: strategy_input(totals, as_of=as_of, timezone=question.timezone, returns=returns))
    answer = await call_plugin(strategy.segment, customers, config, plugin=strategy.key, timeout=PATIENCE, metrics=NoMetrics())
    return await off_loop(customers.height, lambda: checked(customers, answer, strategy, as_of=as_of, returns=returns))


async def read_totals(scope: Scope, question: Question, as_of: dt.date) -> pl.DataFrame:
    """What every customer bought up to ``as_of``: as importing keeps it, unless a window or later orders make counting necessary."""
    returns = question.returns
    schema = frames.TOTALS_SCHEMA[returns]
    first, until = window(question, as_of)
    if first is None and not await _later_orders(scope, question, until):
        kept = await scope.copy_out(queries.KEPT_TOTALS[returns], schema=schema)
        last = kept[COLUMNS[returns].last].max()
        if until is None or last is None or last < until:  # type: ignore[operator]  # the column holds datetimes
            return kept
    return await scope.copy_out(queries.COUNTED_TOTALS[returns], first, until, schema=schema)


async def _later_orders(scope: Scope, question: Question, until: dt.datetime | None) -> bool:
    """Whether orders were made after a day in the past. None are expected after today, so a live run need not look for them."""
    if until is None or until > start_of(today(question.timezone), question.timezone):
        return False
    return bool(await scope.fetchval(queries.LATER_ORDERS, until))
