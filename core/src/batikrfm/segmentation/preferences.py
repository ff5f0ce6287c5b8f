"""How a shop wants to be segmented: strategy and its settings, what returns do, how far to look back. Runs in the tenant's scope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from batikrfm.sales.returns import Returns
from batikrfm.sdk.segmentation import Segment


@dataclass(frozen=True)
class Preferences:
    """``settings`` are those of ``strategy``, as JSON has them; what is missing is its default. ``updated_at`` None: never set."""

    strategy: str = "rfm5"
    settings: Mapping[str, Any] = field(default_factory=dict)
    returns: Returns = "net"
    since_days: int | None = None
    updated_at: dt.datetime | None = None


@dataclass(frozen=True)
class PreferencesForm:
    """What a form needs for one strategy: its words, the JSON schema of its settings, and what is set (defaults filled in)."""

    strategy: str
    segments: tuple[Segment, ...]
    schema: dict[str, Any]
    values: dict[str, Any]


async def read_preferences() -> Preferences:
    """What the shop set, or the defaults."""
    raise NotImplementedError


async def save_preferences(wanted: Preferences) -> Preferences:
    """Keep ``wanted``; settings of other strategies stay as they were. The next run uses it.

    Raises :class:`~batikrfm.segmentation.errors.StrategySettingsError`, ``NoSuchStrategyError``, ``SinceDaysError``.
    """
    raise NotImplementedError


async def preferences_form(strategy: str | None = None) -> PreferencesForm:
    """The form of ``strategy`` (None: the one that is set) with its kept settings."""
    raise NotImplementedError
