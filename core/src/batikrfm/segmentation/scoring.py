"""Let a strategy score a shop's customers, and believe its answer only when it is whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from batikrfm.sdk.errors import BatikError
from batikrfm.sdk.segmentation import Segmentation, SegmentationStrategy
from batikrfm.segmentation.errors import StrategyAnswerError, StrategySettingsError
from batikrfm.segmentation.summary import SegmentSummary, summarise
from batikrfm.segmentation.totals import Returns, strategy_input

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

    Raises :class:`StrategySettingsError` for settings that it refuses, :class:`StrategyAnswerError` for an answer that is not whole.
    """
    config = configured(strategy, settings or {})
    customers = strategy_input(totals, as_of=as_of, timezone=timezone, returns=returns)
    answer = strategy.segment(customers, config)
    _check(strategy, customers, answer.customers)
    return Scored(strategy, as_of, returns, answer, summarise(answer.customers, strategy.segments))


def configured(strategy: SegmentationStrategy[Any], settings: Mapping[str, object]) -> object:
    """The strategy's own settings, checked by its model."""
    try:
        return strategy.config_model.model_validate(dict(settings))
    except ValidationError as error:
        first = error.errors()[0]
        cause = first.get("ctx", {}).get("error")
        problem = cause if isinstance(cause, BatikError) else first["msg"]
        raise StrategySettingsError(strategy=strategy.key, field=".".join(map(str, first["loc"])), problem=problem) from error


def _check(strategy: SegmentationStrategy[Any], asked: pl.DataFrame, answered: pl.DataFrame) -> None:
    """Every customer once, and each in a segment that the strategy has."""
    if missing := {*asked.columns, "segment"} - set(answered.columns):
        raise StrategyAnswerError(strategy=strategy.key, what=f"without {', '.join(sorted(missing))}")
    if not _same_rows(asked["customer"], answered["customer"]):
        raise StrategyAnswerError(strategy=strategy.key, what="not every customer exactly once")
    known = {segment.key for segment in strategy.segments}
    if unknown := set(answered["segment"].unique()) - known:
        raise StrategyAnswerError(strategy=strategy.key, what=f"unknown segments: {', '.join(map(str, sorted(unknown, key=str)))}")


def _same_rows(asked: pl.Series, answered: pl.Series) -> bool:
    return len(asked) == len(answered) and (asked.equals(answered) or asked.sort().equals(answered.sort()))
