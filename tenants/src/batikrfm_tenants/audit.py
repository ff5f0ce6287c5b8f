"""Who did what in a shop: a log that the program can only add to. Everything here runs in the tenant's scope.

An entry is part of the transaction that it speaks of: both are kept or neither. ``details`` hold no customer's name, phone or address.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from batikrfm.sdk.extension import Principal
from batikrfm.sdk.text import Language, Text


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
    raise NotImplementedError


async def list_entries(*, limit: int = 50, before: UUID | None = None) -> list[Entry]:
    """The newest entries, or those older than the entry ``before`` (the last one of the page above)."""
    raise NotImplementedError


def say(entry: Entry) -> Text:
    """What was done, in words; the action itself where it has none."""
    raise NotImplementedError


def export_csv(language: Language = "id") -> AsyncIterator[bytes]:
    """The whole log as CSV, oldest first, a piece at a time; no cell comes alive in a spreadsheet."""
    raise NotImplementedError
