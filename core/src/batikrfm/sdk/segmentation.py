"""What a segmentation strategy is: it takes every customer's recency, frequency and money and names a segment for each."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Generic

from batikrfm.sdk.config import ConfigT, PluginConfig
from batikrfm.sdk.text import Text

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment of a strategy.

    ``key`` is stable (stored, used in prompts); ``action`` is the next step that a shop should take.
    """

    key: str
    name: Text
    meaning: Text
    action: Text


@dataclass(frozen=True)
class Segmentation:
    """What a strategy answers.

    ``customers`` has the rows given, in any order, each exactly once, with the columns given plus ``segment`` (String, a key of
    ``strategy.segments``) and, where the strategy scores, ``r``, ``f``, ``m`` (UInt8, 1..5, 5 is best).
    ``mode`` names the way of scoring used, ``cut_points`` what it cut at (JSON-able), ``reason`` why this mode.
    ``notices`` are sentences that the owner should read (for example: too little data).
    """

    customers: pl.DataFrame
    mode: str
    cut_points: Mapping[str, Sequence[int | float | str]]
    reason: Text
    notices: tuple[Text, ...] = ()


class SegmentationStrategy(ABC, Generic[ConfigT]):
    """A way to group customers. Pure: no I/O, no clock, the same answer for the same rows in any order.

    ``segment`` gets a frame with one row a customer and at least these columns, none null::

        customer       String or Binary   opaque, unique
        recency_days   Int32              whole days from the last purchase to the as-of date; can be negative
        frequency      Int64              purchases, at least 1
        monetary       Int64              net money in ten-thousandths (MONEY_SCALE); can be negative
    """

    key: ClassVar[str]
    name: ClassVar[Text]
    segments: ClassVar[tuple[Segment, ...]]
    config_model: ClassVar[type[PluginConfig]]

    @abstractmethod
    def segment(self, customers: pl.DataFrame, config: ConfigT) -> Segmentation:
        """Name a segment for every customer."""
