"""The words that people agree to, each version kept once and for good."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery.consent import queries as sql
from batikrfm.delivery.consent.errors import WordingError, WordingNotFoundError
from batikrfm.delivery.consent.model import Wording
from batikrfm.delivery.model import Purpose

LONGEST: Final = 4000


async def keep_wording(purpose: Purpose, words: str, *, by: str) -> Wording:
    """The version that has these ``words``: the one there is, or a new one. Raises WordingError."""
    tidy = words.replace("\x00", "").replace("\r\n", "\n").strip()
    if not tidy or len(tidy) > LONGEST:
        raise WordingError(longest=LONGEST)
    scope = current_scope()
    await scope.execute(sql.TAKE_TURNS)  # or two versions of one number
    found = await scope.fetch(sql.FIND_WORDS, purpose, tidy)
    if not found:
        await scope.execute(sql.ADD_WORDING, uuid7(), by, purpose, tidy)
        found = await scope.fetch(sql.FIND_WORDS, purpose, tidy)
    return _wording(found[0])


async def find_wording(wording_id: UUID) -> Wording:
    """Raises WordingNotFoundError."""
    rows = await current_scope().fetch(sql.FIND_WORDING, wording_id)
    if not rows:
        raise WordingNotFoundError
    return _wording(rows[0])


async def list_wordings() -> list[Wording]:
    """Every version, by purpose, the latest first."""
    return [_wording(row) for row in await current_scope().fetch(sql.WORDINGS)]


def _wording(row: Mapping[str, Any]) -> Wording:
    return Wording(row["id"], row["created_at"], row["created_by"], Purpose(row["purpose"]), row["version"], row["words"])
