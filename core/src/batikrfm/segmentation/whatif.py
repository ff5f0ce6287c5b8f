"""Who would move under another strategy or other rules: worked out on the shop's customers as they are, nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from batikrfm.sdk.text import Text
from batikrfm.segmentation.history import Flow
from batikrfm.segmentation.preferences import Preferences

SAMPLES = 20


@dataclass(frozen=True)
class SegmentCount:
    """A segment with its customers now and then; None where the strategy of that time has no such segment."""

    key: str
    name: Text
    now: int | None
    then: int | None


@dataclass(frozen=True)
class WouldMove:
    """One customer who would be in another segment."""

    customer_id: UUID
    key: str
    name: str | None
    from_segment: str | None
    to_segment: str | None


@dataclass(frozen=True)
class WhatIf:
    """What would change. ``flows`` has everyone, also those who would stay; ``moving`` counts those who would not."""

    preferences: Preferences
    mode: str
    cut_points: dict[str, list[int | float | str]]
    reason: Text
    notices: tuple[Text, ...]
    segments: tuple[SegmentCount, ...]
    flows: tuple[Flow, ...]
    moving: int
    samples: tuple[WouldMove, ...]


async def what_if(wanted: Preferences) -> WhatIf:
    """See the module. In the tenant's scope; up to a second or two for a million customers.

    Raises :class:`~batikrfm.segmentation.errors.StrategySettingsError` and its kin, as saving would.
    """
    raise NotImplementedError
