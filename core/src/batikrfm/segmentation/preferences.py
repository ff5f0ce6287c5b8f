"""How a shop wants to be segmented: strategy and its settings, what returns do, how far to look back. Runs in the tenant's scope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import msgspec

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.db.lookups import Lookup, Rows, look_up, look_up_all
from batikrfm.sales.returns import Returns
from batikrfm.sdk.segmentation import Segment, SegmentationStrategy
from batikrfm.segmentation import preferences_queries as sql
from batikrfm.segmentation.errors import SinceDaysError

if TYPE_CHECKING:
    from batikrfm.sdk.config import PluginConfig
    from batikrfm.segmentation.asking import Question

MOST_DAYS: Final = 3_650


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
    return await look_up(_preferences())


def _preferences() -> Lookup[Preferences]:
    def read(rows: Rows) -> Preferences:
        return Preferences(**{**rows[0], "settings": msgspec.json.decode(rows[0]["settings"])}) if rows else Preferences()

    return Lookup(sql.READ, (None,), read)


async def save_preferences(wanted: Preferences) -> Preferences:
    """Keep ``wanted``; settings of other strategies stay as they were. The next run uses it.

    Raises:
        StrategySettingsError, NoSuchStrategyError, SinceDaysError: it cannot be used.
    """
    _, config = checked_preferences(wanted)
    kept = config.model_dump_json(exclude_unset=True)
    await current_scope().execute(sql.SAVE, uuid7(), wanted.strategy, kept, wanted.returns, wanted.since_days)
    return await read_preferences()


async def preferences_form(strategy: str | None = None) -> PreferencesForm:
    """The form of ``strategy`` (None: the one that is set) with its kept settings; settings that no longer fit give way to the defaults."""
    from pydantic import ValidationError

    from batikrfm.plugins import find_strategy, forms

    rows = await current_scope().fetch(sql.READ, strategy)
    kept = msgspec.json.decode(rows[0]["settings"]) if rows else {}
    found = find_strategy(strategy or (rows[0]["strategy"] if rows else Preferences.strategy))
    try:
        config = found.config_model.model_validate(kept)
    except ValidationError:
        config = found.config_model()
    return PreferencesForm(found.key, found.segments, forms.schema(found.config_model), config.model_dump(mode="json"))


def checked_preferences(wanted: Preferences) -> tuple[SegmentationStrategy[Any], PluginConfig]:
    """The strategy of ``wanted`` with its settings. Raises as :func:`save_preferences` does."""
    from batikrfm.plugins import find_strategy
    from batikrfm.segmentation.scoring import configured

    if wanted.since_days is not None and not 1 <= wanted.since_days <= MOST_DAYS:
        raise SinceDaysError(most=MOST_DAYS)
    strategy = find_strategy(wanted.strategy)
    return strategy, configured(strategy, wanted.settings)


async def question_as_wanted() -> Question:
    """What is asked of the scope's shop when it is segmented as it wants to be, as of today where it is."""
    wanted, (shop,) = await look_up_all(_preferences(), _shop())
    return _question(wanted, shop)


async def question_of(wanted: Preferences) -> Question:
    """What is asked of the scope's shop when it is segmented as ``wanted``, as of today where it is."""
    (shop,) = await look_up(_shop())
    return _question(wanted, shop)


def _shop() -> Lookup[Rows]:
    return Lookup(sql.SHOP, (), lambda rows: rows)


def _question(wanted: Preferences, shop: Mapping[str, Any]) -> Question:
    from batikrfm.segmentation.asking import Question
    from batikrfm.segmentation.days import today

    strategy, _ = checked_preferences(wanted)
    return Question(
        strategy=strategy,
        as_of=today(shop["time_zone"]),
        returns=wanted.returns,
        since_days=wanted.since_days,
        currency=shop["currency"],
        timezone=shop["time_zone"],
        settings=wanted.settings,
    )
