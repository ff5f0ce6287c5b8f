"""Who did what in a shop: a log that the program can only add to. Everything here runs in the tenant's scope.

An entry is part of the transaction that it speaks of: both are kept or neither. ``details`` hold no customer's name, phone or address.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.sdk.extension import Principal
from batikrfm.sdk.text import Language, Text
from batikrfm_tenants import queries as sql
from batikrfm_tenants.audit_words import ACTIONS, COLUMNS

PAGE: Final = 500
MOST: Final = 200
SYSTEM: Final = "BatikRFM"


@dataclass(frozen=True, slots=True)
class Entry:
    """One deed. ``action`` is ``<thing>.<verb>`` such as ``member.role_changed``; :func:`say` puts it in words."""

    id: UUID
    at: datetime
    actor_kind: Literal["user", "api_key", "system"]
    actor_id: UUID | None
    actor_name: str = field(repr=False)
    action: str
    target: str = field(repr=False)
    details: Mapping[str, Any] = field(repr=False)


async def record(by: Principal | None, action: str, target: str = "", details: Mapping[str, Any] | None = None) -> None:
    """Write down that ``by`` (None: the program itself) did ``action`` to ``target``."""
    actor = (by.kind, by.id, by.name) if by else ("system", None, SYSTEM)
    await current_scope().execute(sql.RECORD, uuid7(), *actor, action, target, json.dumps(dict(details or {})))


async def list_entries(*, limit: int = 50, before: UUID | None = None, thing: str | None = None) -> list[Entry]:
    """The newest entries, or those older than the entry ``before`` (the last one of the page above); at most 200.

    ``thing`` is the first part of an action (``member``): only what was done to such things.
    """
    rows = await current_scope().fetch(sql.LIST_ENTRIES, before, min(limit, MOST), thing)
    return [_entry(row) for row in rows]


def say(entry: Entry) -> Text:
    """What was done, in words; the action itself where it has none."""
    return ACTIONS.get(entry.action) or Text(id=entry.action, en=entry.action)


async def export_csv(language: Language = "id", time_zone: str = "Asia/Jakarta", *, page: int = PAGE) -> AsyncIterator[bytes]:
    """The whole log as CSV, oldest first, a piece at a time; no cell comes alive in a spreadsheet."""
    from batikrfm.sales.cells import safe_cell  # it imports polars

    yield b"\xef\xbb\xbf" + _csv([[heading.say(language) for heading in COLUMNS]], safe_cell)  # so that spreadsheets read it as UTF-8
    last: UUID | None = None
    while rows := await current_scope().fetch(sql.NEXT_ENTRIES, last, page):
        entries = [_entry(row) for row in rows]
        yield _csv([_cells(entry, language, ZoneInfo(time_zone)) for entry in entries], safe_cell)
        last = entries[-1].id


def _entry(row: Mapping[str, Any]) -> Entry:
    return Entry(**{**row, "details": json.loads(row["details"])})


def _cells(entry: Entry, language: Language, zone: ZoneInfo) -> list[str]:
    at = entry.at.astimezone(zone).isoformat(sep=" ", timespec="seconds")
    details = json.dumps(entry.details, ensure_ascii=False) if entry.details else ""
    return [at, entry.actor_name, entry.actor_kind, say(entry).say(language), entry.action, entry.target, details]


def _csv(rows: list[list[str]], safe: Callable[[str], str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([safe(cell) for cell in row] for row in rows)
    return text.getvalue().encode()
