"""What a shop sets about stopping, and the salt of its hashes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery.consent import keywords
from batikrfm.delivery.consent.errors import BounceRuleError, StopWordsError

_TENANT: Final = "(select current_setting('app.tenant_id')::uuid)"

HAVE: Final = f"insert into delivery_settings (tenant_id, id, salt) values ({_TENANT}, $1, $2) on conflict (tenant_id) do nothing"
FIND: Final = "select stop_words, soft_bounces, soft_bounce_days from delivery_settings"
CHANGE: Final = "update delivery_settings set stop_words = $1, soft_bounces = $2, soft_bounce_days = $3, updated_at = now()"

SALT: Final = 32
MOST_WORDS: Final = 50
LONGEST_WORD: Final = 60
MOST_BOUNCES: Final = 20
MOST_DAYS: Final = 365


@dataclass(frozen=True, slots=True)
class StopSettings:
    """``words`` stop messages besides those that always do. An address is dead after so many soft ``bounces`` within so many ``days``."""

    words: tuple[str, ...] = ()
    bounces: int = 3
    days: int = 30


async def require_salt() -> None:
    """See that the shop has a salt: whoever is about to hash an address comes here first."""
    await current_scope().execute(HAVE, uuid7(), os.urandom(SALT))


async def stop_settings() -> StopSettings:
    """What holds for the shop."""
    rows = await current_scope().fetch(FIND)
    return StopSettings(tuple(rows[0]["stop_words"]), rows[0]["soft_bounces"], rows[0]["soft_bounce_days"]) if rows else StopSettings()


async def change_stop_settings(words: Sequence[str], *, bounces: int, days: int) -> StopSettings:
    """Keep all of it. Words are kept as they are compared. Raises StopWordsError, BounceRuleError."""
    kept = tuple(dict.fromkeys(keywords.normal(word) for word in words if word.strip()))
    if len(kept) > MOST_WORDS or any(not word or len(word) > LONGEST_WORD for word in kept):
        raise StopWordsError(most=MOST_WORDS, longest=LONGEST_WORD)
    if not (1 <= bounces <= MOST_BOUNCES and 1 <= days <= MOST_DAYS):
        raise BounceRuleError
    await require_salt()
    await current_scope().execute(CHANGE, list(kept), bounces, days)
    return StopSettings(kept, bounces, days)
