"""Rows of the weekly words as what they mean. Runs in the tenant's scope."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import msgspec

from batikrfm.content.weekly import queries as sql
from batikrfm.content.weekly.model import Item, ItemState, Week
from batikrfm.db.engine import current_scope
from batikrfm.db.lookups import Lookup, look_up
from batikrfm.sdk.text import Text
from batikrfm.segmentation.exact import amount


async def week_of(row: Mapping[str, Any]) -> Week:
    """A batch with its segments."""
    items = tuple(item_of(item) for item in await current_scope().fetch(sql.ITEMS, row["id"]))
    return Week(row["id"], row["week"], row["started_by"], row["run_id"], row["created_at"], row["told_at"], items)


def item_of(row: Mapping[str, Any]) -> Item:
    """A segment of a batch."""
    reason = None if row["reason"] is None else msgspec.json.decode(row["reason"], type=Text)
    state, revenue = ItemState(row["state"]), amount(int(row["revenue_e4"]))
    return Item(row["id"], row["segment"], state, row["due"], revenue, reason, tuple(row["contents"]), row["written_at"])


def as_json(text: Text | None) -> str | None:
    """A sentence as the table keeps it."""
    return None if text is None else json.dumps(asdict(text), ensure_ascii=False)


async def clock() -> tuple[dt.datetime, dt.date, str]:
    """Now, the shop's day and its time zone, by the database's clock."""
    return await look_up(clock_lookup())


def clock_lookup() -> Lookup[tuple[dt.datetime, dt.date, str]]:
    """What :func:`clock` asks."""
    return Lookup(sql.TODAY, (), lambda rows: (rows[0]["now"], rows[0]["today"], rows[0]["time_zone"]))


def monday_of(day: dt.date) -> dt.date:
    """The Monday of the week of ``day``."""
    return day - dt.timedelta(days=day.weekday())
