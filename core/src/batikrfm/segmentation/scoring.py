"""Let a strategy score a shop's customers, and believe its answer only when it is whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from batikrfm.plugins.traces import place_of
from batikrfm.sales.returns import Returns
from batikrfm.sdk.config import PluginConfig
from batikrfm.sdk.errors import BatikError, PluginError
from batikrfm.sdk.plugin_errors import BrokenPromiseError, CrashedError
from batikrfm.sdk.segmentation import Segmentation, SegmentationStrategy
from batikrfm.segmentation.errors import StrategySettingsError
from batikrfm.segmentation.summary import SegmentSummary, summarise
from batikrfm.segmentation.totals import strategy_input

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Scored:
    """A strategy's answer with what it was asked, and its segments summed up."""

    strategy: SegmentationStrategy[Any]
    as_of: dt.date
    returns: Returns
    segmentation: Segmentation
    segments: tuple[SegmentSummary, ...]


def score(  # noqa: PLR0913 - the whole question in one place; all but two are by name
    totals: pl.DataFrame,
    strategy: SegmentationStrategy[Any],
    *,
    as_of: dt.date,
    timezone: str,
    returns: Returns = "net",
    settings: Mapping[str, object] | None = None,
) -> Scored:
    """Segment the customers of ``totals`` (see :func:`batikrfm.segmentation.totals.strategy_input`) with ``strategy``.

    Raises :class:`StrategySettingsError` for settings that it refuses, ``PluginError`` where it fails or its answer is not whole.
    """
    config = configured(strategy, settings or {})
    customers = strategy_input(totals, as_of=as_of, timezone=timezone, returns=returns)
    return checked(customers, _answer(strategy, customers, config), strategy, as_of=as_of, returns=returns)


def checked(asked: pl.DataFrame, answer: Segmentation, strategy: SegmentationStrategy[Any], *, as_of: dt.date, returns: Returns) -> Scored:
    """The answer with its segments summed up, if it is whole: every customer asked for, once, in a segment that the strategy has."""
    method = f"{strategy.key}.segment"
    if missing := {*asked.columns, "segment"} - set(answer.customers.columns):
        raise BrokenPromiseError(method=method, expected=f"the columns {', '.join(sorted(missing))}")
    if not _same_rows(asked["customer"], answer.customers["customer"]):
        raise BrokenPromiseError(method=method, expected="every customer exactly once")
    segments = summarise(answer.customers, strategy.segments)
    if sum(summary.customers for summary in segments) != asked.height:
        raise BrokenPromiseError(method=method, expected="a segment of the strategy's for every customer")
    return Scored(strategy, as_of, returns, answer, segments)


def configured(strategy: SegmentationStrategy[Any], settings: Mapping[str, object]) -> PluginConfig:
    """The strategy's own settings, checked by its model."""
    try:
        return strategy.config_model.model_validate(dict(settings))
    except ValidationError as error:
        first = error.errors()[0]
        cause = first.get("ctx", {}).get("error")
        problem = cause if isinstance(cause, BatikError) else first["msg"]
        raise StrategySettingsError(strategy=strategy.key, field=".".join(map(str, first["loc"])), problem=problem) from error


def _answer(strategy: SegmentationStrategy[Any], customers: pl.DataFrame, config: PluginConfig) -> Segmentation:
    """What the strategy answers, called here and now: in memory there is nothing to hold up but this one command."""
    try:
        return strategy.segment(customers, config)
    except (PluginError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - a plugin may raise anything, and its words may repeat a customer's data
        raise CrashedError(method=f"{strategy.key}.segment", kind=type(error).__name__, place=place_of(error)) from None


def _same_rows(asked: pl.Series, answered: pl.Series) -> bool:
    return len(asked) == len(answered) and (asked.equals(answered) or asked.sort().equals(answered.sort()))
